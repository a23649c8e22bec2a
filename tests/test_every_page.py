"""Every page, by every kind of person: who gets it, who is refused, and that axe finds nothing on it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from conftest import PEOPLE, Cast
from meg.partnership.seats import seated
from meg.partnership.trail.models import Entry, Kind
from meg.protect.children.models import CareEpisode, Child
from meg.protect.missing.models import Episode
from meg.protect.missing.tests.now import statements
from tests.browser import Browsing

SignIn = Callable[[str], Client]
EVERYONE = set(PEOPLE)
FIGURES = {"ruth", "colin", "wendy", "helen", "arthur"}

# Address, and who gets it; everyone else is refused with a sentence (403).
PAGES: list[tuple[str, set[str]]] = [
    ("/", EVERYONE),
    ("/help/", EVERYONE),
    ("/help/keyboard/", EVERYONE),
    ("/help/accessibility/", EVERYONE),
    ("/children/find/", {"helen", "arthur", "daniel", "amina", "nadia"}),
    ("/children/new/", {"helen"}),
    ("/missing/", {"helen", "arthur", "daniel", "amina", "nadia"}),
    ("/missing/morning-sheet.pdf", {"helen", "arthur", "daniel", "amina", "nadia"}),
    ("/missing/start/", {"helen", "daniel", "amina"}),
    ("/missing/thresholds/", {"helen"}),
    ("/tasks/", {"helen", "daniel", "amina", "nadia"}),
    ("/contexts/", {"helen", "arthur", "daniel", "amina", "nadia"}),
    ("/contexts/new/", {"helen"}),
    ("/contexts/proposals/", {"helen", "arthur"}),
    ("/meetings/", {"helen", "arthur", "daniel", "amina"}),
    ("/meetings/new/", {"helen"}),
    ("/transition/", {"helen", "arthur"}),
    ("/services/", {"helen"}),
    ("/outcomes/", {"helen", "arthur"}),
    ("/hand-over/", {"helen"}),
    ("/passed-on/", {"fiona"}),
    ("/referrals/", {"helen", "arthur", "daniel", "amina", "nadia"}),
    ("/referrals/new/", {"helen", "daniel", "amina", "nadia"}),
    ("/referrals/new/0a1b2c3d/1/", {"helen", "daniel", "amina", "nadia"}),
    ("/files-in/", {"helen", "arthur"}),
    ("/scorecard/", FIGURES),
    ("/scorecard/3/", FIGURES),
    ("/scorecard/3/limits/", FIGURES),
    ("/scorecard/8/factors/", FIGURES),
    ("/reports/", FIGURES),
    ("/specification/", FIGURES),
    ("/specification/3/", FIGURES),
    ("/specification/new/", {"colin"}),
    ("/specification/3/change/", {"colin"}),
    ("/specification/3/end/", {"colin"}),
    ("/reviews-due/", {"helen", "arthur", "daniel", "amina", "nadia"}),
    ("/frameworks/", {"helen", "arthur"}),
    ("/frameworks/matrix/1/", {"helen", "arthur"}),
    ("/frameworks/new/", {"helen"}),
    ("/frameworks/weighted/1/change/", {"helen"}),
    ("/frameworks/weighted/1/factors/new/", {"helen"}),
    ("/trail/", {"grace"}),
    ("/trail.csv", {"grace"}),
    ("/open-a-record/", {"grace"}),
    ("/members/", {"adam"}),
    ("/members/new/", {"adam"}),
    ("/agencies/", {"adam"}),
    ("/agencies/new/", {"adam"}),
]

# What of a record each person reaches: the child of Daniel's academy, to whom Nadia is allocated.
REACH = {"helen", "arthur", "daniel", "nadia"}
CHILD_PAGES = [
    "/children/{}/",
    "/children/{}/details/",
    "/children/{}/people/",
    "/children/{}/missing/history/",
    "/children/{}/plan/",
    "/children/{}/contexts/",
    "/children/{}/missing/history.csv",
    "/children/{}/exploitation/",
    "/children/{}/sheet/",
    "/children/{}/assessments/",
    "/children/{}/chronology.csv",
    "/children/{}/chronology.pdf",
    "/api/children/{}",
    "/api/children/{}/episodes",
]
# Forms and lists of a record that not everybody who reaches it may open.
INNER_PAGES = [
    ("/children/{}/seen/", {"helen"}),
    ("/children/{}/people/add/", {"helen"}),
    ("/children/{}/people/share/", {"helen"}),
    ("/children/{}/change/care/", {"helen"}),
    ("/children/{}/pass-on/", {"helen", "daniel", "nadia"}),
    ("/children/{}/plan/open/", {"helen"}),
    ("/children/{}/contexts/link/", {"helen"}),
    ("/children/{}/transition/", {"helen"}),
    ("/children/{}/refer/", {"helen", "daniel", "nadia"}),
    ("/children/{}/refer/1/", {"helen", "daniel", "nadia"}),
]
SEES_CHILDREN = {"helen", "arthur", "daniel", "amina", "nadia", "grace"}


@pytest.fixture
def child(cast: Cast) -> Child:
    made = cast.child(agency="Penfield Academy", worker="nadia", number="A1")
    with seated(cast.operator):
        CareEpisode.objects.create(child=made, started=date(2024, 1, 1), placement_type="U6")
        for days in (200, 90, 40):
            start = datetime.now(UTC) - timedelta(days=days)
            Episode.objects.create(
                child=made, missing_from="care", care_status="M", setting="foster", started_at=start,
                returned_at=start + timedelta(hours=9),
            )  # fmt: skip
        Episode.objects.create(
            child=made, missing_from="care", care_status="M", setting="foster",
            started_at=timezone.now() - timedelta(hours=5),
        )  # fmt: skip
    return made


@pytest.mark.parametrize(("address", "getters"), PAGES)
def test_who_gets_a_page(as_member: SignIn, address: str, getters: set[str]) -> None:
    for person in PEOPLE:
        response = as_member(person).get(address)
        assert response.status_code == (200 if person in getters else 403), (person, address)


@pytest.mark.parametrize("address", CHILD_PAGES)
def test_who_reaches_a_record(as_member: SignIn, child: Child, address: str) -> None:
    """Who does not reach a child gets the very bytes of a child that does not exist; figures seats are refused."""
    for person in PEOPLE:
        client = as_member(person)
        there = client.get(address.format(child.reference))
        nowhere = client.get(address.format("MEG-999999"))
        if person in REACH:
            assert there.status_code == 200, (person, there.content[:300])
            assert nowhere.status_code == 404
        elif person in SEES_CHILDREN:
            assert there.status_code == nowhere.status_code == 404, person
            assert there.content == nowhere.content, person
        else:
            assert there.status_code == nowhere.status_code == 403, person


@pytest.mark.parametrize(("address", "getters"), INNER_PAGES)
def test_who_opens_a_form_of_a_record(as_member: SignIn, child: Child, address: str, getters: set[str]) -> None:
    for person in PEOPLE:
        client = as_member(person)
        status = client.get(address.format(child.reference)).status_code
        assert status == 200 if person in getters else status in (403, 404), (person, status)
        assert client.get(address.format("MEG-999999")).status_code in (403, 404), person


def test_a_look_and_a_refused_look_are_in_the_trail(cast: Cast, as_member: SignIn, child: Child) -> None:
    as_member("daniel").get(f"/children/{child.reference}/")
    as_member("amina").get(f"/children/{child.reference}/")
    with seated(cast.operator):
        looks = Entry.objects.about(child.reference)
        assert looks.filter(kind=Kind.LOOK, member_id=cast.members["daniel"].pk).exists()
        assert looks.filter(kind=Kind.REFUSED, member_id=cast.members["amina"].pk).exists()


def test_a_record_opened_for_a_reason_is_reached_for_its_hour(cast: Cast, as_member: SignIn, child: Child) -> None:
    grace = as_member("grace")
    address = f"/children/{child.reference}/"
    assert grace.get(address).status_code == 404
    refused = grace.post("/open-a-record/", {"reference": child.reference, "reason": "short"})
    assert b"Write the reason in a few words" in refused.content
    opened = grace.post("/open-a-record/", {"reference": child.reference, "reason": "Complaint 12, asked by the board"})
    assert opened.status_code == 302
    page = grace.get(address)
    assert page.status_code == 200
    assert b"Complaint 12" in page.content
    with seated(cast.operator):
        assert (
            Entry.objects.about(child.reference)
            .filter(kind=Kind.ACCESS, detail__reason__startswith="Complaint")
            .exists()
        )


MOST_QUERIES = 12


@pytest.mark.parametrize("person", ["helen", "daniel", "nadia", "arthur"])
@pytest.mark.parametrize("address", ["/", "/children/find/", "/children/{}/"])
def test_a_page_asks_the_database_a_few_times(as_member: SignIn, child: Child, person: str, address: str) -> None:
    asked = statements(as_member(person), address.format(child.reference))
    assert len(asked) <= MOST_QUERIES, "\n".join(asked)


def test_the_search_of_a_caseload_says_nothing_of_others(cast: Cast, as_member: SignIn, child: Child) -> None:
    """The page is the same, byte for byte, whether or not another agency knows a child of that name."""
    client = as_member("amina")
    asked = {"words": "Wilhelmina Ravensworth", "born": "", "near": ""}
    before = client.post("/children/find/", asked).content
    cast.child("Wilhelmina", "Ravensworth", agency="Penfield Academy")
    after = client.post("/children/find/", asked).content
    assert bare(before) == bare(after)
    assert b"No child found" in after


def bare(page: bytes) -> bytes:
    """A page without what differs at each request: the tokens of its forms."""
    return b"\n".join(line for line in page.split(b"\n") if b"csrfmiddlewaretoken" not in line)


@pytest.mark.parametrize(
    ("asked", "verdict"),
    [
        ({"words": "Keira Dunstan"}, "1 exact match"),
        ({"words": "dunstan keira"}, "1 exact match"),
        ({"words": "kiera dunston"}, "No exact match: 1 close one"),
        ({"words": "kiera dunston", "born": "14/3/11"}, "Date read as 14 March 2011"),
        ({"words": "A1"}, "1 exact match"),
        ({"words": "k"}, "Enter at least two letters"),
        ({"words": "Keira", "born": "31/02/2011"}, "is not a date"),
    ],
)
def test_finding_is_forgiving(as_member: SignIn, child: Child, asked: dict[str, str], verdict: str) -> None:
    page = as_member("helen").post("/children/find/", asked).content.decode()
    assert verdict in page


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 375])
@pytest.mark.parametrize("person", ["helen", "daniel", "nadia", "fiona", "arthur", "ruth", "grace", "adam"])
def test_axe_finds_nothing(
    as_member: SignIn,
    browse: Callable[..., Browsing],
    child: Child,
    person: str,
    width: int,
) -> None:
    addresses = [address for address, getters in PAGES if person in getters and not address.endswith((".csv", ".pdf"))]
    if person in REACH:
        addresses += [page.format(child.reference) for page in CHILD_PAGES if page.endswith("/")]
        addresses += [page.format(child.reference) for page, getters in INNER_PAGES if person in getters]
        addresses += [f"/children/{child.reference}/missing/"] if person in ("helen", "daniel") else []
    window = browse(as_member(person), width=width)
    for address in addresses:
        window.go(address)
        assert window.axe() == [], address
        assert not window.too_wide(), address
    assert window.complaints == []
