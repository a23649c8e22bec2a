"""What a measure is. Each stands in a file of its own in `indicators/`, as `MEASURE`, found by its name."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from meg.oversight.performance import indicators
from meg.oversight.performance.beside import KINDS, Beside
from meg.oversight.performance.families import Part, renamed
from meg.oversight.performance.passes import Passes
from meg.oversight.performance.rules import Period

Settings = Mapping[str, Any]
"""A measure's settings, as the specification gives them."""


@dataclass(frozen=True)
class Counted:
    """What a measure counted in one period.

    `left_out`: episodes not counted, by reason. `batches`: the deliveries behind what was counted. `beside`: how what
    was counted divides (see `beside.py`).
    """

    period: Period
    numerator: int
    denominator: int | None = None
    episodes: int | None = None
    left_out: Mapping[str, int] = field(default_factory=dict)
    batches: tuple[int, ...] = ()
    beside: Beside = field(default_factory=dict)

    @property
    def value(self) -> Decimal | None:
        """The figure: a count, or a share in per cent. None where the denominator is nought."""
        if self.denominator is None:
            return Decimal(self.numerator)
        return Decimal(100 * self.numerator) / self.denominator if self.denominator else None


@dataclass(frozen=True)
class Row:
    """One record behind a figure, for seats that may see it: the child by reference, never by name; where no child is
    matched, the record by its own.

    `interview` says what became of the return interview and `met` whether it is in the numerator, where the figure is a
    share of interviews.
    """

    reference: str
    started_at: datetime
    started_to_the_minute: bool
    returned_at: datetime | None
    setting: str
    recorded_as: str
    returned_to_the_minute: bool = False
    interview: str = ""
    met: bool | None = None
    is_child: bool = True


@dataclass(frozen=True)
class RowWords:
    """What the page of the rows behind a figure says of them. `what` and `met` head the columns of `Row.interview` and
    `Row.met`, `of_met` completes ‘12 episodes, 9 …’; empty where there is no such column. `heads` stand over the rest.
    """

    heads: tuple[str, str, str, str] = ("Started", "Returned", "From", "Recorded as")
    ended_not: str = "Not yet"
    things: tuple[str, str] = ("episode", "episodes")
    none: str = "No episode is counted in this period."
    caption: str = "Episodes that started in the period, oldest first"
    what: str = ""
    met: str = ""
    of_met: str = ""


@dataclass(frozen=True)
class Measure:
    """One way of counting: what it says of itself, and the counting. `happened` completes ‘children who …’; of a share,
    `of` says what it is a share of, and `happened` completes ‘… of them …’. `things` are what is counted, one and many.

    `left_out` gives, for each reason that `Counted.left_out` counts, the words of it. `covered` are the
    months for which there are records at all: a month that nobody has reported is not a month with nought.
    Measures of one `family` can be worked out from one another, so disclosure control takes them together: `part` says
    what each is of it, and which laws join it to the others (see `families.py`).

    `dimensions`: the ways in which what it counts is divided beside its figure, by their names in `beside.KINDS`.

    `days`: within how many days something is in time, where the specification gives no others; its words say {days}.
    `middle` completes ‘The middle time …’.

    `supplier`: who supplies the figure, where it is not counted here.

    `count` and `rows` are given the months that are covered: a wider period counts only these. `in_passes`:
    `covered` and `count` can be given the passes over the records that measures share, as the last argument.
    """

    title: str
    happened: str
    why: str
    numerator: str
    denominator: str
    left_out: Mapping[str, str]
    family: str
    part: Part
    source: str
    unit: str
    covered: Callable[..., list[Period]]
    count: Callable[..., list[Counted]]
    rows: Callable[[Collection[Period], Settings], list[Row]]
    of: str = ""
    things: tuple[str, str] = ("child", "children")
    rows_say: RowWords = RowWords()
    supplier: str = ""
    in_passes: bool = False
    dimensions: tuple[str, ...] = ()
    days: int = 0
    middle: str = "from the return to the interview, of those held whose times are recorded to the minute"
    note: str = (
        "A child is counted once in each period, so quarters do not add up to the year, nor months to the quarter."
    )

    def counted(self, periods: list[Period], settings: Settings, passes: Passes) -> list[Counted]:
        """One figure for each of these periods, from passes that are shared where the measure can."""
        return self.count(periods, settings, passes) if self.in_passes else self.count(periods, settings)

    def months(self, passes: Passes) -> list[Period]:
        """The months for which there are records, in order."""
        return passes.once(self.covered, lambda: self.covered(passes) if self.in_passes else self.covered())

    def as_set(self, settings: Settings) -> Measure:
        """The measure with the days of the specification in its words, and in the names of its numbers. With absent episodes
        counted too, it does not say that they are left out.
        """
        if settings.get("include_absent"):
            kept = {why: words for why, words in self.left_out.items() if why not in ("away", "absent")}
            return replace(self, left_out=kept)
        if not self.days:
            return self
        days = str(settings.get("days") or self.days)

        def words(text: str) -> str:
            return text.replace("{days}", days)

        return replace(
            self, happened=words(self.happened), numerator=words(self.numerator), denominator=words(self.denominator),
            left_out={why: words(text) for why, text in self.left_out.items()}, note=words(self.note),
            part=renamed(self.part, words),
        )  # fmt: skip

    @property
    def divided_by(self) -> str:
        """Its dimensions, in words; empty where it has none."""
        titles = [KINDS[name].title for name in self.dimensions]
        return f"{', '.join([*titles[:1], *(f'{one[0].lower()}{one[1:]}' for one in titles[1:])])}." if titles else ""

    @property
    def is_share(self) -> bool:
        """A percentage, and no count of children."""
        return bool(self.of)


@cache
def measures() -> dict[str, Measure]:
    """Every measure, by the name of its file."""
    names = sorted(module.name for module in iter_modules(indicators.__path__))
    return {name: import_module(f"{indicators.__name__}.{name}").MEASURE for name in names}
