"""What a supplied figure says of itself, in the place of a measure, and the figures that stand."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from meg.oversight.performance.families import DENOMINATOR, AddsUp, Number, Part, Whole
from meg.oversight.performance.measures import Counted, Measure, Row, Settings, measures
from meg.oversight.performance.models import Indicator, SuppliedFigure
from meg.oversight.performance.rules import Period, parts_of, quarter_of, read_period, year_of

NOT_ADDED = "Periods are supplied one by one: they are not added up here."


def measure_of(indicator: Indicator) -> Measure:
    """How the figures of an indicator are made: counted here, or supplied by their source."""
    if indicator.is_supplied:
        return supplied_measure(indicator)
    return measures()[indicator.measure].as_set(indicator.settings)


def supplied_measure(indicator: Indicator) -> Measure:
    """A supplied indicator as the pages read a measure: nothing of it is counted here, and no row stands behind it."""
    share, source = bool(indicator.settings.get("share")), indicator.source or "its source"
    unit = "per cent" if share else str(indicator.settings.get("unit", "")) or "number"
    return Measure(
        title=indicator.title,
        happened="",
        of="what was supplied" if share else "",
        why="The Group asks for it in the data specification. Its records live elsewhere, so MEG cannot say more.",
        numerator=f"As supplied by {source}: ‘{indicator.title}’.",
        denominator="As supplied." if share else "None: this indicator is a count.",
        left_out={},
        family=f"supplied {indicator.number}",
        part=_part(bool(indicator.settings.get("share"))),
        source=f"Supplied by {source}. MEG does not hold these records and cannot check the figure against them.",
        unit=unit,
        covered=list,
        count=_nothing_counted,
        rows=_no_rows,
        note="A quarter is the sum of its months, a year of its quarters."
        if indicator.settings.get("add_up")
        else NOT_ADDED,
        supplier=source,
    )


def _part(share: bool) -> Part:
    """Where the parts of a period add up to it, a reader may take it that they always do, so that the sum protects."""
    numbers = (Number("supplied"), *([Number("out of", DENOMINATOR)] if share else []))
    names = ("supplied", "out of", "rest") if share else ("supplied",)
    return Part(numbers, (*([Whole("out of", ("supplied", "rest"))] if share else []), AddsUp(names, certain=False)))


def _nothing_counted(periods: list[Period], settings: Settings) -> list[Counted]:
    return []


def _no_rows(periods: Collection[Period], settings: Settings) -> list[Row]:
    return []


def standing() -> dict[str, dict[Period, SuppliedFigure]]:
    """The figures that stand, as far as the seat sees them, by indicator and period: the last one of each."""
    found: dict[str, dict[Period, SuppliedFigure]] = {}
    for one in SuppliedFigure.objects.order_by("id"):
        found.setdefault(one.indicator, {})[read_period(one.period)] = one
    return {
        number: {period: one for period, one in of.items() if one.numerator is not None} for number, of in found.items()
    }


def counted(indicator: Indicator, supplied: dict[Period, SuppliedFigure]) -> Iterator[Counted]:
    """The supplied figures and, where the specification says that they add up, their quarters and years."""
    found = {period: Counted(period, one.numerator or 0, one.denominator) for period, one in supplied.items()}
    if indicator.settings.get("add_up"):
        for of in (quarter_of, year_of):
            for whole in sorted({of(period.start) for period in found} - set(found)):
                parts = [found[part] for part in parts_of(whole) if part in found]
                if parts and len(parts) == len(parts_of(whole)):
                    found[whole] = _sum(whole, parts)
    yield from found.values()


def _sum(whole: Period, parts: list[Counted]) -> Counted:
    denominators = [part.denominator for part in parts if part.denominator is not None]
    of = sum(denominators) if len(denominators) == len(parts) else None
    return Counted(whole, sum(part.numerator for part in parts), of)
