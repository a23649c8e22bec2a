"""What stands beside the figures of the months of a quarter, as it may leave: after the quarter’s tables, which stand.

A line is shown in all months of its quarter or in none, so a reader knows of the lines that are not shown their sum in each
month, and of most of them the sum over the quarter. A line is shown where none of its numbers is few: in a month, in the
other months together, and in what is left of their totals without it. Where others are not, their sum must pass the same
test, be there in two months, and be of two lines; else the smallest line that is shown joins them. So each of them can be
larger in one month and smaller in another while all that is shown stays the same: no search is needed to find that out.

Published with the report of their quarter, months stay as they were, as its tables do (see `beside_shown.py`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from meg.oversight.performance.beside import KINDS, PLACED, Beside, in_bands
from meg.oversight.performance.disclosure import THRESHOLD

NOT_PLACED = "not placed"
Lines = Mapping[str, int]


def months_beside(quarter: Beside, shown: Beside, months: Sequence[Beside], threshold: int = THRESHOLD) -> list[Beside]:
    """What stands beside the figures of all months of a quarter, in their order. `quarter` and `months`: as counted; `shown`:
    the quarter as it may leave. The totals of all these figures are shown. Tables of children and those of which several
    lines may apply stand beside quarters alone, and so do middle times.
    """
    found: list[Beside] = [{} for _ in months]
    for name in shown:
        if name in KINDS and KINDS[name].adds_up and all(name in month for month in months):
            for month, told in zip(found, _told(name, quarter, shown[name], months, threshold), strict=False):
                month[name] = told
    return found


def _told(
    name: str, quarter: Beside, shown: Mapping[str, Any], months: Sequence[Beside], threshold: int
) -> list[dict[str, Any]]:
    """The tables of all months; none, where none may be shown."""
    whole, parts = _divided(name, quarter), [_divided(name, month) for month in months]
    if shown["of"] == "c" or {code: sum(part.get(code, 0) for part in parts) for code in whole} != whole:
        return []
    hidden = {code for code, number in shown["lines"].items() if number == "c"}
    if sum(any(part.values()) for part in parts) < 2:  # a quarter of one month
        return [_table(shown, part, whole.keys() - hidden) for part in parts]
    lines = _open({code: [part.get(code, 0) for part in parts] for code in whole}, hidden, threshold)
    if not any(whole[code] for code in lines) or (name in PLACED and NOT_PLACED not in lines):
        return []
    return [_table(shown, part, lines) for part in parts]


def _divided(name: str, beside: Beside) -> dict[str, int]:
    """The lines of a way to divide, which add up to all that the figure counts."""
    lines = beside[name]["lines"]
    if name in PLACED:
        return {**lines, NOT_PLACED: beside["answers"]["of"] - beside[name]["of"]}
    return in_bands(lines) if name == "hour" else dict(lines)


def _open(lines: Mapping[str, Sequence[int]], hidden: set[str], threshold: int) -> set[str]:
    """The lines that are shown in all months, from their numbers in each. `hidden`: in the quarter."""
    totals = [sum(each) for each in zip(*lines.values(), strict=True)]
    of_all = sum(totals)

    def clear(numbers: Sequence[int]) -> bool:
        line = sum(numbers)
        return not any(
            1 <= each <= threshold
            for n, of in zip(numbers, totals, strict=True)
            for each in (n, of - n, line - n, of_all - of - line + n)
        )

    def hold_each_other(codes: set[str]) -> bool:
        together = [sum(each) for each in zip(*(lines[code] for code in codes), strict=True)]
        several = sum(code in hidden or any(lines[code]) for code in codes) > 1
        return several and sum(map(bool, together)) > 1 and clear(together)

    apart = {code for code in lines if code in hidden or not clear(lines[code])}
    smallest_last = sorted(
        (code for code in lines if code not in apart and any(lines[code])), key=lambda code: -sum(lines[code])
    )
    while apart and not hold_each_other(apart):
        if not smallest_last:
            return set()
        apart.add(smallest_last.pop())
    return lines.keys() - apart


def _table(shown: Mapping[str, Any], part: Lines, lines: set[str]) -> dict[str, Any]:
    """One month: the words and the order of codes are the quarter’s."""
    told = {code: part.get(code, 0) if code in lines else "c" for code in shown["lines"]}
    total = sum(number for code, number in part.items() if code != NOT_PLACED)
    return {**shown, "of": total, "lines": told}
