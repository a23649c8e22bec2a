"""Pictures of figures over time, as SVG: the same drawing in the page and in the report.

Attributes and ids only, no style and no script, so that a strict content security policy holds. Every id
begins with the figure's own prefix. A hidden figure breaks the line and is a hatched box of one size on the
baseline; a figure that was not supplied is a gap. Text is never under 13 px at the size drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from xml.sax.saxutils import escape, quoteattr

from meg.oversight.performance.control import Limits, Reset
from meg.oversight.performance.disclosure import Shown
from meg.oversight.performance.rules import MONTHS, Kind, Period

SCREEN_FONT = "-apple-system, BlinkMacSystemFont, Segoe UI, Roboto, Helvetica Neue, Arial, sans-serif"
INK, SOFT, RULE, WHITE = "#0b0c0c", "#484949", "#dee0e2", "#ffffff"
BRAND, BAND, USUAL, SIGNAL = "#0b4f54", "#e6efef", "#d5e3e3", "#a63c06"
BOX = 11.0
NARROW_WIDTH = 345


@dataclass(frozen=True)
class Point:
    """A period and its figure after disclosure control, its limits, whether it has changed by one of the rules, and the
    decision with which new limits begin here.
    """

    period: Period
    shown: Shown
    limits: Limits | None = None
    changed: bool = False
    reset: Reset | None = None


def drawable(points: Sequence[Point]) -> bool:
    """Whether a picture would say anything: two figures to join, and not most of them hidden."""
    numbers = sum(point.shown.value is not None for point in points)
    return numbers >= 2 and numbers >= sum(point.shown.hidden for point in points)


def trend(
    points: Sequence[Point],
    *,
    title: str,
    description: str,
    prefix: str,
    width: int = 1100,
    font: str = SCREEN_FONT,
    narrow: bool = False,
    unit: str = "Children",
) -> str:
    """The figures as a line from nought, oldest first, over the usual range where they have limits; the first, the last
    and what has changed are labelled.

    `narrow` draws for a phone, 345 wide whatever `width` says: never a wide drawing scaled down. `unit`
    stands over the scale. Raises ValueError if there is no point.
    """
    if not points:
        raise ValueError("A picture needs at least one period.")
    frame = _Frame(points, prefix, NARROW_WIDTH if narrow else width, font, narrow)
    body = [
        *frame.scale(unit),
        *frame.bands(),
        *frame.axis(),
        *(_line(run, INK, 2) for run in frame.runs() if len(run) > 1),
        *frame.marks(),
        *frame.labels(),
    ]
    size = f'viewBox="0 0 {frame.width} {frame.height}" width="{frame.width}" height="{frame.height}"'
    return _svg(size, "meg-chart__svg", prefix, title, description, _hatching(prefix), *body)


def sparkline(points: Sequence[Point], *, title: str, prefix: str) -> str:
    """The figures as a small line on their own scale, over the usual range of the last: 150 by 38. A dot is the latest, a
    diamond what has changed.
    """
    values = [point.shown.value for point in points if point.shown.value is not None]
    limits = _last_limits(points)
    judged = [*values, *([limits.low, limits.high] if limits else [])]
    least, most = (min(judged), max(judged)) if judged else (0, 0)
    step = 138 / max(len(points) - 1, 1)

    def place(number: int, value: float) -> tuple[float, float]:
        share = (value - least) / (most - least) if most > least else 0.5
        return 5 + number * step, 33 - 28 * share

    body = []
    if limits:
        begins = max((number for number, point in enumerate(points) if point.reset), default=0)
        left, top = max(place(begins, 0)[0] - 3, 2), place(0, limits.high)[1]
        height = place(0, limits.low)[1] - top
        body.append(
            f'<rect x="{left:.1f}" y="{top:.1f}" width="{148 - left:.1f}" height="{height:.1f}" fill="{USUAL}"/>'
        )
    body += [_line(run, INK, 1.6) for run in _runs(points, place) if len(run) > 1]
    body += [_dot(*run[0], 1.6) for run in _runs(points, place) if len(run) == 1]
    last = len(points) - 1
    for number, point in enumerate(points):
        if point.shown.value is None:
            continue
        if point.changed:
            body.append(_diamond(*place(number, point.shown.value), 4.4 if number == last else 3.4))
        elif number == last:
            body.append(_dot(*place(number, point.shown.value), 3.4))
    return _svg('viewBox="0 0 150 38" width="150" height="38"', "meg-spark", prefix, title, "", "", *body)


def _svg(size: str, css: str, prefix: str, title: str, description: str, defs: str, *body: str) -> str:
    ids = f"{prefix}-t {prefix}-d" if description else f"{prefix}-t"
    described = f"<desc id={quoteattr(prefix + '-d')}>{escape(description)}</desc>" if description else ""
    labelled = f'role="img" aria-labelledby={quoteattr(ids)}'
    titled = f"<title id={quoteattr(prefix + '-t')}>{escape(title)}</title>"
    opening = f'<svg xmlns="http://www.w3.org/2000/svg" class="{css}" {size} {labelled}>'
    return f'{opening}{titled}{described}{defs}<g aria-hidden="true">{"".join(body)}</g></svg>'


def _hatching(prefix: str) -> str:
    return (
        f'<defs><pattern id={quoteattr(prefix + "-h")} width="4" height="4" patternUnits="userSpaceOnUse">'
        f'<rect width="4" height="4" fill="{WHITE}"/>'
        f'<path d="M-1 1L1 -1M0 4L4 0M3 5L5 3" stroke="{SOFT}" stroke-width="1"/></pattern></defs>'
    )


class _Frame:
    """Where things stand in a drawing of so many periods."""

    def __init__(self, points: Sequence[Point], prefix: str, width: int, font: str, narrow: bool) -> None:
        self.points, self.prefix, self.width, self.font, self.narrow = points, prefix, width, font, narrow
        self.size = 13 if narrow else 14
        self.height = 300 if narrow else round(width * 0.4)
        values = [point.shown.value for point in points if point.shown.value is not None]
        values += [point.limits.high for point in points if point.limits]
        self.percent = any(point.shown.of for point in points)
        self.most, self.step = (100, 20) if self.percent else _scale(max(values, default=0))
        digits = max(len(str(self.most)) + (self.most >= 1000) + self.percent, 2)
        self.left = 8 + digits * self.size * 0.62
        beside = (34.0 if narrow else 120.0) if _last_limits(points) else 22.0
        self.right, self.top, self.base = width - beside, 40.0, self.height - 52.0
        self.each = (self.right - self.left) / len(points)

    def x(self, number: float) -> float:
        """The middle of a period's column."""
        return self.left + (number + 0.5) * self.each

    def y(self, value: float) -> float:
        return self.base - (self.base - self.top) * value / self.most

    def text(self, x: float, y: float, words: str, *, anchor: str = "middle", fill: str = SOFT) -> str:
        return self._text(x, y, words, f'font-size="{self.size}" fill="{fill}" text-anchor="{anchor}"')

    def _text(self, x: float, y: float, words: str, attributes: str) -> str:
        family = quoteattr(self.font)
        return f'<text x="{x:.1f}" y="{y:.1f}" font-family={family} {attributes}>{escape(words)}</text>'

    def scale(self, unit: str) -> Iterator[str]:
        yield self.text(0, 16, unit, anchor="start")
        for value in range(0, self.most + 1, self.step):
            y = self.y(value)
            yield f'<path d="M{self.left:.1f} {y:.1f}H{self.right:.1f}" stroke="{RULE}" stroke-width="1"/>'
            yield self.text(self.left - 7, y + 5, f"{value:,}%" if self.percent else f"{value:,}", anchor="end")

    def axis(self) -> Iterator[str]:
        """The baseline, a tick between financial years, and the names of periods as far as there is room."""
        yield f'<path d="M{self.left:.1f} {self.base:.1f}H{self.right:.1f}" stroke="{INK}" stroke-width="1"/>'
        every = self.every()
        if every:
            for number, point in enumerate(self.points):
                if number % every == 0:
                    yield self.text(self.x(number), self.base + 20, tick(point.period))
        if not self.points[0].period.kind.is_twelve_months:
            yield from self.year_names(bool(every))

    def bands(self) -> Iterator[str]:
        """The usual range and the mean under each period, where it has limits; the last ones with their numbers."""
        for same, group in groupby(enumerate(self.points), key=lambda pair: pair[1].limits):
            if same is None:
                continue
            numbers = [number for number, _ in group]
            left, right = self.x(numbers[0] - 0.5), self.x(numbers[-1] + 0.5)
            low, mean, high = (self.y(value) for value in (same.low, same.mean, same.high))
            width = right - left
            yield f'<rect x="{left:.1f}" y="{high:.1f}" width="{width:.1f}" height="{low - high:.1f}" fill="{BAND}"/>'
            for y, dash in ((high, "6 4"), (low, "6 4"), (mean, "")):
                dashed = f' stroke-dasharray="{dash}"' if dash else ""
                yield f'<path d="M{left:.1f} {y:.1f}H{right:.1f}" stroke="{BRAND}" stroke-width="1.3"{dashed}/>'
        yield from self.limit_labels()
        for number, point in enumerate(self.points):
            if point.reset and number:
                yield from self.began_anew(number, point)

    def limit_labels(self) -> Iterator[str]:
        """The numbers of the last limits at the right edge, never over each other."""
        limits = _last_limits(self.points)
        if limits is None:
            return
        end = "%" if self.percent else ""
        lines = [(limits.high, "upper limit"), (limits.mean, "mean"), (limits.low, "lower limit")]
        at = -99.0
        for value, words in lines:
            at = max(self.y(value) + 5, at + self.size + 2)
            number = f"{value:.0f}{end}"
            yield self.text(
                self.right + 6, at, number if self.narrow else f"{number} {words}", anchor="start", fill=BRAND
            )

    def began_anew(self, number: int, point: Point) -> Iterator[str]:
        """A dotted line where limits begin anew, with the day of the decision, or from which what is counted changed."""
        x = self.x(number - 0.5)
        yield (
            f'<path d="M{x:.1f} {self.top - 18:.1f}V{self.base:.1f}" stroke="{SOFT}" stroke-width="1" '
            'stroke-dasharray="2 3"/>'
        )
        if point.reset and not self.narrow:
            day = point.reset.decided
            what = "Counted otherwise from" if point.reset.defined else "New limits, decided"
            words = f"{what} {day.day} {MONTHS[day.month - 1]} {day.year}"
            beside = {"anchor": "end"} if x > self.width / 2 else {"anchor": "start"}
            yield self.text(x - 8 if x > self.width / 2 else x + 8, self.top - 6, words, **beside)

    def year_names(self, under_names: bool) -> Iterator[str]:
        """Each financial year under its periods, or as many of them as there is room for."""
        room = (5 if self.narrow else 7) * self.size * 0.6 + 6
        years = list(self.years())
        fewest = max(count for _, _, count in years) * self.each
        for number, (year, first, count) in enumerate(years):
            if first:
                edge = self.left + first * self.each
                yield f'<path d="M{edge:.1f} {self.base:.1f}v{8 if under_names else 12}" stroke="{INK}"/>'
            if number % (int(room // fewest) + 1) == 0 and (count * self.each > room or fewest < room):
                y = self.base + (41 if under_names else 22)
                words = year[2:] if self.narrow else year
                yield self.text(self.x(first + (count - 1) / 2), y, words, fill=INK)

    def every(self) -> int:
        """Each how many-th period is named: 1 for all, 0 for none, so that names never touch."""
        room = max(len(tick(point.period)) for point in self.points) * self.size * 0.62 + 8
        if self.each >= room:
            return 1
        if self.points[0].period.kind.is_twelve_months:
            return int(room // self.each) + 1
        return 3 if self.points[0].period.kind is Kind.MONTH and self.each * 3 >= room else 0

    def years(self) -> Iterator[tuple[str, int, int]]:
        """The financial years, where each begins and how many of its periods are drawn."""
        numbered = groupby(enumerate(self.points), key=lambda pair: pair[1].period.financial_year)
        for year, pairs in numbered:
            numbers = [number for number, _ in pairs]
            yield year, numbers[0], len(numbers)

    def runs(self) -> list[list[tuple[float, float]]]:
        return _runs(self.points, lambda number, value: (self.x(number), self.y(value)))

    def marks(self) -> Iterator[str]:
        radius = 4.5 if self.each > 14 else 2.5
        for run in self.runs():
            yield from (_dot(x, y, radius, WHITE if radius > 3 else "") for x, y in run)
        for number, point in enumerate(self.points):
            if point.changed and point.shown.value is not None:
                yield _diamond(self.x(number), self.y(point.shown.value), 8 if radius > 3 else 5, WHITE)
        for number, point in enumerate(self.points):
            if point.shown.hidden:
                yield self.hidden(self.x(number))

    def hidden(self, x: float) -> str:
        """One size for all: a narrow column narrows it, its figure never does."""
        side = min(BOX, self.each - 1)
        box = f'<rect x="{x - side / 2:.1f}" y="{self.base - BOX:.1f}" width="{side:.1f}" height="{BOX}"'
        letter = self.text(x, self.base - BOX - 5, "c") if self.each >= 12 else ""
        fill = quoteattr(f"url(#{self.prefix}-h)")
        return f'{box} fill={fill} stroke="{SOFT}" stroke-width="1"/>{letter}'

    def labels(self) -> Iterator[str]:
        """The last and the first figure that is shown, and each that has changed, away from the line; none over another."""
        numbers = [number for number, point in enumerate(self.points) if point.shown.value is not None]
        wanted = [n for n in numbers if n in (numbers[0], numbers[-1]) or self.points[n].changed]
        taken = self.width + 0.0
        for number in reversed(wanted):
            room = 12 + self.size * 0.6 * len(self.points[number].shown.grouped)
            if number == numbers[-1] or taken - self.x(number) >= room:
                yield self.label(number, is_last=number == numbers[-1])
                taken = self.x(number)

    def label(self, number: int, *, is_last: bool) -> str:
        point = self.points[number]
        value, changed = point.shown.value or 0, point.changed
        beside = self.points[number + 1 if number == 0 else number - 1].shown.value if len(self.points) > 1 else None
        under = beside is not None and beside > value and self.y(value) + 26 < self.base
        y = self.y(value) + (25 if under else -12)
        size, weight = (18, 700) if is_last else (self.size, 700 if changed else 400)
        halo = f'stroke="{WHITE}" stroke-width="4" stroke-linejoin="round" paint-order="stroke"'
        ink = SIGNAL if changed else INK
        attributes = f'font-size="{size}" font-weight="{weight}" fill="{ink}" text-anchor="middle" {halo}'
        return self._text(self.x(number), y, point.shown.grouped, attributes)


def _last_limits(points: Sequence[Point]) -> Limits | None:
    """The limits that stand at the end, if there are any since they last began anew."""
    for point in reversed(points):
        if point.limits or point.reset:
            return point.limits
    return None


def tick(period: Period) -> str:
    """A period's short name under its column: Apr, Q1, 2017-18, to Jun 2018."""
    if period.kind is Kind.MONTH:
        return period.words[:3]
    if period.kind is Kind.ROLLING:
        return f"to {period.end:%b %Y}"
    return f"Q{period.quarter}" if period.kind is Kind.QUARTER else period.label


def _scale(most: float) -> tuple[int, int]:
    """The top of the scale and the step between its lines: whole numbers, up to seven lines."""
    power = 1
    while True:
        for step in (power, 2 * power, 5 * power):
            if most <= 7 * step and step > 1:
                return int(max(-(-most // step), 2)) * step, step
        power *= 10


def _runs(
    points: Sequence[Point], place: Callable[[int, float], tuple[float, float]]
) -> list[list[tuple[float, float]]]:
    """Neighbouring periods that are shown; a hidden or a missing one ends a run."""
    runs: list[list[tuple[float, float]]] = [[]]
    for number, point in enumerate(points):
        if point.shown.value is None:
            runs.append([])
        else:
            runs[-1].append(place(number, point.shown.value))
    return [run for run in runs if run]


def _line(run: Sequence[tuple[float, float]], ink: str, width: float) -> str:
    places = " ".join(f"{x:.1f},{y:.1f}" for x, y in run)
    stroke = f'stroke="{ink}" stroke-width="{width}" stroke-linejoin="round"'
    return f'<polyline points="{places}" fill="none" {stroke}/>'


def _diamond(x: float, y: float, half: float, edge: str = "") -> str:
    stroke = f' stroke="{edge}" stroke-width="1.5"' if edge else ""
    path = f"M{x:.1f} {y - half:.1f}L{x + half:.1f} {y:.1f}L{x:.1f} {y + half:.1f}L{x - half:.1f} {y:.1f}Z"
    return f'<path d="{path}" fill="{SIGNAL}"{stroke}/>'


def _dot(x: float, y: float, radius: float, edge: str = "") -> str:
    stroke = f' stroke="{edge}" stroke-width="1.5"' if edge else ""
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius}" fill="{INK}"{stroke}/>'
