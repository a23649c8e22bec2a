"""What a measure is. Each stands in a file of its own in `indicators/`, as `MEASURE`, found by its name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from meg.oversight.performance import indicators
from meg.oversight.performance.rules import Period

Settings = Mapping[str, Any]
"""A measure's settings, as the specification gives them."""


@dataclass(frozen=True)
class Counted:
    """What a measure counted in one period.

    `left_out`: episodes not counted, by reason. `batches`: the deliveries behind what was counted.
    """

    period: Period
    numerator: int
    denominator: int | None = None
    episodes: int | None = None
    left_out: Mapping[str, int] = field(default_factory=dict)
    batches: tuple[int, ...] = ()

    @property
    def value(self) -> Decimal | None:
        """The figure: a count, or a share in per cent. None where the denominator is nought."""
        if self.denominator is None:
            return Decimal(self.numerator)
        return Decimal(100 * self.numerator) / self.denominator if self.denominator else None


@dataclass(frozen=True)
class Row:
    """One record behind a figure, for seats that may see it: the child by reference, never by name."""

    reference: str
    started_at: datetime
    started_to_the_minute: bool
    returned_at: datetime | None
    setting: str
    recorded_as: str


@dataclass(frozen=True)
class Measure:
    """One way of counting: what it says of itself, and the counting. `happened` completes ‘children who …’.

    `left_out` gives, for each reason that `Counted.left_out` counts, the words of it. `covered` are the
    months for which there are records at all: a month that nobody has reported is not a month with nought.
    Measures of one `family` can be worked out from one another, so disclosure control takes them together: `part` says
    what each is of it (see `protection.Counts`).
    """

    title: str
    happened: str
    why: str
    numerator: str
    denominator: str
    left_out: Mapping[str, str]
    family: str
    part: str
    source: str
    unit: str
    covered: Callable[[], list[Period]]
    count: Callable[[list[Period], Settings], list[Counted]]
    rows: Callable[[Period, Settings], list[Row]]


@cache
def measures() -> dict[str, Measure]:
    """Every measure, by the name of its file."""
    names = sorted(module.name for module in iter_modules(indicators.__path__))
    return {name: import_module(f"{indicators.__name__}.{name}").MEASURE for name in names}
