"""Pages of reports: from the first draft to publication, and the decisions by which limits begin anew."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from meg.oversight.performance import actions, pages
from meg.oversight.performance.documents.pdf import PdfTrouble
from meg.oversight.performance.forms import PeriodForm
from meg.oversight.performance.forms_reports import AskForm, CommentaryForm, LimitsForm, SummaryForm
from meg.oversight.performance.models import Commentary, Document, Indicator, LimitReset, Report, Revision
from meg.oversight.performance.permissions import APPROVERS, NO_FIGURES, PUBLISHERS, READERS
from meg.oversight.performance.reports import FORMS, card_of, file_name
from meg.oversight.performance.rules import Period, PeriodTrouble, previous, quarter_of, read_period
from meg.oversight.performance.scorecard import Card
from meg.partnership.access.actions import clear_draft
from meg.partnership.access.drafts import form_of
from meg.partnership.access.models import Member
from meg.partnership.access.request import by_of
from meg.partnership.seats import By, Refused, permit

OFFERED = 8  # quarters a report may be begun of


def _readers(request: HttpRequest) -> By:
    by = by_of(request)
    permit(by, READERS, NO_FIGURES)
    return by


def _coordinator(request: HttpRequest) -> By:
    by = by_of(request)
    permit(by, PUBLISHERS, actions.ONLY_COORDINATOR)
    return by


def _report(label: str) -> tuple[Report, Period]:
    report = Report.objects.select_related("approver").filter(period=label).first()
    if report is None:
        raise Http404("There is no report of this period.")
    return report, read_period(report.period)


def _card(report: Report) -> Card:
    return card_of(read_period(report.period), timezone.localdate())


@require_http_methods(["GET", "HEAD", "POST"])
def reports(request: HttpRequest) -> HttpResponse:
    """Every report, newest first; the coordinator begins one here."""
    by, today = _readers(request), timezone.localdate()
    form = PeriodForm(request.POST or None)
    if request.method == "POST":
        _coordinator(request)
        try:
            if form.is_valid() and form.cleaned_data["period"]:
                made = actions.make_report(by=by, period=form.cleaned_data["period"], today=today)
                return redirect("performance:report", made.period)
            if form.is_valid():
                form.add_error("period", "Choose a period.")
        except Refused as refused:
            form.add_error("period", str(refused))
    kept = {report.period: report for report in Report.objects.all()}
    found = sorted(((read_period(label), report) for label, report in kept.items()), key=_newest, reverse=True)
    ended = previous(quarter_of(today))
    offered = [ended]
    while len(offered) < OFFERED:
        offered.append(previous(offered[-1]))
    context = {
        "reports": found,
        "may_make": by.seat in PUBLISHERS,
        "offered": [period for period in offered if period.label not in kept],
        "form": form,
    }
    return render(request, "performance/reports.html", context)


def _newest(one: tuple[Period, Report]) -> date:
    return one[0].end


@require_safe
def report(request: HttpRequest, period: str) -> HttpResponse:
    """One report: how far it is, its summary, who has answered, what changed after it was published."""
    by = _readers(request)
    found, asked = _report(period)
    card = _card(found)
    said = {each.indicator: each for each in Commentary.objects.filter(report=found)}
    rows = [row for strand in pages.strands(card) for row in strand.rows]
    context = {
        "report": found,
        "period": asked,
        "lede": pages.opening(rows, card),
        "written": pages.written(rows, card),
        "rows": [(row, said.get(row.indicator.number)) for row in rows],
        "answered": sum(each.answered_at is not None for each in said.values()),
        "asked": len(said),
        "silent": [each for each in said.values() if each.answered_at is None],
        "mine": [each for each in said.values() if each.owner_id == by.member_id],
        "may_prepare": by.seat in PUBLISHERS and not found.is_published,
        "may_approve": _may_approve(by, found),
        "forms": list(FORMS),
        "revisions": [
            (read_period(one.period), one)
            for one in Revision.objects.standing().filter(report=found).order_by("at", "pk")
        ],
    }
    return render(request, "performance/report.html", context)


def _may_approve(by: By, report: Report) -> bool:
    return by.seat in APPROVERS and report.approver_id == by.member_id and report.state == Report.State.ASKED


@require_http_methods(["GET", "HEAD", "POST"])
def summary(request: HttpRequest, period: str) -> HttpResponse:
    """The coordinator edits the summary: what is written from the figures to begin with."""
    by = _coordinator(request)
    found, asked = _report(period)
    card = _card(found)
    rows = [row for strand in pages.strands(card) for row in strand.rows]
    key = f"performance:summary:{period}"
    initial = {"summary": found.summary or "\n\n".join(pages.written(rows, card))}
    form = form_of(request, SummaryForm, by, key, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.edit_summary(by=by, report=found, summary=form.cleaned_data["summary"])
        except Refused as refused:
            form.add_error("summary", str(refused))
        else:
            clear_draft(by=by, form=key)
            messages.success(request, "The summary is saved.")
            return redirect("performance:report", period)
    return _one_form(request, "Edit the summary", form, found, asked, "Save the summary")


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, period: str) -> HttpResponse:
    """The coordinator asks the owners, and names who approves."""
    by = _coordinator(request)
    found, asked = _report(period)
    members = list(Member.objects.filter(left_on__isnull=True).order_by("name"))
    readers = [one for one in members if set(one.seats) & {seat.value for seat in READERS}]
    approvers = [one for one in members if set(one.seats) & {seat.value for seat in APPROVERS}]
    indicators = [line.indicator for line in _card(found).lines]
    initial: dict[str, Any] = {"approver": str(found.approver_id or (approvers[0].pk if len(approvers) == 1 else ""))}
    for each in Commentary.objects.filter(report=found):
        initial[f"owner_{each.indicator}"] = str(each.owner_id)
    key = f"performance:ask:{period}"
    form = form_of(
        request, AskForm, by, key, initial=initial, indicators=indicators, members=readers, approvers=approvers
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.ask_commentary(by=by, report=found, owners=form.owners(), approver=form.chosen_approver())
        except Refused as refused:
            form.add_error("approver", str(refused))
        else:
            clear_draft(by=by, form=key)
            messages.success(request, "The owners are asked.")
            return redirect("performance:report", period)
    return _one_form(request, "Ask for commentary", form, found, asked, "Ask them")


@require_http_methods(["GET", "HEAD", "POST"])
def commentary(request: HttpRequest, period: str, number: str) -> HttpResponse:
    """The owner of an indicator writes what is behind it."""
    by = _readers(request)
    found, asked = _report(period)
    own = Commentary.objects.filter(report=found, indicator=number, owner_id=by.member_id).first()
    line = _card(found).line(number)
    if own is None or line is None:
        raise Http404("You were not asked for a commentary on this indicator.")
    key = f"performance:commentary:{period}:{number}"
    form = form_of(request, CommentaryForm, by, key, initial=CommentaryForm.of(own))
    if request.method == "POST" and form.is_valid():
        try:
            actions.comment(by=by, report=found, indicator=number, **form.cleaned_data)
        except Refused as refused:
            form.add_error("words", str(refused))
        else:
            clear_draft(by=by, form=key)
            messages.success(request, f"Your commentary on {line.indicator.name} is saved.")
            return redirect("performance:report", period)
    row = pages.card_row(line, _card(found))
    said = f"{line.indicator.name}: {row.this.grouped}. {row.verdict.sentence or row.verdict.first}"
    return _one_form(request, "Your commentary", form, found, asked, "Save your commentary", said)


def _one_form(
    request: HttpRequest, title: str, form: Any, report: Report, period: Period, button: str, lead: str = ""
) -> HttpResponse:
    context = {"title": title, "form": form, "report": report, "period": period, "button_words": button, "lead": lead}
    return render(request, "performance/report_form.html", context)


@require_POST
def approve(request: HttpRequest, period: str) -> HttpResponse:
    by = _readers(request)
    found, asked = _report(period)
    actions.approve_report(by=by, report=found)
    messages.success(request, f"You approved the report of {asked.words}. The coordinator publishes it.")
    return redirect("performance:report", period)


@require_POST
def publish(request: HttpRequest, period: str) -> HttpResponse:
    by = _coordinator(request)
    found, asked = _report(period)
    try:
        actions.publish_report(by=by, report=found, today=timezone.localdate())
        messages.success(request, f"The report of {asked.words} is published and frozen.")
    except PdfTrouble as trouble:
        messages.error(request, str(trouble))
    return redirect("performance:report", period)


@require_safe
def as_published(request: HttpRequest, period: str, form: str) -> HttpResponse:
    """The very bytes that were published."""
    by = _readers(request)
    kept = Document.objects.filter(report__period=period, form=form).first()
    try:
        asked = read_period(period)
    except PeriodTrouble as trouble:
        raise Http404("There is no such report.") from trouble
    if kept is None:
        raise Http404("There is no such report.")
    actions.took_away(by=by, period=asked, forms=[form])
    headers = {
        "Content-Disposition": f'attachment; filename="{file_name(asked, form)}"',
        "X-Content-Type-Options": "nosniff",
    }
    return HttpResponse(bytes(kept.content), content_type=FORMS[form].type, headers=headers)


@require_http_methods(["GET", "HEAD", "POST"])
def limits(request: HttpRequest, number: str) -> HttpResponse:
    """Decisions by which the limits of an indicator begin anew: which there are, and one more by the coordinator."""
    by, today = _readers(request), timezone.localdate()
    indicator = Indicator.objects.on(today).filter(number=number).exclude(measure="").first()
    if indicator is None:
        raise Http404("The data specification has no indicator of this number that is measured.")
    if request.method == "POST":
        permit(by, PUBLISHERS, "The coordinator records decisions on limits.")
        if (gone := request.POST.get("take_back", "")).isdigit():
            actions.take_limits_back(by=by, reset=_standing(number, int(gone)))
            messages.success(request, "The decision is taken back. The limits are as they were before it.")
            return redirect("performance:limits", number)
    key = f"performance:limits:{number}"
    form = form_of(request, LimitsForm, by, key, today=today, initial={"decided": today})
    if request.method == "POST" and form.is_valid():
        try:
            actions.begin_limits_anew(by=by, indicator=number, **form.cleaned_data)
        except Refused as refused:
            form.add_error("since", str(refused))
        else:
            clear_draft(by=by, form=key)
            messages.success(request, "The decision is recorded. The chart is judged by the new limits.")
            return redirect("performance:indicator", number)
    context = {
        "indicator": indicator,
        "form": form,
        "resets": LimitReset.objects.standing().filter(indicator=number),
        "may_record": by.seat in PUBLISHERS,
    }
    return render(request, "performance/limits.html", context)


def _standing(number: str, key: int) -> LimitReset:
    found = LimitReset.objects.standing().filter(indicator=number, pk=key).first()
    if found is None:
        raise Http404("There is no such decision.")
    return found
