"""What stands beside a figure: how the same episodes divide, each line a number of a total; and a middle value.

Nothing here asks the database. How it leaves is in `beside_shown.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from meg.oversight.performance.disclosure import (
    SENTENCE,
    THRESHOLD,
    Shown,
    Symbol,
    share_of,
)

Beside = dict[str, dict[str, Any]]
"""As it is kept: name to `{"of": total, "lines": {code: number}}`, and to `{"of": number, "hours": middle}`, or in
`days`; with
`words` for codes that are no part of the program, and their `order`. After disclosure control a number that is hidden is 'c'."""

HOURS = {str(hour): f"{hour:02}:00 to {hour:02}:59" for hour in range(24)}
BANDS = {str(hour): f"{hour:02}:00 to {hour + 2:02}:59" for hour in range(0, 24, 3)}
UNKNOWN, OTHER = "unknown", "other"
DISTANCES = {
    "to_10": "Up to 10 miles",
    "to_20": "Over 10 to 20 miles",
    "to_50": "Over 20 to 50 miles",
    "over_50": "Over 50 miles",
    UNKNOWN: "Not recorded",
}
AREAS = {
    "inside": "Responsible authority’s",
    "outside": "Another authority’s",
    UNKNOWN: "Not recorded",
}
PLACED = {"distance": "distance_children", "area": "area_children"}
"""Ways to divide the episodes of looked-after children by their placement, and the same by children."""
ONCE_A_LINE = (
    "A child counts once in each line in which an episode of theirs is, so the children do not add up to the total."
)


@dataclass(frozen=True)
class Kind:
    """One way to divide: its title, what the total is, its lines in order, and a note."""

    title: str
    total: str
    lines: Mapping[str, str]
    note: str = ""
    adds_up: bool = True
    counts: str = "Episodes"
    coded: bool = False  # its lines are the codes of a list: those at nought are not shown


SEVERAL = "Several may apply, so the lines do not add up. Only those that were given are listed."
GIVEN = "Only those that were given are listed."
KINDS: dict[str, Kind] = {
    "answers": Kind(
        "What became of the interviews",
        "Episodes in the denominator",
        {
            "offered": "Offered",
            "accepted": "Accepted",
            "held": "Held, in time or late",
            "declined": "Declined",
            "not_contactable": "Not contactable",
            "nothing": "Nothing recorded",
        },
        "One that was held was offered and accepted too, so the lines do not add up. One may answer several episodes.",
        adds_up=False,
    ),
    "setting": Kind(
        "From where",
        "Episodes",
        {
            "own_home": "Own home",
            "foster": "Foster care",
            "childrens_home": "Children’s home",
            "supported": "Supported lodgings",
            "other": "Other",
        },
    ),
    "age": Kind(
        "Age",
        "Episodes",
        {
            "10_12": "10 to 12",
            "13_15": "13 to 15",
            "16_17": "16 or 17",
            "other": "Under 10, over 17 or not recorded",
        },
        "In whole years, on the day the episode started.",
    ),
    "sex": Kind("Sex", "Episodes", {"female": "Female", "male": "Male", "other": "Not recorded"}),
    "weekday": Kind(
        "Day they started",
        "Episodes",
        dict(zip("1234567", "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split(), strict=True)),
    ),
    "hour": Kind(
        "Time they started", "Episodes", {**HOURS, **BANDS, UNKNOWN: "Time not recorded"}
    ),
    "duration": Kind(
        "How long",
        "Episodes",
        {
            "under_6": "Under 6 hours",
            "under_12": "6 to 12 hours",
            "under_24": "12 to 24 hours",
            "same_day": "Within one day, hours not recorded",
            "under_72": "1 to 3 days",
            "under_168": "3 to 7 days",
            "longer": "7 days or longer",
            "open": "Not back yet",
        },
        "Where only days are recorded, the days between count.",
    ),
    "distance": Kind(
        "Distance from home",
        "Episodes from care",
        DISTANCES,
        "Miles from the child’s home, as recorded with the placement of the day the episode started.",
    ),
    "distance_children": Kind(
        "Distance from home: children", "Looked-after children", DISTANCES, ONCE_A_LINE, adds_up=False, counts="Children"
    ),
    "area": Kind("Area of the placement", "Episodes from care", AREAS),
    "area_children": Kind("Area of the placement: children", "Looked-after children", AREAS, adds_up=False, counts="Children"),
    "source": Kind("Source", "Referrals", {}, GIVEN, counts="Referrals", coded=True),
    "model": Kind("Model of exploitation", "Referrals", {}, SEVERAL, adds_up=False, counts="Referrals", coded=True),
    "vulnerability": Kind("What makes it harder", "Referrals", {}, SEVERAL, adds_up=False, counts="Referrals", coded=True),
    "referral_age": Kind(
        "Age when referred",
        "Referrals",
        {"10_12": "10 to 12", "13_15": "13 to 15", "16_17": "16 or 17", OTHER: "Under 10, over 17 or not recorded"},
        "In whole years, on the day the referral was received.",
        counts="Referrals",
    ),
    "referral_sex": Kind(
        "Sex", "Referrals", {"female": "Female", "male": "Male", OTHER: "Not recorded"}, counts="Referrals"
    ),
    "left_out": Kind(
        "Episodes left out",
        "",
        {
            "running": "72 hours not over yet",
            "away": "Away from placement without authorisation",
            "absent": "Absent, by the police’s word",
        },
        adds_up=False,
    ),
}  # fmt: skip
MEDIAN = "median"


def table(name: str, of: int, lines: Mapping[str, int]) -> dict[str, Any]:
    """One way to divide, with nought for every line of it that nothing fell into."""
    return {"of": of, "lines": {**dict.fromkeys(usual(name), 0), **lines}}


def usual(name: str) -> list[str]:
    """The lines that stand there even at nought."""
    if name == "hour":
        return list(HOURS)
    return [code for code in KINDS[name].lines if code not in (OTHER, "same_day", "open") and name != "left_out"]


def in_bands(hours: Mapping[str, int]) -> dict[str, int]:
    """Hours of the day, three by three."""
    bands = {hour: sum(hours.get(str(int(hour) + more), 0) for more in range(3)) for hour in BANDS}
    return {**bands, **({UNKNOWN: hours[UNKNOWN]} if hours.get(UNKNOWN) else {})}


# ── answers of interviews ───────────────────────────────────────────────────────────────────────────────────

ANSWERS: dict[str, tuple[str, ...]] = {
    "offered": ("in_time", "late", "accepted", "declined", "unanswered", "offered_unreached"),
    "accepted": ("in_time", "late", "accepted"),
    "held": ("in_time", "late"),
    "declined": ("declined",),
    "not_contactable": ("offered_unreached", "unreached"),
    "nothing": ("nothing",),
}
"""What each line counts, by what became of an interview in the end. Each episode is in one of these."""


def answers(parts: Mapping[str, int]) -> dict[str, Any]:
    """The lines of interviews, from what became of each."""
    lines = {line: sum(parts.get(part, 0) for part in of) for line, of in ANSWERS.items()}
    return table("answers", sum(parts.values()), lines)


# ── several quarters ────────────────────────────────────────────────────────────────────────────────────────


def added_up(quarters: Sequence[Beside]) -> Beside:
    """The tables of some quarters as one, each line added up from those of the quarters as they are shown. A line that one of
    them hides is hidden; a table whose total one of them hides is left out. So it says nothing that they do not say. Children
    are not added up: who is in two quarters would count twice.
    """
    if not quarters:
        return {}
    alike = [name for name in KINDS if KINDS[name].counts != "Children" and all(name in one for one in quarters)]
    return {name: _added([one[name] for one in quarters], name) for name in alike}


def _added(tables: Sequence[dict[str, Any]], name: str) -> dict[str, Any]:
    lines = [one["lines"] for one in tables]
    if name == "hour" and not all("1" in one or not one for one in lines):
        lines = [in_bands(one) if "1" in one else one for one in lines]
    words = {code: said for one in tables for code, said in one.get("words", {}).items()}
    order = dict.fromkeys(code for one in tables for code in one.get("order", ()) if code != OTHER)
    of = None if any(one["of"] is None for one in tables) else _sum([one["of"] for one in tables])
    codes = dict.fromkeys(code for one in lines for code in one)
    added = {code: _sum([one.get(code, 0) for one in lines]) for code in codes}
    kept = {"of": of, "lines": added, **({"words": words} if words else {})}
    return {**kept, "order": [*order, OTHER]} if order else kept


def _sum(numbers: Sequence[int | str]) -> int | str:
    return "c" if "c" in numbers else sum(int(number) for number in numbers)


# ── as it is read ───────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Line:
    """One line of a table: its words, the number, and the share of the total."""

    label: str
    number: Shown
    share: Shown | None = None


@dataclass(frozen=True)
class Division:
    """One table beside a figure. `of` is the total, None where none is given; `counts` says what its numbers are of."""

    name: str
    title: str
    total: str
    of: Shown | None
    lines: tuple[Line, ...]
    note: str = ""
    counts: str = "Episodes"

    @property
    def hidden(self) -> bool:
        return any(line.number.hidden for line in self.lines)


def divisions(beside: Beside, *, every: bool = False) -> list[Division]:
    """What is kept beside a figure, as tables in their own order. One without any line, or hidden with its total, is
    left out; so are codes at nought, unless every line is asked for.
    """
    kept = {name: of for name, of in beside.items() if of.get("lines") and of["of"] != "c"}
    return [_division(name, kept[name], every) for name in KINDS if name in kept]


def _division(name: str, kept: Mapping[str, Any], every: bool) -> Division:
    kind, of = KINDS[name], kept["of"]
    named = [(label, n) for label, n in _named(name, kept) if n != 0 or every or not kind.coded]
    lines = tuple(Line(label, _shown(number), _share(number, of)) for label, number in named)
    return Division(name, kind.title, kind.total, None if of is None else _shown(of), lines, kind.note, kind.counts)


def _named(name: str, kept: Mapping[str, Any]) -> Iterator[tuple[str, int | str]]:
    """The lines with their words, in the order of the kind; those of codes follow, in their own."""
    lines = kept["lines"]
    words = {**KINDS[name].lines, **kept.get("words", {})}
    if name == "hour":
        words = {**(HOURS if len(lines) > len(BANDS) + 1 else BANDS), UNKNOWN: words[UNKNOWN]}
    for code in kept.get("order", words):
        if code in lines:
            yield words[code], lines[code]


def _shown(number: int | str | None) -> Shown:
    if number is None:
        return Shown(Symbol.NOT_SUPPLIED)
    if isinstance(number, str):
        return Shown(Symbol.HIDDEN, None, "", SENTENCE.format(threshold=THRESHOLD))
    return Shown(str(number), number)


def _share(number: int | str, of: int | str | None) -> Shown | None:
    if of is None:
        return None
    if isinstance(number, str) or isinstance(of, str):
        return _shown("c")
    return share_of(number, of)


def median_words(beside: Beside) -> str:
    """'41.5 hours' or '9 days', as a sentence needs it; empty where nothing happened yet, or to too few."""
    kept = beside.get(MEDIAN, {})
    unit = "days" if "days" in kept else "hours"
    number = kept.get(unit, "c")
    if isinstance(number, str) or kept["of"] == 0:
        return ""
    return f"{number:,.1f}".removesuffix(".0") + f" {unit.removesuffix('s') if number == 1 else unit}"
