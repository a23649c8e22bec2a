"""The page of today, seat by seat: what stands on it, what does not, and how often it asks the database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.utils import timezone

from conftest import PEOPLE, Cast
from meg.intake.models import Batch
from meg.oversight.performance.models import Commentary, Report, ShownFigure
from meg.partnership.access.actions import grant
from meg.partnership.access.models import Account
from meg.partnership.seats import seated
from meg.partnership.trail.models import Entry
from meg.protect.children.models import Child
from meg.protect.contexts.actions import open_context
from meg.protect.contexts.tests.conftest import STATION
from meg.protect.missing.actions import allocate, grade_risk, record_episode, record_return
from meg.protect.missing.models import Episode, Interview
from meg.protect.missing.rules import Told
from meg.protect.missing.tests.now import statements

SignIn = Callable[[str], Client]
Missing = Callable[..., Episode]


@pytest.fixture
def missing(cast: Cast) -> Missing:
    """`missing(child, hours=13, back=2)`: last seen so many hours ago, back so many hours ago."""

    def make(child: Child, hours: float, back: float | None = None, by: str = "helen", **other: Any) -> Episode:
        now = timezone.now()
        values: dict[str, Any] = {
            "missing_from": "home", "care_status": "", "police_category": "MISSING", "setting": "own_home",
            "started_at": now - timedelta(hours=hours), "reported_by": "Parent",
            "returned_at": None if back is None else now - timedelta(hours=back),
        }  # fmt: skip
        with seated(cast.by(by)):
            return record_episode(by=cast.by(by), child=child, told=Told(**{**values, **other}), now=now)

    return make


@pytest.fixture
def keira(cast: Cast) -> Child:
    return cast.child("Keira", "Dunstan", date(2011, 3, 14), agency="Penfield Academy", worker="nadia")


@pytest.fixture
def owen(cast: Cast) -> Child:
    return cast.child("Owen", "Tarrant", date(2012, 6, 1))


def page_of(as_member: SignIn, name: str, asked: str = "/") -> str:
    response = as_member(name).get(asked)
    assert response.status_code == 200
    return str(response.content.decode())


@pytest.mark.parametrize("name", PEOPLE)
def test_every_seat_has_its_day(cast: Cast, as_member: SignIn, name: str) -> None:
    page = page_of(as_member, name)
    assert page.count("<h1") == 1
    assert "What needs me today" in page
    assert page.split("<main", 1)[1].count('class="govuk-button"') <= 1


@pytest.mark.parametrize(
    ("name", "keira_seen", "owen_seen"),
    [("helen", True, True), ("daniel", True, False), ("nadia", True, False), ("amina", False, False),
     ("arthur", True, True), ("ruth", False, False), ("colin", False, False), ("wendy", False, False),
     ("grace", False, False), ("adam", False, False), ("fiona", False, False)],
)  # fmt: skip
def test_who_sees_which_child(
    cast: Cast, keira: Child, owen: Child, missing: Missing, as_member: SignIn,
    name: str, keira_seen: bool, owen_seen: bool,
) -> None:  # fmt: skip
    missing(keira, 13)
    missing(owen, 9)
    page = page_of(as_member, name)
    assert ("Keira Dunstan" in page, "Owen Tarrant" in page) == (keira_seen, owen_seen)
    assert (str(keira.reference) in page, str(owen.reference) in page) == (keira_seen, owen_seen)


def test_the_highest_risk_comes_first_then_the_longest(
    cast: Cast, keira: Child, owen: Child, missing: Missing, as_member: SignIn
) -> None:
    graded = missing(keira, 9.5)
    missing(owen, 13 + 25 / 60, care_status="A", missing_from="care", police_category="", setting="foster")
    page = page_of(as_member, "helen")
    assert page.index("Owen Tarrant") < page.index("Keira Dunstan")
    assert '<strong class="meg-nowrap">13 h 25 min</strong><span class="meg-sub">since ' in page
    assert "Away from placement. " in page
    assert 'meg-counts__n">2</span><span class="meg-counts__label">now missing' in page
    assert "2 children, highest risk first" in page
    now = timezone.now()
    with seated(cast.by("helen")) as by:
        grade_risk(
            by=by, episode=graded, level="HIGH", reason="Age", assessor="Sgt Example", at=now - timedelta(hours=4),
            review_at=now - timedelta(minutes=40, seconds=30), held_by="", now=now,
        )  # fmt: skip
    page = page_of(as_member, "helen")
    assert page.index("Keira Dunstan") < page.index("Owen Tarrant")
    assert "Police review 40 min over" in page
    assert "2 reviews over" in page  # the first grading of the other is looked for within 3 hours


def test_interviews_that_wait_and_what_waits_for_the_team(
    cast: Cast, keira: Child, owen: Child, missing: Missing, as_member: SignIn
) -> None:
    missing(keira, 30, back=20)
    missing(owen, 120, back=100)
    page = page_of(as_member, "helen")
    assert 'meg-counts__n">2</span><span class="meg-counts__label">interviews due' in page
    assert page.index("28 h over") < page.index("51 h 59 min left")
    assert 'meg-counts__n">2</span><span class="meg-counts__label">waiting for scrutiny' in page
    assert "longest 4 days 4 h" in page
    assert "Nobody allocated" in page
    assert "Waiting for scrutiny" not in page_of(as_member, "daniel")


def test_only_mine(cast: Cast, keira: Child, owen: Child, missing: Missing, as_member: SignIn) -> None:
    missing(keira, 30, back=20)
    missing(owen, 120, back=100)
    with seated(cast.by("helen")) as by:
        waits = Interview.objects.get(child=keira)
        allocate(by=by, interview=waits, member=cast.members["nadia"], now=timezone.now())
    assert "Only mine (1)" in page_of(as_member, "nadia")
    mine = page_of(as_member, "helen", "/?mine=yes")
    assert "Showing <strong>only your 0 matters" in mine
    assert "No interview is due." in mine
    client = as_member("helen")
    client.get("/?mine=yes")
    assert "only your 0 matters" in client.get("/").content.decode(), "what was chosen is kept for the next visit"
    client.get("/?mine=no")
    assert "only your" not in client.get("/").content.decode()


def test_nobody(cast: Cast, as_member: SignIn) -> None:
    page = page_of(as_member, "helen")
    assert "Nobody is missing now." in page
    assert "No interview is due." in page
    assert "No episode waits for the team." in page
    assert "No child is recorded as yours." in page_of(as_member, "daniel")


def test_a_withdrawn_episode_is_nobody_s_day(cast: Cast, keira: Child, missing: Missing, as_member: SignIn) -> None:
    episode = missing(keira, 9)
    with seated(cast.operator):
        Episode.objects.filter(pk=episode.pk).update(withdrawn_at=timezone.now())
    assert "Nobody is missing now." in page_of(as_member, "helen")


def test_more_than_ten_are_counted_and_can_all_be_shown(cast: Cast, missing: Missing, as_member: SignIn) -> None:
    for number in range(12):
        missing(cast.child(f"Child{number}", "Example"), hours=number + 4)
    page = page_of(as_member, "helen")
    assert "Show all 12" in page
    assert "12 children, highest risk first" in page
    assert "Child0 Example" not in page
    assert "12 reviews over" in page, "the counts are of all, not of what is shown"
    everyone = page_of(as_member, "helen", "/?all=missing")
    assert "Child0 Example" in everyone
    assert "Show all" not in everyone


def test_only_who_may_record_is_asked_to(cast: Cast, keira: Child, missing: Missing, as_member: SignIn) -> None:
    episode = missing(keira, 9)
    for name, may in (("helen", True), ("daniel", True), ("nadia", False), ("arthur", False)):
        page = page_of(as_member, name)
        assert ("Report a child missing" in page) == may
        assert (f"/missing/{episode.pk}/return/" in page) == may


def test_since_you_left(cast: Cast, keira: Child, owen: Child, missing: Missing, as_member: SignIn) -> None:
    client = as_member("helen")
    first = client.get("/").content.decode()
    assert "Since you left" not in first
    client.get(f"/children/{keira.reference}/missing/")  # the last look before she goes home
    missing(keira, 5, by="daniel")
    gone = missing(owen, 30)
    with seated(cast.by("helen")):
        record_return(by=cast.by("helen"), episode=gone, returned_at=timezone.now(), now=timezone.now())
    with seated(cast.by("grace")):
        left = Entry.objects.filter(member_id=cast.members["helen"].pk, kind="look", reference=keira.reference)
        signed_in = left.latest("at").at + timedelta(microseconds=1)
    Account.objects.filter(pk=cast.members["helen"].account_id).update(last_login=signed_in)
    page = client.get("/").content.decode()
    assert "2 reported missing, 1 returned" in page
    assert 'id="since"' in page


def test_rows_that_need_a_person(cast: Cast, as_member: SignIn) -> None:
    with seated(cast.operator):
        for rejected in (11, 0):
            Batch.objects.create(dataset="ssda903", year=f"20{17 + (not rejected)}-18", state="loaded",
                                 rows_read=rejected, rejected=rejected)  # fmt: skip
    page = page_of(as_member, "helen")
    assert ">11 rows</a> need a person" in page
    assert "SSDA903 2017-18" in page


def test_those_allocated_come_first(cast: Cast, as_member: SignIn) -> None:
    cast.child("Aaron", "First", agency="Brightwater")
    cast.child("Zoe", "Allocated", worker="nadia")
    page = page_of(as_member, "nadia")
    assert "Zoe Allocated" in page
    assert "Aaron First" not in page  # an interview worker sees the children allocated to them alone
    assert "Allocated to you" in page


@pytest.mark.parametrize("name", ["ruth", "colin", "wendy", "arthur"])
def test_the_latest_figures_as_they_may_be_shown(cast: Cast, as_member: SignIn, name: str) -> None:
    with seated(cast.operator):
        for period, last, shown in (
            ("2017-18Q3", date(2017, 12, 31), "40"),
            ("2017-18Q4", date(2018, 3, 31), "c"),
        ):
            ShownFigure.objects.create(
                indicator="3", period=period, kind="quarter", first_day=date(2018, 1, 1), last_day=last,
                as_at=datetime(2026, 11, 20, tzinfo=UTC), shown=shown, hidden=shown == "c",
            )  # fmt: skip
    page = page_of(as_member, name)
    assert "<strong>c</strong>" in page
    assert "2017-18Q4, as at Fri 20 Nov" in page
    assert "<strong>40</strong>" not in page


def test_figures_stand_in_the_order_of_the_specification(cast: Cast, as_member: SignIn) -> None:
    with seated(cast.operator):
        for number in ("10", "2", "1"):
            ShownFigure.objects.create(
                indicator=number, period="2017-18Q4", kind="quarter", first_day=date(2018, 1, 1),
                last_day=date(2018, 3, 31), as_at=datetime(2026, 11, 20, tzinfo=UTC), shown="40", hidden=False,
            )  # fmt: skip
    page = page_of(as_member, "ruth")
    found = [page.index(f'"/scorecard/{number}/?period=2017-18Q4"') for number in ("1", "2", "10")]
    assert found == sorted(found)


def test_what_a_report_waits_for_stands_on_the_day_of_who_can_give_it(cast: Cast, as_member: SignIn) -> None:
    """The owner who was asked has a commentary to write; when all are in, the chair has a report to approve."""
    with seated(cast.by("colin")):
        made = Report.objects.create(period="2017-18Q4", state="asked", made_by="Colin", approver=cast.members["ruth"])
        asked = Commentary.objects.create(
            report=made, indicator="3", owner=cast.members["wendy"], owner_name=cast.members["wendy"].name
        )
    link = 'href="/reports/2017-18Q4/commentary/3/">Write your commentary on Children missing from care</a>'
    assert link in page_of(as_member, "wendy")
    for name in ("ruth", "colin", "arthur"):
        assert 'id="h-reports"' not in page_of(as_member, name), name
    with seated(cast.by("wendy")):
        asked.words, asked.answered_at = "Recording improved.", datetime(2026, 11, 20, tzinfo=UTC)
        asked.save()
    assert 'href="/reports/2017-18Q4/">Approve the report</a>' in page_of(as_member, "ruth")
    assert 'id="h-reports"' not in page_of(as_member, "wendy")


def test_governance_sees_the_trail_and_open_grants(cast: Cast, keira: Child, as_member: SignIn) -> None:
    with seated(cast.by("helen")):
        grant(
            by=cast.by("helen"),
            child_id=keira.pk,
            reference=str(keira.reference),
            reason="Strategy discussion",
            until=timezone.now() + timedelta(hours=5),
            member=cast.members["amina"],
        )
    page = page_of(as_member, "grace")
    assert "Changed who may see what" in page
    assert f"<strong>{keira.reference}</strong> to Amina Example until" in page
    assert "Strategy discussion" in page
    assert "Keira" not in page


def test_the_administrator_sees_members_and_agencies(cast: Cast, as_member: SignIn) -> None:
    page = page_of(as_member, "adam")
    assert f'meg-counts__n">{len(PEOPLE)}</span><span class="meg-counts__label">members' in page
    assert 'meg-counts__n">5</span><span class="meg-counts__label">agencies' in page


def test_the_administrator_sees_who_has_no_second_factor(cast: Cast, as_member: SignIn) -> None:
    Authenticator.objects.create(user=cast.members["helen"].account, type="totp", data={})
    Authenticator.objects.create(user=cast.members["daniel"].account, type="recovery_codes", data={})
    page = page_of(as_member, "adam")
    listed = page.split('id="members"', 1)[1].split('id="agencies"', 1)[0]
    named = [name for name in PEOPLE if f"{name.title()} Example" in listed]
    assert sorted(named) == ["amina", "arthur", "daniel", "grace", "nadia"]


def test_intelligence_is_told_that_its_rooms_are_not_open(cast: Cast, as_member: SignIn) -> None:
    assert "The rooms of this seat are not open yet" in page_of(as_member, "fiona")


def test_a_list_of_children_is_a_look_at_each(cast: Cast, keira: Child, missing: Missing, as_member: SignIn) -> None:
    missing(keira, 9)
    page_of(as_member, "arthur")
    with seated(cast.by("grace")):
        line = Entry.objects.get(member_id=cast.members["arthur"].pk, sentence="Saw children on the page of today.")
        assert line.detail == {"children": [keira.reference]}


@pytest.mark.parametrize("name", PEOPLE)
def test_twelve_queries_at_most_however_many_rows(cast: Cast, missing: Missing, as_member: SignIn, name: str) -> None:
    for number in range(8):
        child = cast.child(f"Child{number}", "Example", agency="Penfield Academy", worker="nadia")
        missing(child, hours=number + 1, back=number if number % 2 else None)
    asked = statements(as_member(name), "/")
    assert len(asked) <= 12, "\n".join(asked)


def test_who_is_not_signed_in_sees_nothing(cast: Cast, client: Client) -> None:
    assert client.get("/").status_code == 302


def test_a_context_to_be_reviewed_stands_among_the_reviews_of_the_team(cast: Cast, as_member: SignIn) -> None:
    today = timezone.localdate()
    with seated(cast.by("helen")) as by:
        for name, days in (("Penfield bus station", 3), ("Mill Street arcade", 9)):
            open_context(
                by=by, now=timezone.now(), **{**STATION, "name": name, "review_on": today + timedelta(days=days)}
            )
    page = page_of(as_member, "helen")
    assert "Penfield bus station" in page
    assert "Due in 3 days" in page
    assert "Mill Street arcade" not in page, "not within a week"
    for person in ("daniel", "nadia", "ruth"):
        assert "Penfield bus station" not in page_of(as_member, person), person
