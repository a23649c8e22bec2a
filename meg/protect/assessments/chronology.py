"""Assessments as lines of the chronology: each is a named person's judgement."""

from __future__ import annotations

from collections.abc import Iterator

from meg.protect.assessments.models import Assessment
from meg.protect.children.chronology import MOST, Line, day_and_clock


def lines_of(child_id: int) -> Iterator[Line]:
    """Each assessment of a child that was finished and stands, newest first."""
    found = Assessment.objects.finished().filter(child=child_id).select_related("framework")
    for one in found.order_by("-finished_at", "-pk")[:MOST]:
        assert one.finished_at is not None
        yield Line(
            *day_and_clock(one.finished_at),
            "assessments",
            f"{one.get_kind_display()}: {one.get_level_display().lower()} risk of exploitation.",
            _words(one),
            one.by,
            judgement=True,
        )


def _words(one: Assessment) -> str:
    proposed = f"the tool proposed {one.proposed}" if one.proposed else "the tool proposed nothing"
    said = f"Override: {proposed}" if one.overridden else f"{proposed[0].upper()}{proposed[1:]}"
    return f"{said} ({one.framework})."
