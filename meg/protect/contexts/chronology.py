"""What of a child's contexts stands in the chronology: linked and unlinked; and, for the seats that read what is said of a
context, when it was opened, its levels while the child was linked, and its closing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import models

from meg.protect.children.at_once import moment_of
from meg.protect.children.chronology import Line, Part, day_and_clock, lines_at_once
from meg.protect.contexts.models import Context, Level, Link, Said
from meg.protect.contexts.shown import with_words

KIND = "context"


def parts_of(child_id: int, wide: bool) -> list[Part]:
    """Links as facts; levels and closing as judgements, each with its name. `wide`: the seat reads what is said of a context."""
    links: Any = with_words(Link.objects.filter(child=child_id)).order_by("-linked_at", "-pk")
    parts = [
        Part(
            links.values("context__reference", "context__name", "context__kind", "how_words", "since", "linked_at", "linked_by",
                         "ended_at", "ended_by", "ended_because"),
            _link,
        )
    ]  # fmt: skip
    if not wide:
        return parts
    linked = Link.objects.filter(child=child_id, context=models.OuterRef("context"))
    then = linked.filter(linked_at__lte=models.OuterRef("at")).exclude(ended_at__lt=models.OuterRef("at"))
    levels = Level.objects.filter(models.Exists(then)).order_by("-at", "-pk")
    said = Said.objects.filter(what__in=["opened", "closed"]).filter(
        models.Q(models.Exists(then), what="closed") | models.Q(models.Exists(linked), what="opened")
    )
    named = ("context__reference", "context__name", "at")
    return [
        *parts,
        Part(levels.values(*named, "level", "rationale", "by"), _level),
        Part(said.order_by("-at", "-pk").values(*named, "what", "words", "by"), _said),
    ]


def lines_of(child_id: int, wide: bool) -> Iterator[Line]:
    """This room's lines, by one question to the database."""
    return lines_at_once(parts_of(child_id, wide))


def _called(row: dict[str, Any]) -> str:
    return f"{row['context__name']}, {row['context__reference']}"


def _link(row: dict[str, Any]) -> Iterator[Line]:
    kind = str(Context.Kind(row["context__kind"]).label).lower()
    linked = day_and_clock(moment_of(row["linked_at"]))
    yield Line(*linked, KIND, f"Linked to a {kind}." if kind != "online space" else "Linked to an online space.",
               f"{_called(row)}. {row['how_words']}.", row["linked_by"], step=2)  # fmt: skip
    if row["ended_at"]:
        ended = day_and_clock(moment_of(row["ended_at"]))
        yield Line(
            *ended, KIND, "Link to a context ended.", f"{_called(row)}. {row['ended_because']}", row["ended_by"], step=3
        )


def _level(row: dict[str, Any]) -> Iterator[Line]:
    words = f"{_called(row)}. {row['rationale']}"
    when = day_and_clock(moment_of(row["at"]))
    yield Line(*when, KIND, f"Level of concern of a context: {row['level']}.", words, row["by"], judgement=True, step=4)


def _said(row: dict[str, Any]) -> Iterator[Line]:
    when = day_and_clock(moment_of(row["at"]))
    closed = row["what"] == Said.What.CLOSED
    strong = "Context closed." if closed else "Context opened."
    yield Line(
        *when, KIND, strong, f"{_called(row)}. {row['words']}", row["by"], judgement=closed, step=5 if closed else 1
    )
