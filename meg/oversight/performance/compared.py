"""An indicator beside what is published of every authority: ours, our neighbours, the region and the country.

The comparison uses the publisher's own figures for every authority, ours too: others' records are not ours to count.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from meg.intake.sources.dfe.reading import LEVEL, LOOKED_AFTER, MISSING, MORE_THAN_ONCE
from meg.oversight.performance.comparing import WARN, Area, Side, limits, side
from meg.partnership.published.actions import CHILDREN, POPULATION
from meg.partnership.published.models import ENGLAND, Neighbour, PublishedFigure, Release

DATASET = "dfe-missing"
PUBLISHED = {
    "children_missing_from_care": (MISSING, "went missing"),
    "children_missing_from_care_more_than_once": (MORE_THAN_ONCE, "went missing more than once"),
}
"""What is published of a measure, by its name: the publisher's words, and what completes ‘children who …’."""
AGAINST = {
    Side.INSIDE: "what its size would lead us to expect",
    Side.ABOVE: "higher than chance alone would bring",
    Side.FAR_ABOVE: "far higher than chance alone would bring",
    Side.BELOW: "lower than chance alone would bring",
    Side.FAR_BELOW: "far lower than chance alone would bring",
}


@dataclass(frozen=True)
class Words:
    """What is compared, in words: `happened` completes ‘children who …’, `of` ‘share of …’, `sized` says by what the
    authorities stand beside each other.
    """

    happened: str
    share: str
    of: str
    size: str
    size_short: str
    sized: str
    things: str


def looked_after(happened: str) -> Words:
    """Children looked after, by what happened to them."""
    return Words(
        happened, f"Share who {happened}", f"looked-after children who {happened}", "Children looked after during the year",
        "Children looked after", "by how many it looked after", "children",
    )  # fmt: skip


@dataclass(frozen=True)
class Year:
    """Our own published figure of a year, and what earlier releases said of it."""

    year: int
    figure: str
    earlier: tuple[str, ...]


@dataclass(frozen=True)
class Compared:
    """Every area of one year. `of_year`: the year in which the year to 31 March ends."""

    words: Words
    of_year: int
    ours: Area
    neighbours: tuple[Area, ...]
    others: tuple[Area, ...]
    region: Area | None
    country: Area
    release: Release
    years: tuple[Year, ...]

    @property
    def happened(self) -> str:
        return self.words.happened

    @cached_property
    def share(self) -> float:
        assert self.country.share is not None
        return self.country.share

    @property
    def authorities(self) -> list[Area]:
        return [self.ours, *self.neighbours, *self.others]

    @property
    def hidden(self) -> list[str]:
        """Authorities whose share the publisher hides."""
        return [area.name for area in self.authorities if area.share is None and area.hidden]

    @property
    def outside(self) -> int:
        """How many authorities lie beyond the 95% limits."""
        return sum(side(area, self.share) not in (Side.INSIDE, None) for area in self.authorities)

    @property
    def shown(self) -> int:
        return sum(area.share is not None for area in self.authorities)

    @property
    def finding(self) -> str:
        where = side(self.ours, self.share)
        if where is None:
            return "Compared with England: the publisher hides our figure"
        return f"Compared with England, our share is {AGAINST[where]}"

    def rows(self) -> list[Row]:
        ours = [self.ours, *sorted(self.neighbours, key=lambda area: -(area.share or 0))]
        found = [_row(area, self.share, ours=area is self.ours) for area in ours]
        if self.region:
            found.append(_total(self.region, "Region"))
        return [*found, _total(self.country, "Reference")]


@dataclass(frozen=True)
class Row:
    """One line of the table, in words."""

    name: str
    count: str
    of: str
    share: str
    limits: str
    against: str
    rate: str
    ours: bool = False
    differs: bool = False


def _row(area: Area, share: float, *, ours: bool) -> Row:
    where = side(area, share)
    low, high = limits(share, area.of, WARN) if area.of else (0.0, 0.0)
    return Row(
        area.name,
        "c" if area.hidden and area.count is None else _number(area.count),
        _number(area.of),
        _per_cent(area.share),
        f"{100 * low:.1f} to {100 * high:.1f}" if area.of else "",
        where_words(area, where),
        _rate(area),
        ours,
        where not in (Side.INSIDE, None),
    )


def where_words(area: Area, where: Side | None) -> str:
    """Above 95%; or why there is nothing to say."""
    if where is not None:
        return where.value
    return "Hidden by the publisher" if area.hidden else "Not given"


def _total(area: Area, what: str) -> Row:
    name = f"{area.name} (rounded to 10)"
    return Row(name, _number(area.count), _number(area.of), _per_cent(area.share), "", what, _rate(area))


def _number(number: int | None) -> str:
    return "–" if number is None else f"{number:,}"


def _per_cent(share: float | None) -> str:
    return "" if share is None else f"{100 * share:.1f}%"


def _rate(area: Area) -> str:
    return "" if area.rate is None else f"{area.rate:.1f}"


def compared(measure: str, authority: str) -> Compared | None:
    """The latest published year in which our figure stands. None where nothing is published or loaded of the measure."""
    if measure not in PUBLISHED:
        return None
    published, happened = PUBLISHED[measure]
    own = PublishedFigure.objects.of(DATASET, published).filter(level=LEVEL.AUTHORITY, code=authority)
    said = list(own.select_related("release").order_by("year", "release__last_year", "release_id"))
    if not said:
        return None
    year = max(one.year for one in said)
    found = list(PublishedFigure.objects.of(DATASET, published, LOOKED_AFTER).filter(year=year).as_last_published())
    people = dict(
        PublishedFigure.objects.of(POPULATION, CHILDREN)
        .filter(year=year)
        .as_last_published()
        .values_list("code", "value")
    )
    children = {code: int(value) for code, value in people.items() if value is not None}
    near = Neighbour.objects.of(authority)
    return compared_of(found, (published, LOOKED_AFTER), looked_after(happened), authority, near, children, said)


def compared_of(
    found: list[PublishedFigure], measures: tuple[str, str], words: Words, authority: str, near: list[str],
    people: Mapping[str, int], said: list[PublishedFigure],
) -> Compared | None:  # fmt: skip
    """The areas of one year beside each other. `measures`: what is counted, and out of what; `said`: our own figures of all
    years. None where our figure or the country's is not among them.
    """
    areas = _areas(found, measures, people)
    country, ours = areas.get(ENGLAND), areas.get(authority)
    if country is None or country.share is None or ours is None:
        return None
    near = [code for code in near if code in areas]
    levels = {one.code: one.level for one in found}
    others = [a for code, a in areas.items() if levels[code] == LEVEL.AUTHORITY and code not in (*near, authority)]
    region = next((a for a in areas.values() if a.name == ours.region and levels[a.code] == LEVEL.REGION), None)
    year = found[0].year
    release = next(one.release for one in reversed(said) if one.year == year)
    return Compared(
        words, year, ours, tuple(areas[code] for code in near), tuple(others), region, country, release, _years(said)
    )


def _areas(found: list[PublishedFigure], measures: tuple[str, str], people: Mapping[str, int]) -> dict[str, Area]:
    counts: dict[str, dict[str, PublishedFigure]] = {}
    for one in found:
        counts.setdefault(one.code, {})[one.measure] = one
    areas = {}
    for code, by_measure in counts.items():
        any_one = next(iter(by_measure.values()))
        count, of = (_whole(by_measure.get(measure)) for measure in measures)
        hidden = any(one.symbol == PublishedFigure.Symbol.SUPPRESSED for one in by_measure.values())
        areas[code] = Area(code, any_one.name, count, of, people.get(code), any_one.region, hidden)
    return areas


def _whole(figure: PublishedFigure | None) -> int | None:
    return None if figure is None or figure.value is None else int(figure.value)


def _years(said: list[PublishedFigure]) -> tuple[Year, ...]:
    by_year: dict[int, list[str]] = {}
    for one in said:
        by_year.setdefault(one.year, []).append(one.symbol or f"{one.value:,.0f}")
    return tuple(
        Year(year, texts[-1], tuple(text for text in dict.fromkeys(texts) if text != texts[-1]))
        for year, texts in sorted(by_year.items())
    )
