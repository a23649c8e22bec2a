"""A report from draft to publication: who may do what, what is frozen, and what changes afterwards."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from hashlib import sha256
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone

from conftest import Cast
from meg.oversight.performance.actions import (
    approve_report,
    ask_commentary,
    begin_limits_anew,
    bring_up_to_date,
    comment,
    edit_summary,
    make_report,
    publish_report,
    take_limits_back,
    tell_owners,
)
from meg.oversight.performance.models import Commentary, Document, LimitReset, Report, Revision
from meg.oversight.performance.reports import card_of, report_of
from meg.oversight.performance.rules import read_period
from meg.partnership.agencies.models import Partnership
from meg.partnership.seats import Refused, Seat, seated
from meg.protect.missing.models import Episode

SignIn = Callable[[str], Client]
PERIOD = "2025-26Q4"
TODAY = date(2026, 11, 24)


@pytest.fixture
def county(cast: Cast) -> Cast:
    """Twelve children who went missing from care in January, one of them twice."""
    for number in range(12):
        child = cast.child(given=f"Child{number}", number=f"N{number}")
        with seated(cast.operator):
            for day in range(1, 3 if number == 0 else 2):
                _episode(child.pk, day)
    with seated(cast.operator):
        bring_up_to_date(by=cast.operator)
    return cast


def _episode(child: int, day: int, month: int = 1) -> Episode:
    start = datetime(2026, month, day, 12, tzinfo=UTC)
    return Episode.objects.create(
        child_id=child, missing_from="care", care_status="M", setting="foster", started_at=start,
        returned_at=start.replace(hour=20), source="form",
    )  # fmt: skip


@pytest.fixture
def report(county: Cast) -> Report:
    """A report of which Wendy is asked about indicator 3, and which Ruth approves."""
    colin = county.by("colin")
    with seated(colin):
        made = make_report(by=colin, period=read_period(PERIOD), today=TODAY)
        ask_commentary(by=colin, report=made, owners={"3": county.members["wendy"]}, approver=county.members["ruth"])
    return made


def answered(cast: Cast, report: Report) -> None:
    wendy = cast.by("wendy")
    with seated(wendy):
        comment(by=wendy, report=report, indicator="3", words="Recording improved.", actions="Reviewed in May.")


def approved(cast: Cast, report: Report) -> Report:
    ruth = cast.by("ruth")
    with seated(ruth):
        approve_report(by=ruth, report=Report.objects.get(pk=report.pk))
    return report


def published(cast: Cast, report: Report) -> Report:
    answered(cast, report)
    approved(cast, report)
    colin = cast.by("colin")
    with seated(colin):
        publish_report(by=colin, report=Report.objects.get(pk=report.pk), today=TODAY)
        return Report.objects.get(pk=report.pk)


def test_only_the_coordinator_makes_a_report_and_of_a_period_that_is_over(county: Cast) -> None:
    colin = county.by("colin")
    with seated(colin):
        with pytest.raises(Refused, match="October to December 2026 is not over"):
            make_report(by=colin, period=read_period("2026-27Q3"), today=TODAY)
        with pytest.raises(Refused, match="There are no figures for January to March 2014"):
            make_report(by=colin, period=read_period("2013-14Q4"), today=TODAY)
        first = make_report(by=colin, period=read_period(PERIOD), today=TODAY)
        assert make_report(by=colin, period=read_period(PERIOD), today=TODAY) == first
    for name in ("ruth", "wendy", "helen", "arthur"):
        by = county.by(name)
        with seated(by), pytest.raises(Refused, match="coordinator"):
            make_report(by=by, period=read_period(PERIOD), today=TODAY)


def test_only_the_owner_who_was_asked_comments(county: Cast, report: Report) -> None:
    ruth = county.by("ruth")
    with seated(ruth), pytest.raises(Refused, match="Only the owner"):
        comment(by=ruth, report=report, indicator="3", words="Mine.", actions="")
    answered(county, report)
    with seated(ruth):
        assert Commentary.objects.get().words == "Recording improved."


def test_only_the_named_group_member_approves(county: Cast, report: Report) -> None:
    colin = county.by("colin")
    with seated(colin), pytest.raises(Refused, match="Only the group member"):
        approve_report(by=colin, report=report)
    other = county.by("wendy", Seat.GROUP)
    with seated(other), pytest.raises(Refused, match="Only the group member"):
        approve_report(by=other, report=report)
    with seated(colin), pytest.raises(Refused, match="is not a group member"):
        ask_commentary(by=colin, report=report, owners={}, approver=county.members["helen"])


def test_an_owner_is_written_to_once_and_no_child_is_named(county: Cast) -> None:
    colin, wendy = county.by("colin"), county.members["wendy"]
    owners = {"3": wendy, "4": wendy}
    with seated(colin):
        made = make_report(by=colin, period=read_period(PERIOD), today=TODAY)
        for _ in range(2):
            ask_commentary(by=colin, report=made, owners=owners, approver=county.members["ruth"])
        with pytest.raises(Refused, match="by the installation itself"):
            tell_owners(by=colin)
    with seated(county.operator):
        assert [tell_owners(by=county.operator) for _ in range(2)] == [1, 0]
    (message,) = mail.outbox
    assert message.to == [wendy.account.email]
    assert message.subject == "Commentary asked: report of January to March 2026"
    assert "your commentary on indicators 3, 4:" in message.body
    assert f"/reports/{PERIOD}/" in message.body


def test_an_edit_takes_the_approval_back_and_an_approved_report_takes_no_commentary(
    county: Cast, report: Report
) -> None:
    approved(county, report)
    wendy, colin = county.by("wendy"), county.by("colin")
    with seated(wendy), pytest.raises(Refused, match="The report is approved"):
        comment(by=wendy, report=Report.objects.get(), indicator="3", words="Late.", actions="")
    with seated(colin):
        edit_summary(by=colin, report=Report.objects.get(), summary="In our own words.")
        again = Report.objects.get()
        assert (again.state, again.approved_at, again.approved_by) == ("asked", None, "")
        with pytest.raises(Refused, match="not approved yet"):
            publish_report(by=colin, report=again, today=TODAY)


def test_a_published_report_is_frozen_in_the_database_too(county: Cast, report: Report) -> None:
    published(county, report)
    colin, wendy = county.by("colin"), county.by("wendy")
    with seated(colin):
        for verb in (
            "UPDATE performance_report SET summary = 'x'",
            "UPDATE performance_commentary SET words = 'x'",
            "INSERT INTO performance_document (report_id, form, content, sha256) SELECT id, 'txt', '', '' FROM performance_report",
        ):
            with pytest.raises(DatabaseError, match="frozen"), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(verb)
        for verb in (
            "UPDATE performance_document SET content = ''",
            "DELETE FROM performance_document",
            "DELETE FROM performance_report",
        ):
            with pytest.raises(DatabaseError, match="permission"), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(verb)
        with pytest.raises(Refused, match="frozen"):
            edit_summary(by=colin, report=Report.objects.get(), summary="Too late.")
    with seated(wendy), pytest.raises(Refused, match="frozen"):
        comment(by=wendy, report=Report.objects.get(), indicator="3", words="Too late.", actions="")


@pytest.mark.parametrize("name", ["ruth", "wendy", "helen", "arthur"])
def test_other_seats_change_no_report_by_raw_sql(county: Cast, report: Report, name: str) -> None:
    by = county.by(name)
    with seated(by), connection.cursor() as cursor:
        with pytest.raises(DatabaseError, match=r"permission denied|row-level security"), transaction.atomic():
            cursor.execute("INSERT INTO performance_report (period, state, summary) VALUES ('2025-26Q3', 'draft', '')")
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            cursor.execute("INSERT INTO performance_revision (report_id) SELECT id FROM performance_report")
        if name != "wendy":  # the owner of the one commentary
            with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
                cursor.execute("UPDATE performance_commentary SET words = 'Not mine.'")


def test_seats_without_figures_see_no_report(county: Cast, report: Report) -> None:
    for name in ("daniel", "nadia", "fiona", "adam", "grace"):
        with seated(county.by(name)), connection.cursor() as cursor:
            with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
                cursor.execute("SELECT count(*) FROM performance_report")


def test_what_was_published_stays_and_a_change_is_a_revision(county: Cast, report: Report, tmp_path: Path) -> None:
    published(county, report)
    with seated(county.operator):
        kept = {one.form: bytes(one.content) for one in Document.objects.all()}
        assert {one.form: one.sha256 for one in Document.objects.all()} == {
            form: sha256(content).hexdigest() for form, content in kept.items()
        }
        assert set(kept) == {"pdf", "xlsx", "csv", "json"}
        assert not Revision.objects.exists()
    for number in range(8):
        child = county.child(given=f"Late{number}")
        with seated(county.operator):
            _episode(child.pk, 20)
    with seated(county.operator):
        assert bring_up_to_date(by=county.operator)
        found = {(one.indicator, one.period): one for one in Revision.objects.all()}
        assert (found["3", PERIOD].was, found["3", PERIOD].became) == ("12", "20")
        assert found["3", PERIOD].cause == "Records were entered or corrected here since."
        later = report_of(card_of(read_period("2026-27Q3"), TODAY), Partnership.objects.get())
        told = {gap.what: gap.effect for gap in later.gaps}
        assert told["Indicator 3, January to March 2026: published as 12, now 20"].startswith("Records were entered")
        count = len(found)
        bring_up_to_date(by=county.operator)
        assert Revision.objects.count() == count, "computed again without a change: no revision"
    out = StringIO()
    call_command("report", period=PERIOD, out=tmp_path, as_published=True, stdout=out)
    for form, content in kept.items():
        assert (tmp_path / f"meg-{PERIOD}.{form}").read_bytes() == content
    with pytest.raises(CommandError, match="No report of October to December 2025 has been published"):
        call_command("report", period="2025-26Q3", out=tmp_path, as_published=True)


def test_seats_of_figures_read_what_a_figure_was_published_as_and_is_now_and_nothing_in_between(
    county: Cast, report: Report, as_member: SignIn
) -> None:
    """20, then 21, then as published again: what stood in between was not protected beside what stands."""
    published(county, report)
    late = [county.child(given=f"Late{number}") for number in range(9)]
    seen = []
    with seated(county.operator) as by:
        for children in (late[:8], late[8:]):
            for child in children:
                _episode(child.pk, 20)
            bring_up_to_date(by=by)
            seen += [(one.was, one.became) for one in Revision.objects.standing().filter(indicator="3", period=PERIOD)]
    assert seen == [("12", "20"), ("12", "21")]
    for name, rows in {"ruth": [("12", "21")], "colin": [("12", "21")], "wendy": [("12", "21")], "helen": seen}.items():
        with seated(county.by(name)), connection.cursor() as cursor:
            cursor.execute(
                "SELECT was, became FROM performance_revision WHERE indicator = '3' AND period = %s ORDER BY id",
                [PERIOD],
            )
            assert cursor.fetchall() == rows, name
    with seated(county.operator) as by:
        Episode.objects.filter(child__in=late).update(withdrawn_at=timezone.now())
        bring_up_to_date(by=by)
        assert not Revision.objects.standing().exists()
        assert Revision.objects.filter(indicator="3", period=PERIOD).count() == 2
    assert "No figure of it has changed since." in as_member("ruth").get(f"/reports/{PERIOD}/").content.decode()


def test_the_page_gives_the_bytes_and_shows_the_revision(county: Cast, report: Report, as_member: SignIn) -> None:
    published(county, report)
    child = county.child(given="Late")
    with seated(county.operator):
        for day in range(3, 10):
            _episode(child.pk, day)
        kept = bytes(Document.objects.get(form="pdf").content)
        bring_up_to_date(by=county.operator)
    ruth = as_member("ruth")
    page = ruth.get(f"/reports/{PERIOD}/").content.decode()
    assert "Recording improved." in page
    assert "Computed anew since publication" in page
    assert "Records were entered or corrected here since." in page
    assert ruth.get(f"/reports/{PERIOD}/published.pdf").content == kept
    assert ruth.get(f"/reports/{PERIOD}/published.txt").status_code == 404
    assert ruth.get("/reports/2025-26Q3/").status_code == 404


def test_who_has_not_answered_is_named_once_with_every_indicator(
    county: Cast, report: Report, as_member: SignIn
) -> None:
    colin, wendy = county.by("colin"), county.members["wendy"]
    with seated(colin):
        ask_commentary(by=colin, report=report, owners={"3": wendy, "4": wendy}, approver=county.members["ruth"])
    page = as_member("ruth").get(f"/reports/{PERIOD}/").content.decode()
    assert f"No answer yet: {wendy.name} (3 and 4)." in page


def test_paragraphs_that_a_browser_sent_stay_paragraphs(county: Cast, report: Report, as_member: SignIn) -> None:
    typed = "Recording improved. \r\n \r\n\r\nMore is\r\nknown."
    kept = "Recording improved.\n\nMore is\nknown."
    as_member("wendy").post(f"/reports/{PERIOD}/commentary/3/", {"words": typed, "actions": ""})
    as_member("colin").post(f"/reports/{PERIOD}/summary/", {"summary": typed})
    with seated(county.by("colin")):
        assert Commentary.objects.get(report=report).words == kept
        assert Report.objects.get().summary == kept
    page = as_member("ruth").get(f"/reports/{PERIOD}/").content.decode()
    assert page.count("<p>Recording improved.</p><p>More is\nknown.</p>") == 2


def test_an_indicator_that_was_just_added_is_not_counted_yet(county: Cast, as_member: SignIn) -> None:
    day = {"since_0": "1", "since_1": "4", "since_2": "2024"}
    said = {"number": "21", "name": "Placed outside", "title": "Placed outside", "strand": "protect", "type": "Tracker",
            "polarity": "neutral", "measure": "missing_from_placements_outside", **day}  # fmt: skip
    assert as_member("colin").post("/specification/new/", said).status_code == 302
    page = as_member("ruth").get(f"/scorecard/21/?period={PERIOD}").content.decode()
    assert "It is not counted yet" in page
    assert "No records cover it" not in page
    assert "No records cover it" in as_member("ruth").get("/scorecard/21/?period=2012-13Q1").content.decode()


def test_a_period_that_is_none_is_said_at_its_field_too(county: Cast, as_member: SignIn) -> None:
    ruth = as_member("ruth")
    for address in ("/scorecard/", "/scorecard/3/"):
        page = ruth.get(f"{address}?period=2017-18Q5").content.decode()
        assert page.count('id="period-error"') == 1
        field = page.split('id="period-error"')[1].split("<select")
        assert "2017-18Q5 is not a quarter" in field[0]
        assert 'aria-describedby="period-error"' in field[1]


def test_limits_begin_anew_by_a_decision_that_can_be_taken_back(county: Cast) -> None:
    colin = county.by("colin")
    told: dict[str, Any] = {
        "indicator": "3", "since": date(2025, 4, 1), "decided": TODAY, "decided_by": "the Group", "reason": "Why.",
    }  # fmt: skip
    with seated(colin):
        made = begin_limits_anew(by=colin, **told)
        with pytest.raises(Refused, match="already"):
            begin_limits_anew(by=colin, **told)
        take_limits_back(by=colin, reset=made)
        assert not LimitReset.objects.standing().exists()
        begin_limits_anew(by=colin, **told)
    with seated(county.by("ruth")):
        with pytest.raises(Refused, match="coordinator"):
            begin_limits_anew(by=county.by("ruth"), **told)
        with (
            pytest.raises(DatabaseError, match="permission denied"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute("UPDATE performance_limitreset SET reason = 'x'")


def test_what_was_typed_comes_back_after_the_session_ended(
    county: Cast, report: Report, as_member: SignIn, client: Client
) -> None:
    """Sent without a seat, an owner's words wait for them; kept once they are saved."""
    address = f"/reports/{PERIOD}/commentary/3/"
    wendy = as_member("wendy")
    page = wendy.get(address).content.decode()
    ticket = re.search(r'name="draft_ticket" value="([^"]+)"', page)
    assert ticket
    client.post(address, {"draft_ticket": ticket[1], "words": "Half a sentence", "actions": ""})
    assert "Half a sentence" in wendy.get(address).content.decode()
    wendy.post(address, {"words": "A whole sentence.", "actions": ""})
    again = wendy.get(address).content.decode()
    assert "A whole sentence." in again
    assert "Half a sentence" not in again
