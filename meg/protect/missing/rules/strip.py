"""A child's missing history as a picture: where each episode and each interview stands along twelve months.

Only numbers and words come from here; the page writes them as SVG. The height of a bar is the hours of the episode, cut
at 40, with the number above. The last 90 days are shaded and counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from meg.protect.missing.rules.episode import HOUR, LONDON, elapsed, first_minute, london_day

LEFT, RIGHT, WIDTH, HEIGHT = 96.0, 1120.0, 1130, 190
TOP, BASE, INTERVIEWS, FOOT, WORDS = 24, 112, 139, 160, 176
BAR, LEAST, AN_HOUR, MOST_HOURS = 10.0, 8.0, 1.4, 40  # a bar is so wide, and so high for no hour and for each
ASIDE = 14.0  # how far a bar may move for the next one: five days
LETTER, LINE, GAP = 7.2, 14.0, 5.0  # a letter's width and a line's height in the labels, and the space above a bar
AHEAD = timedelta(days=12)  # room on the right for an interview that is due
LATELY = timedelta(days=90)
FEW = 40  # beyond so many episodes only the longest have their hours above
LONGEST = 5
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


class Mark(StrEnum):
    """How an interview is drawn: a disc, a diamond, a cross, a dashed ring."""

    HELD = "held"
    LATE = "late"
    DECLINED = "declined"
    UNREACHED = "unreached"
    DUE = "due"


@dataclass(frozen=True)
class Seen:
    """An episode as the picture and the patterns take it. `exact`: its times are known, not only its days."""

    started_at: datetime
    ended_at: datetime | None
    missing: bool
    exact: bool = True
    setting: str = ""
    place: str = ""


@dataclass(frozen=True)
class Asked:
    """An interview in the picture: how it stands, and when that was or is due."""

    mark: Mark
    at: datetime


@dataclass(frozen=True)
class Bar:
    """One episode: its corner, its height, and the hours above it with where they stand."""

    x: float
    top: float
    height: float
    missing: bool
    is_open: bool
    words: str
    words_x: float
    anchor: str

    @property
    def words_y(self) -> float:
        return round(self.top - GAP, 1)

    @property
    def extent(self) -> tuple[float, float]:
        """From where to where the words reach, as far as can be said without the letters."""
        width = len(self.words) * LETTER
        start = self.words_x - (width if self.anchor == "end" else width / 2)
        return start, start + width


@dataclass(frozen=True)
class Point:
    """One interview."""

    x: float
    mark: Mark


@dataclass(frozen=True)
class Month:
    """The first of a month: where it is, and its words; none where they would stand over 'Today'."""

    x: float
    words: str


@dataclass(frozen=True)
class Strip:
    """The whole picture."""

    bars: tuple[Bar, ...]
    points: tuple[Point, ...]
    months: tuple[Month, ...]
    today: float
    window: float
    lately: int
    title: str
    description: str


def year_before(now: datetime) -> datetime:
    """The first minute of the same day a year ago in Europe/London: where twelve months begin."""
    today = london_day(now)
    leap = (today.month, today.day) == (2, 29)
    return first_minute(today.replace(year=today.year - 1, day=28 if leap else today.day))


def strip(episodes: Sequence[Seen], interviews: Sequence[Asked], now: datetime) -> Strip:
    """The picture of the twelve months until `now`. Episodes and interviews before them are left out, but for one that
    is still open: it stands at the left end.
    """
    start, end = year_before(now), now + AHEAD
    shown = sorted((one for one in episodes if one.started_at >= start or one.ended_at is None), key=_began)
    points = [one for one in interviews if start <= one.at <= end]
    lately = sum(one.started_at >= now - LATELY for one in shown)
    months = tuple(_months(start, end, now))
    return Strip(
        bars=tuple(_with_words(_bars(shown, start, end, now))),
        points=tuple(Point(_x(one.at, start, end), one.mark) for one in points),
        months=months,
        today=_x(now, start, end),
        window=_x(now - LATELY, start, end),
        lately=lately,
        title=f"Missing episodes and return interviews, {_month(start)} to {_month(now)}",
        description=_described(shown, points, lately),
    )


def _began(one: Seen) -> datetime:
    return one.started_at


# ── where things stand ──────────────────────────────────────────────────────────────────────────────────────


def _x(moment: datetime, start: datetime, end: datetime) -> float:
    share = elapsed(start, moment) / elapsed(start, end)
    return round(LEFT + (RIGHT - LEFT) * min(max(share, 0), 1), 1)


def height(hours: float) -> float:
    """How high a bar is: by its hours, cut at 40."""
    return round(LEAST + AN_HOUR * min(max(hours, 0), MOST_HOURS), 1)


def _bars(episodes: Sequence[Seen], start: datetime, end: datetime, now: datetime) -> list[Bar]:
    """The bars, earliest first: where two would stand over each other the earlier moves aside, by a little at most."""
    found: list[Bar] = []
    limit = today = _x(now, start, end)
    for one in reversed(episodes):
        exact = min(_x(one.started_at, start, end), today)
        x = round(max(exact - ASIDE, min(exact, limit - BAR - 2)), 1)
        found.append(_bar(one, x, today, now))
        limit = x
    return found[::-1]


def _bar(one: Seen, x: float, today: float, now: datetime) -> Bar:
    tall, words = height(elapsed(one.started_at, one.ended_at or now) / HOUR), hours_in_words(one, now)
    right = x + len(words) * LETTER > today
    return Bar(
        x=x, top=round(BASE - tall, 1), height=tall, missing=one.missing, is_open=one.ended_at is None, words=words,
        words_x=round(x + (BAR if right else BAR / 2), 1), anchor="end" if right else "middle",
    )  # fmt: skip


def hours_in_words(one: Seen, now: datetime) -> str:
    """'6 h' and '40 min'; 'still missing' where it is open; days where no more is known."""
    length = elapsed(one.started_at, one.ended_at or now)
    if not one.exact:
        days = max((london_day(one.ended_at or now) - london_day(one.started_at)).days, 1)
        said = f"{days} day" if days == 1 else f"{days} days"
    elif length < HOUR:
        said = f"{max(int(length.total_seconds()) // 60, 0)} min"
    else:
        said = f"{int(length / HOUR + 0.5)} h"
    if one.ended_at is None:
        said += ", still missing" if one.missing else ", still away"
    return said


def _with_words(bars: list[Bar]) -> list[Bar]:
    """The bars, with words only where there is room: the open one and the longest first, and none across a taller bar; in a
    crowded year only the longest five have any.
    """
    most = LONGEST if len(bars) > FEW else len(bars)
    first = sorted(range(len(bars)), key=lambda place: (not bars[place].is_open, -bars[place].height))
    kept: list[int] = []
    for place in first[:most]:
        one = bars[place]
        crossed = not one.is_open and any(_across(one, other) for other in bars if other is not one)
        if not crossed and not any(_over(one, bars[held]) for held in kept):
            kept.append(place)
    return [bar if place in kept else _silent(bar) for place, bar in enumerate(bars)]


def _over(one: Bar, other: Bar) -> bool:
    """Whether the words of two bars would stand over each other."""
    (start, end), (begin, stop) = one.extent, other.extent
    return start < stop and begin < end and abs(one.words_y - other.words_y) < LINE


def _across(one: Bar, other: Bar) -> bool:
    """Whether the words of one bar would stand across another."""
    start, end = one.extent
    return other.top < one.words_y and start < other.x + BAR and other.x < end


def _silent(bar: Bar) -> Bar:
    return Bar(bar.x, bar.top, bar.height, bar.missing, bar.is_open, "", bar.words_x, bar.anchor)


def _months(start: datetime, end: datetime, now: datetime) -> list[Month]:
    """The first day of each month, with its words; the year where it begins."""
    day = london_day(start).replace(day=1)
    found: list[Month] = []
    today = _x(now, start, end)
    while (day := _next_month(day)) <= london_day(end):
        x = _x(first_minute(day), start, end)
        words = f"{day:%b %Y}" if not found or day.month == 1 else f"{day:%b}"
        room = today - 20 - len(words) * LETTER - GAP
        found.append(Month(x, words if x < room else ""))
    return found


def _next_month(day: date) -> date:
    return day.replace(year=day.year + day.month // 12, month=day.month % 12 + 1)


# ── in words, for who does not see it ───────────────────────────────────────────────────────────────────────


def _month(moment: datetime) -> str:
    return f"{moment.astimezone(LONDON):%B %Y}"


def number(count: int) -> str:
    """'seven', '12'."""
    return NUMBERS[count] if count < len(NUMBERS) else str(count)


def _described(episodes: Sequence[Seen], interviews: Sequence[Asked], lately: int) -> str:
    missing = sum(one.missing for one in episodes)
    away, still = len(episodes) - missing, sum(one.ended_at is None for one in episodes)
    parts = [f"{number(missing)} missing" if missing else "", f"{number(away)} away or absent" if away else ""]
    said = [f"{_counted(len(episodes), 'episode')}: {' and '.join(filter(None, parts))}."]
    if still:
        said.append("One is still open.")
    said.append(_interviews_described(interviews))
    said.append(f"{_counted(lately, 'episode')} in the last 90 days.")
    said.append("The table below gives every value.")
    return " ".join(said)


def _interviews_described(interviews: Sequence[Asked]) -> str:
    ways = {
        Mark.HELD: "held in 72 hours", Mark.LATE: "held late", Mark.DECLINED: "declined",
        Mark.UNREACHED: "given up because the child could not be reached", Mark.DUE: "due",
    }  # fmt: skip
    counts = {mark: sum(one.mark is mark for one in interviews) for mark in ways}
    said = [f"{number(count)} {ways[mark]}" for mark, count in counts.items() if count]
    return f"Interviews: {', '.join(said)}." if said else "No interview."


def _counted(count: int, thing: str) -> str:
    words = f"{number(count)} {thing}" if count == 1 else f"{number(count)} {thing}s"
    return words[0].upper() + words[1:]
