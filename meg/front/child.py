"""A child's page: who it is, what is due, the missing history and one chronology, as far as the seat reaches."""

from __future__ import annotations

from datetime import date, timedelta

from django.core.paginator import Paginator
from django.db.models import Count, Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from meg.front.alerts import alerts_of
from meg.front.chronology import KINDS, MARKS, chronology, history_of
from meg.partnership.access.models import Involvement
from meg.partnership.access.request import by_of
from meg.partnership.seats import Seat, permit
from meg.partnership.trail.models import Entry, Kind
from meg.protect.children.actions import open_child
from meg.protect.children.models import CareEpisode, Child
from meg.protect.children.permissions import WIDE
from meg.protect.children.rules import age_in_words
from meg.protect.exploitation.permissions import REFERRERS
from meg.protect.missing.history import past_of
from meg.protect.missing.permissions import RECORDERS, SHEET_KEEPERS

A_PAGE = 20
LATELY = timedelta(days=30)
SHOWN = 12  # episodes in the table of the overview
Facts = list[tuple[str, str, str]]


def _facts(child: Child, care: CareEpisode | None, people: list[Involvement]) -> Facts:
    """Born, reference, where the child lives, and who works with them."""
    today = timezone.localdate()
    born = f"{child.date_of_birth.day} {child.date_of_birth:%B %Y}" if child.date_of_birth else "Not known"
    lives = getattr(care, "placement_label", None) or "Looked after" if care else "Own home, or not recorded"
    since = f"looked after since {care.started.day} {care.started:%B %Y}" if care else "not looked after now"
    allocated = [work.member.name for work in people if work.member]
    return [
        ("Born", born, age_in_words(child.date_of_birth, child.estimated_birth_year, today)),
        ("Reference", child.reference, f"known since {timezone.localtime(child.created_at):%b %Y}"),
        ("Lives at", lives, since),
        ("Responsible authority", child.responsible_authority or "Not recorded", ""),
        ("Allocated to", ", ".join(allocated[:2]) or "Nobody yet", ""),
    ]


def moves(care: list[CareEpisode]) -> list[date]:
    """The days on which a child began to live somewhere else."""
    return [one.started for one in care if one.reason_new != "L"]


@require_safe
def overview(request: HttpRequest, reference: str) -> HttpResponse:
    """The first page of a record."""
    by = by_of(request)
    child = open_child(by=by, reference=reference, doing="Looked at the child’s page.")
    now, today = timezone.now(), timezone.localdate()
    kind, mark = request.GET.get("kind", ""), request.GET.get("mark", "")
    history = history_of(child.pk, by.seat)
    past = past_of(history.episodes, moves(history.care), now)
    people = [work for work in history.works if work.until is None]
    care = next((one for one in reversed(history.care) if one.started <= today <= (one.ended or today)), None)
    page = Paginator(chronology(history, kind=kind, mark=mark), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "child": child,
        "facts": _facts(child, care, people),
        "alerts": alerts_of(child, history, by.seat, now),
        "past": past,
        "rows": past.rows[:SHOWN],
        "page": page,
        "kind": kind,
        "kinds": KINDS,
        "mark": mark,
        "marks": MARKS,
        "may_record": by.seat in RECORDERS,
        "may_refer": by.seat in REFERRERS,
        "may_keep": by.seat in SHEET_KEEPERS,
        "sheet": next((one for one in history.done if one.kind == "sheet"), None),
        "wide": by.seat in WIDE,
        "people": people,
        "moment": now,
        "broken_glass": by.seat is Seat.GOVERNANCE,
        "level": history.level,
    }
    return render(request, "front/child.html", context)


@require_safe
def seen(request: HttpRequest, reference: str) -> HttpResponse:
    """Who has seen this record in the last 30 days, and what was done: for the team and the analyst."""
    by = by_of(request)
    child = open_child(by=by, reference=reference, doing="Looked at who has seen the record.")
    permit(by, frozenset({Seat.TEAM}), "Only the exploitation team can see who has seen a record.")
    lines = Entry.objects.about(child.reference).filter(at__gte=timezone.now() - LATELY)
    looks = lines.exclude(kind=Kind.REFUSED).values("member_name").annotate(times=Count("pk"), last=Max("at"))
    page = Paginator(lines.newest_first(), 50).get_page(request.GET.get("page"))
    context = {"child": child, "people": looks.order_by("-last"), "page": page}
    return render(request, "front/child_seen.html", context)
