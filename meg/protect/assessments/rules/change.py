"""What changed between two assessments, factor by factor. Versions of a framework are compared by the factors' codes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from meg.protect.assessments.rules.framework import Tool

NOT_ASKED, NOTHING = "Not asked then", "Not answered"


@dataclass(frozen=True)
class Change:
    """One factor, as it was answered before and now. `rose` is None where one of the two has no weight."""

    section: str
    label: str
    before: str
    after: str
    rose: bool | None


def changes(before: Tool, earlier: Mapping[str, str], now: Tool, later: Mapping[str, str]) -> list[Change]:
    """The factors of `now` whose answer differs, in their order; then those that are asked no more, where answered before."""
    old = {one.code: one for one in before.factors}
    found = []
    for factor in now.factors:
        then = old.pop(factor.code, None)
        was = then.answer(earlier.get(factor.code, "")) if then else None
        becomes = factor.answer(later.get(factor.code, ""))
        words = was.label if was else NOTHING if then else NOT_ASKED
        after = becomes.label if becomes else NOTHING
        if words != after:
            weighed = was and becomes and was.weight is not None and becomes.weight is not None
            rose = becomes.weight > was.weight if weighed else None  # type: ignore[union-attr,operator]
            found.append(Change(factor.section, factor.label, words, after, rose))
    for factor in old.values():
        was = factor.answer(earlier.get(factor.code, ""))
        if was:
            found.append(Change(factor.section, factor.label, was.label, "Not asked any more", None))
    return found
