"""Periods: months, quarters of the financial year and years, as the Group's figures are counted.

The financial year begins on 1 April: Q1 is April to June, Q4 is January to March. A month is written 2018-02,
a quarter 2017-18Q4 and a year 2017-18 (DESIGN.md, law 11). Twelve months that end with any quarter are written by the
month that they end with: to2018-06. Nothing here asks the clock.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

FIRST_HALF = ("January", "February", "March", "April", "May", "June")
MONTHS = (*FIRST_HALF, "July", "August", "September", "October", "November", "December")
APRIL = 4
FIRST_DAY = date(2012, 4, 1)
"""Labels of earlier years, such as 2011-12, are also labels of months; so figures begin here."""
WRITTEN = "Write a month as 2018-02, a quarter as 2017-18Q4, a year as 2017-18, or 12 months by the month they end with, as to2018-06."
ROLLING = re.compile(r"[Tt][Oo] ?(?P<year>[0-9]{4})-(?P<month>[0-9]{2})")
PATTERN = re.compile(r"(?P<year>[0-9]{4})-(?P<second>[0-9]{2})(?: ?[Qq](?P<quarter>[0-9]))?")


class PeriodTrouble(ValueError):
    """The text is not a period; the message is one sentence for the person who typed it, or two."""


class Kind(StrEnum):
    """How long a period is."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    ROLLING = "rolling"

    @property
    def months(self) -> int:
        """How many months it lasts."""
        return _MONTHS[self]

    @property
    def step(self) -> int:
        """How many months later the next one begins: twelve months may end with any quarter."""
        return 3 if self is Kind.ROLLING else self.months

    @property
    def is_twelve_months(self) -> bool:
        return self.months == 12

    @property
    def word(self) -> str:
        """As a sentence names one of them."""
        return "12-month span" if self is Kind.ROLLING else self.value


_MONTHS = {Kind.MONTH: 1, Kind.QUARTER: 3, Kind.YEAR: 12, Kind.ROLLING: 12}
APART = (Kind.MONTH, Kind.QUARTER, Kind.YEAR)
"""Kinds of which each day is in one period."""


@dataclass(frozen=True, order=True)
class Period:
    """A month, a quarter, a year or twelve months, known by its first day. Made by the functions below, never by hand."""

    start: date
    kind: Kind

    @property
    def end(self) -> date:
        """The last day, which is inside the period."""
        return add_months(self.start, self.kind.months) - timedelta(days=1)

    @property
    def financial_year(self) -> str:
        """The financial year it lies in: 2017-18."""
        first = self.start.year - (self.start.month < APRIL)
        return f"{first}-{(first + 1) % 100:02}"

    @property
    def quarter(self) -> int:
        """The quarter of the financial year that its first day lies in: 1 to 4."""
        return (self.start.month - APRIL) % 12 // 3 + 1

    @property
    def label(self) -> str:
        """As it is written in addresses, files and commands: 2018-02, 2017-18Q4, 2017-18, to2018-06."""
        if self.kind is Kind.MONTH:
            return f"{self.start.year}-{self.start.month:02}"
        if self.kind is Kind.ROLLING:
            return f"to{self.end.year}-{self.end.month:02}"
        return self.financial_year + (f"Q{self.quarter}" if self.kind is Kind.QUARTER else "")

    @property
    def words(self) -> str:
        """As a sentence says it: February 2018, January to March 2018, April 2017 to March 2018, 12 months to 30 June 2018."""
        if self.kind is Kind.ROLLING:
            return f"12 months to {self.end:%-d %B %Y}"
        first, last = MONTHS[self.start.month - 1], MONTHS[self.end.month - 1]
        if self.kind is Kind.MONTH:
            return f"{first} {self.start.year}"
        since = first if self.start.year == self.end.year else f"{first} {self.start.year}"
        return f"{since} to {last} {self.end.year}"

    @property
    def told(self) -> str:
        """As it goes on from ‘in’ or ‘for’: the 12 months to 30 June 2018."""
        return f"the {self.words}" if self.kind is Kind.ROLLING else self.words

    def __str__(self) -> str:
        return self.label


def add_months(first: date, months: int) -> date:
    """The first day of a month, so many months later (or earlier)."""
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    return date(year, month + 1, 1)


def month_of(day: date) -> Period:
    return Period(day.replace(day=1), Kind.MONTH)


def quarter_of(day: date) -> Period:
    return Period(day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1), Kind.QUARTER)


def year_of(day: date) -> Period:
    return Period(date(day.year - (day.month < APRIL), APRIL, 1), Kind.YEAR)


def period_of(day: date, kind: Kind) -> Period:
    """The period of that kind which holds the day; of twelve months, those that begin with its quarter."""
    return {Kind.MONTH: month_of, Kind.QUARTER: quarter_of, Kind.YEAR: year_of, Kind.ROLLING: rolling_from}[kind](day)


def rolling_from(day: date) -> Period:
    """The twelve months that begin with the quarter that holds the day."""
    return Period(quarter_of(day).start, Kind.ROLLING)


def rolling_to(day: date) -> Period:
    """The twelve months that end with the quarter that holds the day."""
    return Period(add_months(quarter_of(day).start, -9), Kind.ROLLING)


def a_quarter_later(period: Period) -> Period:
    """The twelve months that begin a quarter after a period does."""
    return rolling_from(add_months(period.start, 3))


def months_of(period: Period) -> list[Period]:
    """Its months in order; a month is its own."""
    return [Period(add_months(period.start, n), Kind.MONTH) for n in range(period.kind.months)]


def quarters_of(period: Period) -> list[Period]:
    """Its quarters in order; for a month, the quarter that holds it."""
    return list(dict.fromkeys(quarter_of(month.start) for month in months_of(period)))


def parts_of(period: Period) -> list[Period]:
    """The periods one size down: the quarters of a year or of twelve months, a quarter's months, nothing for a month."""
    if period.kind.is_twelve_months:
        return quarters_of(period)
    return months_of(period) if period.kind is Kind.QUARTER else []


def previous(period: Period) -> Period:
    """The period of the same kind just before it."""
    return Period(add_months(period.start, -period.kind.months), period.kind)


def a_year_before(period: Period) -> Period:
    """The same period a year earlier; for a year, the year before."""
    return Period(add_months(period.start, -12), period.kind)


def last_periods(period: Period, count: int) -> list[Period]:
    """So many periods of the same kind that end with this one, in order."""
    months = period.kind.step
    return [Period(add_months(period.start, -months * back), period.kind) for back in reversed(range(count))]


def periods_between(first: date, last: date, kind: Kind | None = None) -> list[Period]:
    """Every period that holds a day from first to last, both included: months, then quarters, then years.

    With a kind, those of that kind alone; twelve months, those that begin and end there. Nothing, if last is before first.
    """
    found: list[Period] = []
    for each in APART if kind is None else (kind,):
        period = period_of(first, each)
        while first <= last and (period.end if each is Kind.ROLLING else period.start) <= last:
            found.append(period)
            period = Period(add_months(period.start, each.step), each)
    return found


def read_period(text: str) -> Period:
    """The period that a person or a command wrote. Raises PeriodTrouble, which says what is wrong."""
    if matched := ROLLING.fullmatch(text.strip()):
        return _rolling(matched[0], int(matched["year"]), int(matched["month"]))
    matched = PATTERN.fullmatch(text.strip())
    if matched is None:
        shown = re.sub(r"\s+", " ", "".join(c if c.isprintable() else " " for c in text)).strip()[:40]
        raise PeriodTrouble(f"‘{shown}’ is not a period. {WRITTEN}" if shown else f"No period was given. {WRITTEN}")
    year, second = int(matched["year"]), int(matched["second"])
    if not FIRST_DAY.year <= year <= 2098:
        raise PeriodTrouble(f"{matched[0]} is not between April 2012 and March 2099, where figures can be counted.")
    if matched["quarter"] is not None:
        return _quarter(matched[0], year, second, int(matched["quarter"]))
    if second == (year + 1) % 100:
        return Period(date(year, APRIL, 1), Kind.YEAR)
    return _month(matched[0], year, second)


def _quarter(text: str, year: int, second: int, quarter: int) -> Period:
    after = (year + 1) % 100
    if second != after:
        raise PeriodTrouble(
            f"{text} names years that do not follow each other: "
            f"a financial year is written {year}-{after:02}, and its fourth quarter {year}-{after:02}Q4."
        )
    if not 1 <= quarter <= 4:
        raise PeriodTrouble(
            f"{text} is not a quarter: they run from Q1 (April to June) to Q4 (January to March), "
            f"as in {year}-{after:02}Q4."
        )
    return Period(add_months(date(year, APRIL, 1), 3 * (quarter - 1)), Kind.QUARTER)


def _month(text: str, year: int, month: int) -> Period:
    if not 1 <= month <= 12:
        raise PeriodTrouble(
            f"{text} is neither a month (01 to 12, as in {year}-02) nor a financial year "
            f"(as in {year}-{(year + 1) % 100:02})."
        )
    if date(year, month, 1) < FIRST_DAY:
        raise PeriodTrouble(f"{text} is before April 2012, where figures can first be counted.")
    return Period(date(year, month, 1), Kind.MONTH)


def _rolling(text: str, year: int, month: int) -> Period:
    if month not in (3, 6, 9, 12):
        raise PeriodTrouble(
            f"{text} is not twelve months: they end with a quarter, in March, June, September or December, as in to{year}-03."
        )
    if not date(FIRST_DAY.year + 1, 3, 1) <= date(year, month, 1) <= date(2099, 3, 1):
        raise PeriodTrouble(f"{text} is not between March 2013 and March 2099, to which twelve months can be counted.")
    return rolling_to(date(year, month, 1))
