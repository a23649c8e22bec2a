"""What stands beside a figure as it may leave: through disclosure control.

Figures seats read it by quarter alone: with months or the year beside, a part that is hidden in one quarter could be
worked out from the others. Where the figure itself is hidden, so is all that stands beside it.

What stood beside a figure of a published report stays as it was published, whatever is recorded later: of each figure and
quarter one table is published, so that there are no two to subtract. Its total, and the numerator beside a share, were
shown with it, and every later figure is protected beside them as constants; so later figures say nothing of its lines.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from meg.oversight.performance.beside import KINDS, MEDIAN, OTHER, PLACED, Beside, in_bands
from meg.oversight.performance.disclosure import THRESHOLD, Cell, Key, Relation, Shown, at_least, protect, whole_of

KNOWN = 10**6
"""What it costs to hide a figure that is shown already: more than all the rest."""


def protect_beside(beside: Beside, *, shown: bool, met: int | None = None, threshold: int = THRESHOLD) -> Beside:
    """What stands beside a figure of a quarter as it may leave. `shown`: the total it divides is shown. `met`: the
    numerator, which is shown beside a share.
    """
    placed = _placed(beside, shown, threshold)
    return {name: placed.get(name) or _told(name, kept, shown, met, threshold) for name, kept in beside.items()}


def _told(name: str, kept: dict[str, Any], shown: bool, met: int | None, threshold: int) -> dict[str, Any]:
    return {**_words(kept), **_protected(name, kept, shown, met, threshold)}


def _words(kept: dict[str, Any]) -> dict[str, Any]:
    """The words of codes, and their order."""
    return {key: kept[key] for key in ("words", "order") if key in kept}


def as_published(beside: Beside, published: Beside | None, *, shown: bool) -> Beside:
    """What stands beside a figure of a published report: as it was published, and all hidden where that is not known.
    `shown`: the total it divides is shown now. A number of which no total is given needs none.
    """
    if published is None:
        return {name: _nothing_of(kept) for name, kept in beside.items()}
    return {
        name: kept if shown or (kept["of"] is None and name != MEDIAN) else _nothing_of(kept)
        for name, kept in published.items()
    }


def _nothing_of(kept: dict[str, Any]) -> dict[str, Any]:
    if "lines" in kept:
        return {**_words(kept), **_hidden(kept["lines"])}
    return {"of": None, **{unit: "c" for unit in ("hours", "days") if unit in kept}}


def _protected(name: str, kept: dict[str, Any], shown: bool, met: int | None, threshold: int) -> dict[str, Any]:
    if name == MEDIAN:
        safe = shown and kept["of"] > threshold
        middle: dict[str, Any] = {
            unit: round(kept[unit]) if safe else "c" for unit in ("hours", "days") if unit in kept
        }
        return kept if shown and not kept["of"] else {"of": None, **middle}
    lines = in_bands(kept["lines"]) if name == "hour" else kept["lines"]
    if name == "left_out":
        return {**kept, "lines": {code: _alone(number, threshold) for code, number in lines.items()}}
    if not shown:
        return _hidden(lines)
    if KINDS[name].adds_up and _adds_up(kept["of"], lines) and _none_few(kept["of"], lines, threshold):
        return {"of": kept["of"], "lines": dict(lines)}
    cells, relations = _problem(name, kept["of"], met, lines)
    marks = protect(cells, relations, threshold)
    if any(mark.hidden for key, mark in marks.items() if key[0] == "known"):
        return {"of": kept["of"], "lines": dict.fromkeys(lines, "c")}
    return {"of": kept["of"], "lines": {code: _kept(marks["line", code]) for code in lines}}


def _alone(number: int, threshold: int) -> int | str:
    """A number of which no total is shown."""
    return "c" if 1 <= number <= threshold else number


def _none_few(of: int, lines: Mapping[str, int], threshold: int) -> bool:
    """No line is few, nor the rest of the total without it: there is nothing to hide, and no need to search."""
    return all(number == 0 or number > threshold for n in lines.values() for number in (n, of - n))


def _adds_up(of: int, lines: Mapping[str, int]) -> bool:
    return sum(lines.values()) == of


def _hidden(lines: Mapping[str, int]) -> dict[str, Any]:
    return {"of": "c", "lines": dict.fromkeys(lines, "c")}


def _kept(mark: Shown) -> int | str:
    return "c" if mark.value is None else int(mark.value)


Problem = tuple[list[Cell], list[Relation]]


def _problem(name: str, of: int, met: int | None, lines: Mapping[str, int]) -> Problem:
    if name == "answers":
        return _of_answers(of, met, lines)
    return _of_whole(of, lines) if KINDS[name].adds_up else _of_several(of, lines)


def _lines(of: int, lines: Mapping[str, int]) -> Problem:
    """Each line, and the rest of the total without it: 2 of 60 are as few as 58 of 60."""
    cells = [Cell(("known", "of"), of, KNOWN)]
    for code, number in lines.items():
        cells += [Cell(("line", code), number), Cell(("rest", code), of - number, published=False)]
    return cells, [whole_of(("known", "of"), [("line", code), ("rest", code)]) for code in lines]


def _of_whole(of: int, lines: Mapping[str, int]) -> Problem:
    cells, relations = _lines(of, lines)
    return cells, [*relations, whole_of(("known", "of"), [("line", code) for code in lines])]


def _of_several(of: int, lines: Mapping[str, int]) -> Problem:
    """Lines of which several may apply: each thing counted is in the last line alone, or in one or more of the others."""
    cells, relations = _lines(of, lines)
    coded = [("line", code) for code in lines if code != OTHER]
    relations += [at_least([(("rest", OTHER), 1)], [(line, 1)]) for line in coded]
    return cells, [*relations, at_least([(line, 1) for line in coded], [(("rest", OTHER), 1)])]


def _of_answers(of: int, met: int | None, lines: Mapping[str, int]) -> Problem:
    """The lines of interviews hold each other: what a reader could subtract is protected as what is shown."""
    cells, relations = _lines(of, lines)
    in_time = lines["held"] if met is None else met
    between = {
        "late": lines["held"] - in_time,
        "waiting": lines["accepted"] - lines["held"],
        "unanswered": lines["offered"] - lines["accepted"] - lines["declined"],
        "no_offer": of - lines["offered"] - lines["nothing"],
    }
    cells += [Cell(("between", name), number, published=False) for name, number in between.items()]
    cells.append(Cell(("known", "in_time"), in_time, KNOWN))

    def line(code: str) -> Key:
        return ("line", code)

    def gap(name: str) -> Key:
        return ("between", name)

    return cells, [
        *relations,
        whole_of(line("held"), [("known", "in_time"), gap("late")]),
        whole_of(line("accepted"), [line("held"), gap("waiting")]),
        whole_of(line("offered"), [line("accepted"), line("declined"), gap("unanswered")]),
        whole_of(("known", "of"), [line("offered"), line("nothing"), gap("no_offer")]),
        at_least([(gap("unanswered"), 1), (gap("no_offer"), 1)], [(line("not_contactable"), 1)]),
    ]


# Looked-after children: their episodes are a part of the denominator, and stand in two tables of each way to divide.


def _placed(beside: Beside, shown: bool, threshold: int) -> Beside:
    """The tables of placements as they may leave. Episodes of looked-after children and the rest of the denominator are
    shown together or not at all.
    """
    kept: Beside = {}
    for episodes, children in PLACED.items():
        if episodes in beside:
            of = beside[episodes]["of"]
            few = _alone(of, threshold) == "c" or _alone(beside["answers"]["of"] - of, threshold) == "c"
            pair = {episodes: beside[episodes], children: beside[children]}
            kept |= (
                {name: _hidden(one["lines"]) for name, one in pair.items()}
                if few or not shown
                else _pair(pair, episodes, children, threshold)
            )
    return kept


def _pair(pair: Beside, episodes: str, children: str, threshold: int) -> Beside:
    """A table of episodes and the one of their children: nobody is in a line without an episode of theirs in it."""
    if _pair_is_large(pair[episodes], pair[children], threshold):
        return {name: {"of": one["of"], "lines": dict(one["lines"])} for name, one in pair.items()}
    if _alone(pair[children]["of"], threshold) == "c":
        cells, relations = _of_whole(pair[episodes]["of"], pair[episodes]["lines"])
    else:
        cells, relations = _of_both(pair[episodes], pair[children])
    marks = protect(cells, relations, threshold)
    if any(mark.hidden for key, mark in marks.items() if key[0] == "known"):
        return {name: {"of": one["of"], "lines": dict.fromkeys(one["lines"], "c")} for name, one in pair.items()}
    found = {episodes: {code: _kept(marks["line", code]) for code in pair[episodes]["lines"]}}
    if ("known", "children") in marks:
        found[children] = {code: _kept(marks["children", code]) for code in pair[children]["lines"]}
    return {
        name: {"of": one["of"], "lines": found[name]} if name in found else _hidden(one["lines"])
        for name, one in pair.items()
    }


def _pair_is_large(episodes: Mapping[str, Any], children: Mapping[str, Any], threshold: int) -> bool:
    """No number of either table is few, and they agree with each other."""
    each = [(number, children["lines"].get(code, 0)) for code, number in episodes["lines"].items()]
    return (
        _adds_up(episodes["of"], episodes["lines"])
        and _alone(children["of"], threshold) != "c"
        and children["of"] <= sum(children["lines"].values())
        and episodes["lines"].keys() == children["lines"].keys()
        and all(min(number, 1) <= of_children <= number for number, of_children in each)
        and all(_none_few(one["of"], one["lines"], threshold) for one in (episodes, children))
    )


def _of_both(episodes: Mapping[str, Any], children: Mapping[str, Any]) -> Problem:
    cells, relations = _of_whole(episodes["of"], episodes["lines"])
    everyone, lines = ("known", "children"), children["lines"]
    cells.append(Cell(everyone, children["of"], KNOWN))
    for code, number in lines.items():
        one, others = ("children", code), ("others", code)
        cells += [Cell(one, number), Cell(others, children["of"] - number, published=False)]
        relations += [
            whole_of(everyone, [one, others]),
            at_least([(("line", code), 1)], [(one, 1)]),
            at_least([(one, KNOWN)], [(("line", code), 1)]),
        ]
    return cells, [*relations, at_least([(("children", code), 1) for code in lines], [(everyone, 1)])]
