"""The governance officer reads the trail; nobody else does, and reading it is in it."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from io import StringIO

import pytest
from django.test import Client
from django.utils import timezone

from conftest import PEOPLE, Cast
from meg.partnership.seats import seated
from meg.partnership.trail.actions import record, record_sign_in
from meg.partnership.trail.models import Entry, Kind
from meg.partnership.trail.tests.test_rows import tamper

SignIn = Callable[[str], Client]


@pytest.fixture
def grace(cast: Cast, as_member: SignIn) -> Client:
    """Signed in, with four lines to read: two looks by Helen, one by Daniel, one at the door."""
    for person, reference in (("helen", "MEG-000217"), ("helen", "MEG-000218"), ("daniel", "MEG-000217")):
        with seated(cast.by(person)):
            record(by=cast.by(person), kind=Kind.LOOK, sentence="Looked at the record.", reference=reference)
    record_sign_in(name="Nobody known", sentence="Was turned away at sign-in: an address that has no account.")
    return as_member("grace")


def shown(client: Client, **asked: object) -> list[str]:
    """The lines of a page: who, and about which record."""
    page = client.get("/trail/", {name: str(value) for name, value in asked.items()}).content.decode()
    rows = re.findall(r'<tr role="row"><td.*?</tr>', page, re.DOTALL)
    return [re.sub(r"<[^>]+>|\s+", " ", row).strip() for row in rows]


def test_a_line_says_who_in_which_seat_did_what_and_by_what_right(grace: Client) -> None:
    line = next(row for row in shown(grace) if "MEG-000218" in row)
    assert "Helen Example" in line
    assert "Exploitation team: every child of the partnership" in line
    assert "Looked at the record." in line


def test_by_member(cast: Cast, grace: Client) -> None:
    rows = shown(grace, member=cast.members["daniel"].pk)
    assert len(rows) == 1
    assert "Daniel Example" in rows[0]


def test_by_child_also_where_a_page_listed_it_among_others(cast: Cast, grace: Client) -> None:
    with seated(cast.by("amina")):
        record(
            by=cast.by("amina"), kind=Kind.LOOK, sentence="A list.", detail={"children": ["MEG-000217", "MEG-000300"]}
        )
    assert len(shown(grace, reference="MEG-000217")) == 3
    assert [len(shown(grace, reference=typed)) for typed in ("217", "meg-217", "MEG-000300", "MEG-000999")] == [
        3,
        3,
        1,
        0,
    ]


def test_by_kind(grace: Client) -> None:
    assert all("Looked" in row for row in shown(grace, kind="look") if "Helen" in row)
    assert shown(grace, kind="taken_away") == []


def test_who_nobody_knows_and_the_installation_itself(grace: Client) -> None:
    assert "an address that has no account" in shown(grace, member="nobody")[0]
    assert all("Operator" in row for row in shown(grace, member="house"))


def test_by_day_in_london(cast: Cast, grace: Client) -> None:
    """The last minute of a summer's day in London is the day before in UTC."""
    late = datetime(2026, 7, 1, 23, 59, tzinfo=timezone.get_default_timezone())
    line = Entry.objects.filter(reference="MEG-000218").get()
    tamper("UPDATE trail_entry SET at = %s WHERE id = %s", late.isoformat(), line.pk)
    assert len(shown(grace, first="2026-07-01", last="2026-07-01")) == 1
    assert len(shown(grace, first="01/07/2026", last="01/07/2026")) == 1
    assert shown(grace, first="2026-07-02", last="2026-07-02") == []


BAD = [
    ({"first": "2026-02-31"}, "From must be a date there is, like 24/11/2026."),
    ({"first": "2026-03-02", "last": "2026-03-01"}, "To must not be before 2 March 2026, the day From names."),
    ({"member": "999999"}, "Choose someone who stands in the trail."),
    ({"reference": "x\0y"}, "Null characters are not allowed."),
    ({"kind": "other"}, "other"),
]


@pytest.mark.parametrize(("asked", "sentence"), BAD)
def test_what_cannot_be_asked_gets_a_sentence_and_no_line(grace: Client, asked: dict[str, str], sentence: str) -> None:
    page = grace.get("/trail/", asked).content.decode()
    assert sentence in page
    assert "<title>Error: The trail" in page
    assert "Looked at the record." not in page
    assert grace.get("/trail.csv", asked).status_code == 400


def test_nothing_answers(grace: Client) -> None:
    page = grace.get("/trail/", {"reference": "MEG-000999"}).content.decode()
    assert "No line answers this." in page
    assert "Lines of: <strong>MEG-000999</strong>" in page


def test_page_by_page_every_line_once(cast: Cast, grace: Client) -> None:
    with seated(cast.by("ruth")):
        for number in range(120):
            record(by=cast.by("ruth"), kind=Kind.FIGURES, sentence=f"Read figure {number}.")
    member = cast.members["ruth"].pk
    seen: list[str] = []
    asked: dict[str, str] = {}
    for _ in range(4):
        seen += shown(grace, member=member, **asked)
        page = grace.get("/trail/", {"member": str(member), **asked}).content.decode()
        older = re.search(r'rel="next" href="[^"]*before=(\d+)"', page)
        if not older:
            break
        asked = {"before": older[1]}
    figures = [int(found[1]) for row in seen if (found := re.search(r"figure (\d+)", row))]
    assert figures == list(range(119, -1, -1))


def test_a_page_to_go_on_from_that_is_none(grace: Client) -> None:
    assert shown(grace, before="x") != []
    assert shown(grace, before="²") != []
    assert shown(grace, before="999999999") == []


def test_reading_it_is_in_it(cast: Cast, grace: Client) -> None:
    grace.get("/trail/", {"member": str(cast.members["daniel"].pk), "kind": "look"})
    line = Entry.objects.filter(sentence="Read the trail.").latest("pk")
    assert line.member_name == "Grace Example"
    assert line.detail == {"asked": "Daniel Example, looked at a record"}


def test_lines_are_taken_away_safe_for_a_spreadsheet_and_that_is_in_it(cast: Cast, grace: Client) -> None:
    with seated(cast.by("ruth")):
        record(by=cast.by("ruth"), kind=Kind.SEARCH, sentence="=cmd|' /C calc'!A0")
    response = grace.get("/trail.csv", {"member": cast.members["ruth"].pk})
    assert response["Content-Disposition"] == 'attachment; filename="trail.csv"'
    rows = list(csv.DictReader(StringIO(response.content.decode())))
    assert [row["What"] for row in rows] == ["'=cmd|' /C calc'!A0"]
    line = Entry.objects.filter(kind=Kind.TAKEN_AWAY).latest("pk")
    assert line.sentence == "Took 1 line of the trail away."


def test_another_partnerships_lines_are_not_shown(cast: Cast, grace: Client) -> None:
    tamper("UPDATE trail_entry SET partnership_id = 0 WHERE reference = %s", "MEG-000218")
    assert not any("MEG-000218" in row for row in shown(grace))
    assert shown(grace, reference="MEG-000218") == []


@pytest.mark.parametrize("address", ["/trail/", "/trail.csv"])
@pytest.mark.parametrize("person", [name for name in PEOPLE if name != "grace"])
def test_nobody_else_reads_it(as_member: SignIn, address: str, person: str) -> None:
    refused = as_member(person).get(address)
    assert refused.status_code == 403
    assert "Only an information governance officer can read the trail." in refused.content.decode()


def test_the_questions_do_not_grow_with_the_lines(
    cast: Cast, grace: Client, django_assert_max_num_queries: Callable[..., object]
) -> None:
    with seated(cast.by("ruth")):
        for _ in range(60):
            record(by=cast.by("ruth"), kind=Kind.FIGURES, sentence="Read a figure.")
    grace.get("/trail/")
    with django_assert_max_num_queries(14):  # type: ignore[attr-defined]
        grace.get("/trail/")
    assert timezone.now() - Entry.objects.latest("pk").at < timedelta(minutes=1)
