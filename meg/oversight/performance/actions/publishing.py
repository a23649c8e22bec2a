"""A report on its way: drafted, commentary asked, approved, published. Published, nothing of it changes again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from hashlib import sha256

from django.db import transaction
from django.utils import timezone

from meg.oversight.performance.beside import Beside
from meg.oversight.performance.models import Commentary, Document, LimitReset, Report
from meg.oversight.performance.permissions import APPROVERS, PUBLISHERS, READERS
from meg.oversight.performance.reports import FORMS, card_of, report_of
from meg.oversight.performance.rules import Period, months_of, quarter_of, read_period
from meg.oversight.performance.scorecard import Line, NoFigures
from meg.partnership.access.models import Member
from meg.partnership.agencies.models import Partnership
from meg.partnership.seats import By, Refused, permit
from meg.partnership.trail.actions import record
from meg.partnership.trail.models import Kind

ONLY_COORDINATOR = "The coordinator prepares and publishes reports."
ONLY_APPROVER = "Only the group member who was asked approves this report."
ONLY_OWNER = "Only the owner of this indicator, who was asked, writes its commentary."
FROZEN = "This report is published and frozen."
NOT_OVER = "{words} is not over. A report is made when its period is over."
IS_APPROVED = "The report is approved. The coordinator can open it again by editing its summary."


@transaction.atomic
def make_report(*, by: By, period: Period, today: date) -> Report:
    """Begin the report of a period that is over and has figures. The one there is, where it was begun before.

    Raises: Refused.
    """
    permit(by, PUBLISHERS, ONLY_COORDINATOR)
    if period.end >= today:
        raise Refused(NOT_OVER.format(words=period.words))
    try:
        card_of(period, today)
    except NoFigures as none:
        raise Refused(str(none)) from none
    report, made = Report.objects.get_or_create(period=period.label)
    if made:
        _write(by, f"Began the report of {period.words}.", report)
    return report


@transaction.atomic
def edit_summary(*, by: By, report: Report, summary: str) -> None:
    """Keep the summary as a person edited it; empty, it is as written from the figures. An approval is taken back.

    Raises: Refused.
    """
    permit(by, PUBLISHERS, ONLY_COORDINATOR)
    _not_frozen(report)
    report.summary = summary.strip()
    if report.state == Report.State.APPROVED:
        report.state, report.approved_at, report.approved_by = Report.State.ASKED, None, ""
    report.save(update_fields=["summary", "state", "approved_at", "approved_by"])
    _write(by, f"Edited the summary of the report of {_words(report)}.", report)


@transaction.atomic
def ask_commentary(*, by: By, report: Report, owners: Mapping[str, Member], approver: Member) -> None:
    """Ask each owner for a commentary, and name who approves. An owner who has answered keeps their answer.

    Raises: Refused, also where the approver is no group member.
    """
    permit(by, PUBLISHERS, ONLY_COORDINATOR)
    _not_frozen(report)
    if not set(approver.seats) & {seat.value for seat in APPROVERS}:
        raise Refused(f"{approver.name} is not a group member. Choose one who is.")
    for number, owner in owners.items():
        found, made = Commentary.objects.get_or_create(
            report=report, indicator=number, defaults={"owner": owner, "owner_name": owner.name}
        )
        if not made and found.owner_id != owner.pk and found.answered_at is None:
            found.owner, found.owner_name, found.asked_at = owner, owner.name, timezone.now()
            found.told_at = None
            found.save(update_fields=["owner", "owner_name", "asked_at", "told_at"])
    report.state, report.approver, report.asked_at = Report.State.ASKED, approver, timezone.now()
    report.approved_at, report.approved_by = None, ""
    report.save(update_fields=["state", "approver", "asked_at", "approved_at", "approved_by"])
    _write(by, f"Asked for commentary on {len(owners)} indicators of the report of {_words(report)}.", report)


@transaction.atomic
def comment(*, by: By, report: Report, indicator: str, words: str, actions: str) -> None:
    """Keep what the owner of an indicator says of it. Raises: Refused."""
    permit(by, READERS, ONLY_OWNER)
    _not_frozen(report)
    if report.state == Report.State.APPROVED:
        raise Refused(IS_APPROVED)
    found = Commentary.objects.filter(report=report, indicator=indicator, owner_id=by.member_id).first()
    if found is None:
        raise Refused(ONLY_OWNER)
    found.words, found.actions, found.answered_at = words.strip(), actions.strip(), timezone.now()
    found.save(update_fields=["words", "actions", "answered_at"])
    _write(by, f"Wrote the commentary on indicator {indicator}, report of {_words(report)}.", report)


@transaction.atomic
def approve_report(*, by: By, report: Report) -> None:
    """Approve a report, as the group member who was named. Raises: Refused."""
    permit(by, APPROVERS, ONLY_APPROVER)
    _not_frozen(report)
    if report.approver_id != by.member_id or report.state != Report.State.ASKED:
        raise Refused(ONLY_APPROVER)
    report.state, report.approved_by, report.approved_at = Report.State.APPROVED, by.name, timezone.now()
    report.save(update_fields=["state", "approved_by", "approved_at"])
    _write(by, f"Approved the report of {_words(report)}.", report)


@transaction.atomic
def publish_report(*, by: By, report: Report, today: date) -> None:
    """Make the documents of an approved report, keep their bytes, and freeze it.

    Raises: Refused; PdfTrouble, where the PDF cannot be set.
    """
    permit(by, PUBLISHERS, ONLY_COORDINATOR)
    _not_frozen(report)
    if report.state != Report.State.APPROVED:
        raise Refused("The report is not approved yet. It is published when it is.")
    card = card_of(read_period(report.period), today)
    model = report_of(card, Partnership.objects.get(pk=by.partnership_id), report, today)
    for form, made in FORMS.items():
        content = made.write(model)
        Document.objects.create(report=report, form=form, content=content, sha256=sha256(content).hexdigest())
    report.state, report.published_by, report.published_at = Report.State.PUBLISHED, by.name, timezone.now()
    report.frozen = {
        indicator.number: {each.period.label: each.shown.text for each in indicator.series}
        for indicator in model.indicators
    }
    report.tables = {
        line.indicator.number: {
            "measure": line.of(card.period).measure,
            "tables": figure.beside,
            "months": _beside_months(line, card.period),
        }
        for line in card.lines
        if (figure := line.at(card.period))
    }
    report.save(update_fields=["state", "published_by", "published_at", "frozen", "tables"])
    _write(by, f"Published the report of {_words(report)}.", report)


def _beside_months(line: Line, period: Period) -> dict[str, Beside]:
    """What stands beside the figures of the months of a quarter: they stay with its tables, as they are on this day."""
    if period != quarter_of(period.start):
        return {}
    return {month.label: figure.beside for month in months_of(period) if (figure := line.at(month))}


@transaction.atomic
def begin_limits_anew(
    *, by: By, indicator: str, since: date, decided: date, decided_by: str, reason: str
) -> LimitReset:
    """Record the decision that the limits of an indicator begin anew. Raises: Refused."""
    permit(by, PUBLISHERS, "The coordinator records decisions on limits.")
    if LimitReset.objects.standing().filter(indicator=indicator, since=since).exists():
        raise Refused("New limits begin on that day already. Take that decision back first.")
    made = LimitReset.objects.create(
        indicator=indicator, since=since, decided=decided, decided_by=decided_by, reason=reason
    )
    sentence = f"Recorded that the limits of indicator {indicator} begin anew from {since:%-d %B %Y}."
    record(by=by, kind=Kind.WRITE, sentence=sentence, detail={"indicator": indicator})
    return made


@transaction.atomic
def take_limits_back(*, by: By, reset: LimitReset) -> None:
    """Take back a decision on limits that should not have been recorded. It is kept. Raises: Refused."""
    permit(by, PUBLISHERS, "The coordinator records decisions on limits.")
    reset.withdrawn_at = timezone.now()
    reset.save(update_fields=["withdrawn_at"])
    sentence = f"Took back that the limits of indicator {reset.indicator} begin anew from {reset.since:%-d %B %Y}."
    record(by=by, kind=Kind.WRITE, sentence=sentence, detail={"indicator": reset.indicator})


def _not_frozen(report: Report) -> None:
    if report.is_published:
        raise Refused(FROZEN)


def _words(report: Report) -> str:
    return read_period(report.period).words


def _write(by: By, sentence: str, report: Report) -> None:
    record(by=by, kind=Kind.WRITE, sentence=sentence, detail={"period": report.period})
