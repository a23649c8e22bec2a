"""The pages of meetings: who gets which, what is said where something cannot be, how often the database is asked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from conftest import PEOPLE, Cast
from meg.partnership.seats import seated
from meg.partnership.trail.models import Entry
from meg.protect.children.models import Child
from meg.protect.plans.actions import add_aim, add_service, give_service, open_plan, settle_aim
from meg.pursue.meetings import actions
from meg.pursue.meetings.models import Item, Meeting
from meg.pursue.meetings.papers import papers_of
from meg.pursue.meetings.tests.conftest import on_agenda, plan, refer_child

SignIn = Callable[[str], Client]
READERS = {"helen", "arthur", "daniel", "amina"}


@pytest.fixture
def meeting(cast: Cast, keira: Child, owen: Child) -> Meeting:
    """A meeting of next week: Keira is high and asked for, Owen is added by the team."""
    now = timezone.now()
    refer_child(cast, keira, at=now - timedelta(days=3))
    made = plan(cast, starts_at=now + timedelta(days=7), now=now)
    with seated(cast.by("daniel")) as by:
        actions.ask_for(by=by, meeting=made, child=keira, why="New friends.", now=now)
    on_agenda(cast, made, owen)
    return made


def begun(cast: Cast, meeting: Meeting) -> Meeting:
    with seated(cast.by("helen")) as by:
        actions.close_agenda(by=by, meeting=meeting, now=timezone.now())
        actions.begin(by=by, meeting=meeting, now=timezone.now())
    return meeting


@pytest.mark.parametrize("address", ["", "{}/", "{}/agenda/", "{}/papers/", "{}/papers.pdf"])
def test_who_reads(as_member: SignIn, meeting: Meeting, address: str) -> None:
    for person in PEOPLE:
        status = as_member(person).get("/meetings/" + address.format(meeting.pk)).status_code
        assert status == (200 if person in READERS else 403), person


@pytest.mark.parametrize("address", ["new/", "{}/change/", "{}/next/", "{}/agenda/close/", "{}/agenda/theme/",
                                     "{}/begin/", "{}/attendance/", "{}/end/"])  # fmt: skip
def test_who_writes(as_member: SignIn, meeting: Meeting, address: str) -> None:
    for person in PEOPLE:
        status = as_member(person).get("/meetings/" + address.format(meeting.pk)).status_code
        assert status == (200 if person == "helen" else 403), person


def test_a_page_that_only_asks_whether_says_nothing_of_a_draft(as_member: SignIn, meeting: Meeting) -> None:
    for address, typed in (("agenda/close/", False), ("agenda/theme/", True)):
        page = as_member("helen").get(f"/meetings/{meeting.pk}/{address}").content.decode()
        assert ("Only you can see this draft." in page) is typed, address


@pytest.mark.parametrize("page", ["agenda/", "papers/"])
def test_an_agency_reads_its_own_items_and_no_count_of_others(as_member: SignIn, meeting: Meeting, page: str) -> None:
    address = f"/meetings/{meeting.pk}/{page}"
    ours, theirs = as_member("daniel").get(address).content.decode(), as_member("amina").get(address).content.decode()
    assert "Keira Dunstan" in ours
    assert "Owen" not in ours
    assert "Owen Tarrant" in theirs
    assert "Keira" not in theirs
    assert "Keira Dunstan" in as_member("arthur").get(address).content.decode()


def test_a_practitioners_page_is_the_same_whatever_else_is_on_the_agenda(
    cast: Cast, as_member: SignIn, meeting: Meeting
) -> None:
    daniel = as_member("daniel")
    pages = [f"/meetings/{meeting.pk}/{page}" for page in ("", "agenda/", "papers/")] + ["/meetings/"]
    before = [bare(daniel.get(page).content) for page in pages]
    on_agenda(cast, meeting, cast.child("Lena", "Orr", agency="Caldershire Health"))
    assert before == [bare(daniel.get(page).content) for page in pages]


def bare(page: bytes) -> bytes:
    return b"\n".join(line for line in page.split(b"\n") if b"csrfmiddlewaretoken" not in line)


def test_a_practitioner_asks_for_a_child(cast: Cast, as_member: SignIn, meeting: Meeting, owen: Child) -> None:
    client = as_member("daniel")
    other = cast.child("Mina", "Gray", agency="Penfield Academy")
    address = f"/meetings/{meeting.pk}/agenda/child/"
    for given, sentence in (
        ({"reference": "", "why": ""}, "Enter the child’s reference"),
        ({"reference": owen.reference, "why": "x"}, "You reach no child with this reference"),
        ({"reference": "MEG-999999", "why": "x"}, "You reach no child with this reference"),
        ({"reference": other.reference, "why": " "}, "Say why"),
    ):
        assert sentence in client.post(address, given).content.decode(), given
    assert client.post(address, {"reference": other.reference, "why": "New friends."}).status_code == 302
    assert "Daniel Example: New friends." in client.get(f"/meetings/{meeting.pk}/agenda/").content.decode()


def test_the_team_orders_adds_and_takes_off(as_member: SignIn, meeting: Meeting, cast: Cast) -> None:
    client = as_member("helen")
    address = f"/meetings/{meeting.pk}/agenda/"
    with seated(cast.by("helen")):
        first, second = Item.objects.filter(meeting=meeting).there().values_list("pk", flat=True)
    assert client.post(f"{address}{second}/up/").status_code == 302
    with seated(cast.by("helen")):
        assert list(Item.objects.filter(meeting=meeting).there().values_list("pk", flat=True)) == [second, first]
    assert "Say why" in client.post(f"{address}{first}/off/", {"why": ""}).content.decode()
    assert client.post(f"{address}{first}/off/", {"why": "Seen already."}).status_code == 302
    assert "Seen already." in client.get(address).content.decode()
    assert (
        client.post(f"{address}theme/", {"title": "Any other business", "why": "As always", "shared": "on"}).status_code
        == 302
    )
    assert "Any other business" in as_member("amina").get(address).content.decode()
    assert client.post(f"{address}close/").status_code == 302
    page = client.post(f"{address}{second}/down/", follow=True).content.decode()
    assert "The agenda is closed, and its order stays." in page
    client.post(f"{address}theme/", {"title": "The arcade", "why": "Came up"})
    assert "Late" in client.get(address).content.decode()
    assert "The arcade" not in as_member("amina").get(address).content.decode()


def test_the_room_keeps_decisions_and_actions(cast: Cast, as_member: SignIn, meeting: Meeting, keira: Child) -> None:
    begun(cast, meeting)
    client = as_member("helen")
    with seated(cast.by("helen")):
        item = Item.objects.get(meeting=meeting, child=keira)
    assert client.get(f"/meetings/{meeting.pk}/room/").status_code == 302
    address = f"/meetings/{meeting.pk}/room/{item.pk}/"
    assert (
        "Say why. The reason stays"
        in client.post(address, {"what": "plan", "facts": "Seen at school"}).content.decode()
    )
    page = client.post(address, {"what": "plan", "why": "Safer that way."}, follow=True).content.decode()
    assert "The decision is kept." in page
    assert "Safer that way." in page
    day = timezone.localdate() + timedelta(days=9)
    given = {"task": "See Keira", "owner": f"{cast.agencies['Penfield Academy'].pk}:", "due_on_0": day.day,
             "due_on_1": day.month, "due_on_2": day.year}  # fmt: skip
    past = {**given, "due_on_2": day.year - 1}
    assert "is in the past" in client.post(address, past).content.decode()
    elsewhere = {**given, "owner": f"{cast.agencies['Caldershire Health'].pk}:"}
    assert "Choose someone from the list" in client.post(address, elsewhere).content.decode()
    assert "The action is given" in client.post(address, given, follow=True).content.decode()
    for person in set(PEOPLE) - {"helen"}:
        assert as_member(person).get(address).status_code == 403, person


def test_minutes_are_for_each_agency_its_own(cast: Cast, as_member: SignIn, meeting: Meeting) -> None:
    client = as_member("helen")
    assert client.get(f"/meetings/{meeting.pk}/minutes/").status_code == 403
    begun(cast, meeting)
    address = f"/meetings/{meeting.pk}/end/"
    page = client.post(address, {}).content.decode()
    assert "Not dealt with: Keira Dunstan, Owen Tarrant." in page
    assert client.post(address, {"put_off_rest": "on"}).status_code == 302
    minutes = f"/meetings/{meeting.pk}/minutes/"
    assert "Draft." in client.get(minutes).content.decode()
    assert as_member("daniel").get(minutes).status_code == 403
    assert client.post(f"{minutes}agree/").status_code == 302
    ours = as_member("daniel").get(minutes).content.decode()
    assert "Keira Dunstan" in ours
    assert "Owen" not in ours
    whole = client.get(f"/meetings/{meeting.pk}/minutes.pdf")
    assert whole.content.startswith(b"%PDF")
    assert whole.content == client.get(f"/meetings/{meeting.pk}/minutes.pdf").content
    own = as_member("daniel").get(f"/meetings/{meeting.pk}/minutes.pdf").content
    assert own != whole.content
    assert own == as_member("daniel").get(f"/meetings/{meeting.pk}/minutes.pdf").content
    with seated(cast.operator):
        taken = Entry.objects.filter(kind="taken_away", member_id=cast.members["daniel"].pk)
        assert taken.filter(sentence__startswith="Took away the minutes (PDF)").count() == 2


def test_a_paper_tells_the_plan_and_why_the_level_is_what_it_is(
    cast: Cast, as_member: SignIn, meeting: Meeting, keira: Child
) -> None:
    referral, now = refer_child(cast, keira), timezone.now()
    with seated(cast.by("helen")) as by:
        plan = open_plan(
            by=by, referral=referral, words="Safer online", review_on=now.date() + timedelta(days=9), now=now
        )
        aims = [
            add_aim(by=by, plan=plan, words=words, known_by="The register") for words in ("At school", "At home by ten")
        ]
        settle_aim(by=by, aim=aims[0], reached=True, words="It is so.", now=now)
        health = cast.agencies["Caldershire Health"]
        mentoring = add_service(by=by, agency=health, name="Mentoring", about="", since=now.date())
        give_service(by=by, plan=plan, service=mentoring, given_from=now.date(), given_until=None, outcome="")
    address = f"/meetings/{meeting.pk}/papers/"
    for person in ("helen", "daniel"):
        page = as_member(person).get(address).content.decode()
        for words in (
            "As told.",
            "Safer online",
            "At school",
            "Reached",
            "At home by ten",
            "Not settled yet",
            "Services: Mentoring",
        ):
            assert words in page, (person, words)
    assert "Safer online" not in as_member("amina").get(address).content.decode(), "health does not work with her"
    assert as_member("daniel").get(address.replace("/papers/", "/papers.pdf")).content.startswith(b"%PDF")


MOST = 12


def many(cast: Cast, meeting: Meeting, count: int) -> None:
    """So many children of Penfield Academy on the agenda, each referred."""
    for number in range(count):
        child = cast.child(f"Child{number}", "Example", agency="Penfield Academy")
        refer_child(cast, child, level="low", at=timezone.now() - timedelta(days=2))
        on_agenda(cast, meeting, child)


def questions(client: Client, address: str) -> int:
    """How many questions a page asks of the database, but for those of its session."""
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return len([one for one in asked if "SAVEPOINT" not in one["sql"] and "django_session" not in one["sql"]])


@pytest.mark.parametrize("person", ["helen", "daniel"])
def test_papers_of_sixty_children_ask_the_database_as_often_as_those_of_two(
    cast: Cast, as_member: SignIn, meeting: Meeting, person: str
) -> None:
    client = as_member(person)
    pages = [f"/meetings/{meeting.pk}/{page}" for page in ("papers/", "papers.pdf", "agenda/", "")]
    few = [questions(client, page) for page in pages]
    many(cast, meeting, 60)
    assert [questions(client, page) for page in pages] == few
    with seated(cast.by(person)), CaptureQueriesContext(connection) as asked:
        papers = papers_of(Meeting.objects.select_related("chair").get(pk=meeting.pk), timezone.now())
    assert len(papers) == (62 if person == "helen" else 61)
    assert len(asked) <= MOST
