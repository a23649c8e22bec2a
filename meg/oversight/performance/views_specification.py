"""Pages of the data specification: what it says, what it said, and how the coordinator changes it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from meg.oversight.performance import actions
from meg.oversight.performance.definitions import counting, how
from meg.oversight.performance.forms_specification import BY_SOURCE, IndicatorForm, plain
from meg.oversight.performance.measures import measures
from meg.oversight.performance.models import Indicator, ShownFigure
from meg.oversight.performance.permissions import NO_FIGURES, PUBLISHERS, READERS
from meg.oversight.performance.rules import quarter_of
from meg.partnership.access.actions import clear_draft
from meg.partnership.access.drafts import form_of
from meg.partnership.access.models import Member
from meg.partnership.access.request import by_of
from meg.partnership.seats import By, Refused, permit

KEEPS = "The coordinator keeps the specification."
WORDS = {
    "number": "Number", "name": "Name on the scorecard", "title": "Title", "strand": "Strand", "polarity": "Direction",
    "type": "Type", "source": "Source", "reported": "Reported", "supplied": "Supplied", "scorecard": "On the Board’s scorecard",
    "owner": "Owner", "measure": "What is counted", "settings": "How it is counted", "disclosure": "Small numbers",
    "supplier": "Who supplies it", "target": "Target", "tolerance": "Tolerance",
}  # fmt: skip


@dataclass(frozen=True)
class Difference:
    """One thing that would change: what it is, and what it becomes."""

    what: str
    was: str
    becomes: str


def _readers(request: HttpRequest) -> By:
    by = by_of(request)
    permit(by, READERS, NO_FIGURES)
    return by


def _keeper(request: HttpRequest) -> By:
    by = by_of(request)
    permit(by, PUBLISHERS, KEEPS)
    return by


def _present(number: str) -> Indicator:
    """The words of an indicator that stand without an end."""
    found = Indicator.objects.select_related("owner", "supplier").filter(number=number, valid__upper_inf=True).first()
    if found is None:
        raise Http404("The data specification has no indicator of this number, or it has ended.")
    return found


def in_words(indicator: Indicator) -> dict[str, str]:
    """Every field of an indicator as people read it."""
    measure = measures().get(indicator.measure)
    return {
        **{name: str(getattr(indicator, name)) for name in ("number", "name", "title", "type", "source", "scorecard")},
        "strand": indicator.get_strand_display(),
        "polarity": indicator.get_polarity_display(),
        "reported": indicator.get_reported_display() or "Not said",
        "supplied": indicator.get_supplied_display() or "Not said",
        "disclosure": indicator.get_disclosure_display(),
        "owner": indicator.owner.name if indicator.owner else "Nobody",
        "supplier": indicator.supplier.name if indicator.supplier else "Nobody",
        "measure": BY_SOURCE if indicator.is_supplied else measure.title if measure else "Nothing is counted yet",
        "settings": how(indicator) or "Nothing to choose",
        "target": plain(indicator.target) or "None",
        "tolerance": plain(indicator.tolerance) or "None",
    }


@require_safe
def specification(request: HttpRequest) -> HttpResponse:
    """Every indicator as it stands today."""
    by, today = _readers(request), timezone.localdate()
    found = Indicator.objects.on(today).select_related("owner", "supplier")
    context = {"rows": [(one, in_words(one)) for one in found], "may_change": by.seat in PUBLISHERS}
    return render(request, "performance/specification.html", context)


@require_safe
def history(request: HttpRequest, number: str) -> HttpResponse:
    """One indicator: what the specification says of it, and what it said before."""
    by = _readers(request)
    found = list(Indicator.objects.select_related("owner", "supplier").filter(number=number).order_by("-valid"))
    if not found:
        raise Http404("The data specification has no indicator of this number.")
    told = [(one, in_words(one)) for one in found]
    changes = [(newer, _differences(before, after)) for (newer, after), (_, before) in pairwise(told)]
    context = {
        "indicator": found[0], "words": told[0][1], "labels": WORDS, "changes": changes, "first": found[-1],
        "may_change": by.seat in PUBLISHERS and found[0].valid.upper is None,
    }  # fmt: skip
    return render(request, "performance/specification_indicator.html", context)


def _differences(before: dict[str, str], after: dict[str, str]) -> list[Difference]:
    return [
        Difference(words, before[name], after[name]) for name, words in WORDS.items() if before[name] != after[name]
    ]


def _form(request: HttpRequest, by: By, present: Indicator | None) -> IndicatorForm:
    today = timezone.localdate()
    owners = [
        one
        for one in Member.objects.filter(left_on__isnull=True).order_by("name")
        if set(one.seats) & {seat.value for seat in READERS}
    ]
    initial: dict[str, Any] = {"since": today, "polarity": "neutral", "strand": "protect"}
    if present:
        initial = IndicatorForm.of(present, max(_next_quarter(today), present.valid.lower))
    return form_of(
        request, IndicatorForm, by, _key(present), initial=initial, owners=owners, unpicked=actions.unpicked(today),
        present=present,
    )  # fmt: skip


def _key(present: Indicator | None) -> str:
    """Under which name the words that were typed are kept."""
    return f"performance:specification:{present.number if present else 'new'}"


def _next_quarter(today: date) -> date:
    return date.fromordinal(quarter_of(today).end.toordinal() + 1)


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, number: str) -> HttpResponse:
    """Change an indicator: typed, then shown as is and becomes, then kept."""
    by, present = _keeper(request), _present(number)
    form = _form(request, by, present)
    if request.method == "POST" and form.is_valid():
        becomes = Indicator(number=number, **form.said())
        differences = _differences(in_words(present), in_words(becomes))
        since = form.cleaned_data["since"]
        if not differences:
            form.add_error(None, "Nothing is different from what the specification says now.")
        elif "confirm" not in request.POST:
            effects = _effects(present, becomes, since)
            context = {
                "indicator": present,
                "form": form,
                "differences": differences,
                "effects": effects,
                "since": since,
            }
            return render(request, "performance/specification_preview.html", context)
        else:
            try:
                actions.change_indicator(by=by, indicator=present, since=since, said=form.said())
            except Refused as refused:
                form.add_error("since", str(refused))
            else:
                clear_draft(by=by, form=_key(present))
                messages.success(request, f"Indicator {number} is changed from {since:%-d %B %Y}.")
                return redirect("performance:specified", number)
    return render(request, "performance/specification_form.html", {"form": form, "indicator": present})


def _effects(present: Indicator, becomes: Indicator, since: date) -> list[str]:
    """What a change does to the figures, in sentences."""
    kept = ShownFigure.objects.current().filter(indicator=present.number)
    if since > present.valid.lower and becomes.measure:  # earlier periods keep the words of their day
        kept = kept.filter(last_day__gte=since)
    when = "the next time they are computed" if since <= timezone.localdate() else f"from {since:%-d %B %Y}"
    found = []
    if counting(present) != counting(becomes):
        anew = "computed anew" if becomes.measure else "withdrawn"
        many = kept.count()
        which = {0: "No kept figure of this indicator is", 1: "1 kept figure of this indicator is"}.get(
            many, f"{many} kept figures of this indicator are"
        )
        found.append(f"{which} {anew}, {when}.")
        if since > present.valid.lower and becomes.measure:
            found.append(
                f"Figures of periods that end before {since:%-d %B %Y} stay as they are. A period that holds the day is "
                "counted by the new words, and marked."
            )
        found.append("Published reports stay as they were published; figures that differ are shown as revisions.")
    else:
        found.append("No figure is computed anew: what is counted stays the same.")
    if (present.target, present.tolerance, present.polarity) != (becomes.target, becomes.tolerance, becomes.polarity):
        found.append(f"How the figure is judged on the scorecard changes {when}.")
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """Bring a new indicator into the specification."""
    by = _keeper(request)
    form = _form(request, by, None)
    if request.method == "POST" and form.is_valid():
        number = form.cleaned_data["number"].strip()
        try:
            actions.add_indicator(by=by, number=number, since=form.cleaned_data["since"], said=form.said())
        except Refused as refused:
            form.add_error("number", str(refused))
        else:
            clear_draft(by=by, form=_key(None))
            messages.success(request, f"Indicator {number} is in the specification.")
            return redirect("performance:specification")
    return render(request, "performance/specification_form.html", {"form": form, "indicator": None})


@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, number: str) -> HttpResponse:
    """Take an indicator out of the specification, after today."""
    by, present = _keeper(request), _present(number)
    if request.method == "POST":
        actions.end_indicator(by=by, indicator=present, until=timezone.localdate())
        messages.success(request, f"Indicator {number} ends today. What was published of it stays.")
        return redirect("performance:specification")
    return render(request, "performance/specification_end.html", {"indicator": present})
