"""A funnel plot as SVG: every authority's share by its size, with the limits of chance around the country's share.

The same rules as in charts.py: attributes and ids only, text never under 13 px, the wide drawing never scaled down.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from meg.oversight.performance.charts import BRAND, INK, NARROW_WIDTH, RULE, SCREEN_FONT, SOFT, WHITE
from meg.oversight.performance.compared import Compared
from meg.oversight.performance.comparing import ACT, WARN, Area, limits

GREY = "#b1b4b6"
CROWD = 0.97  # of the authorities by size that the frame holds: a very large one would press the others together
Place = tuple[float, float, float, float]


def frame_of(compared: Compared) -> tuple[float, float]:
    """The largest size and the largest share that the frame holds."""
    sizes = sorted(area.of for area in compared.authorities if area.of)
    widest = max(sizes[int(CROWD * (len(sizes) - 1))], compared.ours.of or 0) * 1.06
    shares = sorted(area.share for area in compared.authorities if area.share is not None and (area.of or 0) <= widest)
    highest = max(shares[int(CROWD * (len(shares) - 1))] if shares else 0, compared.share, compared.ours.share or 0)
    unit = 1 if highest < 0.03 else 4  # per cent
    return widest, max(-(-100 * highest * 1.15 // unit) * unit, unit) / 100


def beyond(compared: Compared) -> list[Area]:
    """Authorities whose share is known and that lie outside the frame."""
    widest, highest = frame_of(compared)
    return [a for a in compared.authorities if a.share is not None and ((a.of or 0) > widest or a.share > highest)]


def described(compared: Compared) -> str:
    """The picture in words."""
    return (
        f"Each authority’s share of {compared.words.of}, {compared.words.sized}. The limits "
        f"narrow as numbers grow. {compared.outside} of {compared.shown} authorities lie outside the 95% limits. "
        "The table below gives ours, our neighbours, the region and England."
    )


def funnel(compared: Compared, *, prefix: str, width: int = 1100, font: str = SCREEN_FONT, narrow: bool = False) -> str:
    """The drawing, with its title and description."""
    frame = _Frame(compared, NARROW_WIDTH if narrow else width, font, narrow)
    title = f"Funnel plot: share of {compared.words.of}, year to 31 March {compared.of_year}"
    size = f'viewBox="0 0 {frame.width} {frame.height}" width="{frame.width}" height="{frame.height}"'
    which = "narrow" if narrow else "wide"
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="meg-chart__svg meg-chart--{which}" {size} role="img" '
        f"aria-labelledby={quoteattr(f'{prefix}-t {prefix}-d')}><title id={quoteattr(prefix + '-t')}>{escape(title)}</title>"
        f"<desc id={quoteattr(prefix + '-d')}>{escape(described(compared))}</desc>"
    )
    return f'{head}<g aria-hidden="true">{"".join(frame.drawn())}</g></svg>'


@dataclass
class _Frame:
    """Where things stand, and which places a name has taken."""

    compared: Compared
    width: int
    font: str
    narrow: bool

    def __post_init__(self) -> None:
        self.size = 13 if self.narrow else 14
        self.height = 320 if self.narrow else round(self.width * 0.44)
        self.left, self.top, self.base = 44.0, 34.0, self.height - 52.0
        self.right = self.width - (64.0 if self.narrow else 128.0)
        self.widest, self.highest = frame_of(self.compared)
        self.taken: list[Place] = []

    def x(self, size: float) -> float:
        return self.left + (self.right - self.left) * size / self.widest

    def y(self, share: float) -> float:
        return self.base - (self.base - self.top) * share / self.highest

    def text(self, x: float, y: float, words: str, anchor: str = "middle", fill: str = SOFT, more: str = "") -> str:
        family = quoteattr(self.font)
        return (
            f'<text x="{x:.1f}" y="{y:.1f}" font-family={family} font-size="{self.size}" fill="{fill}" '
            f'text-anchor="{anchor}"{more}>{escape(words)}</text>'
        )

    def drawn(self) -> Iterator[str]:
        yield from self.scales()
        yield from self.curves()
        yield from self.crowd()
        yield from self.ours()
        yield from self.near()

    def scales(self) -> Iterator[str]:
        yield self.text(0, 14, self.compared.words.share if not self.narrow else "Share", "start")
        step = 1 if self.highest <= 0.04 else 4 if self.highest <= 0.3 else 10
        for per_cent in range(0, round(100 * self.highest) + 1, step):
            y = self.y(per_cent / 100)
            yield f'<path d="M{self.left:.1f} {y:.1f}H{self.right:.1f}" stroke="{RULE}" stroke-width="1"/>'
            yield self.text(self.left - 7, y + 5, f"{per_cent}%", "end")
        step = 1000 if self.narrow and self.widest > 1500 else 500 if self.widest > 700 else 100
        if self.widest > 5000:
            step = 4000 if self.narrow else 2000
        for size in range(0, int(self.widest) + 1, step):
            yield self.text(self.x(size), self.base + 20, f"{size:,}")
        yield f'<path d="M{self.left:.1f} {self.base:.1f}H{self.right:.1f}" stroke="{INK}" stroke-width="1"/>'
        words = self.compared.words.size_short if self.narrow else self.compared.words.size
        yield self.text((self.left + self.right) / 2, self.base + 42, words)

    def curves(self) -> Iterator[str]:
        share = self.compared.share
        sizes = [max(self.widest * n / 160, 5) for n in range(2, 161)]
        for errors, dash in ((WARN, ' stroke-dasharray="6 4"'), (ACT, "")):
            for which in (0, 1):
                ends = [(self.x(n), limits(share, max(round(n), 1), errors)[which]) for n in sizes if n >= 100]
                places = " ".join(f"{x:.1f},{self.y(end):.1f}" for x, end in ends if end <= self.highest)
                yield f'<polyline points="{places}" fill="none" stroke="{BRAND}" stroke-width="1.3"{dash}/>'
        y = self.y(share)
        yield f'<path d="M{self.left:.1f} {y:.1f}H{self.right:.1f}" stroke="{INK}" stroke-width="1.3"/>'
        at = -99.0
        edge = max(round(self.widest), 1)
        (low, high), (far_low, far_high) = limits(share, edge, WARN), limits(share, edge, ACT)
        named = [(far_high, "99.8%"), (high, "95%"), (share, "England"), (low, "95%"), (far_low, "99.8%")]
        for value, words in named:
            at = max(self.y(value) + 5, at + self.size + 1)
            own = words == "England"
            said = words if self.narrow else f"England {100 * share:.1f}%" if own else f"{words} limit"
            more = ' font-weight="700"' if own else ""
            yield self.text(self.right + 5, at, said, "start", INK if own else BRAND, more)

    def inside(self, area: Area) -> tuple[float, float] | None:
        if area.share is None or not area.of or area.of > self.widest or area.share > self.highest:
            return None
        return self.x(area.of), self.y(area.share)

    def crowd(self) -> Iterator[str]:
        for area in self.compared.others:
            if (place := self.inside(area)) is not None:
                yield f'<circle cx="{place[0]:.1f}" cy="{place[1]:.1f}" r="2.8" fill="{GREY}"/>'

    def ours(self) -> Iterator[str]:
        place = self.inside(self.compared.ours)
        if place is None or self.compared.ours.share is None:
            return
        x, y = place
        up = self.top + 30
        yield f'<path d="M{x:.1f} {up + 24:.1f}V{y:.1f}" stroke="{BRAND}" stroke-width="1.2"/>'
        diamond = f"M{x:.1f} {y - 8:.1f}L{x + 8:.1f} {y:.1f}L{x:.1f} {y + 8:.1f}L{x - 8:.1f} {y:.1f}Z"
        yield f'<path d="{diamond}" fill="{BRAND}" stroke="{WHITE}" stroke-width="1.5"/>'
        half = 90.0 if not self.narrow else 70.0
        middle = min(max(x, self.left + half), self.right - half)
        ours = self.compared.ours
        bold, halo = (
            ' font-weight="700"',
            f' stroke="{WHITE}" stroke-width="4" stroke-linejoin="round" paint-order="stroke"',
        )
        yield self.text(middle, up, f"{ours.name} {100 * self.compared.ours.share:.1f}%", fill=BRAND, more=bold + halo)
        yield self.text(
            middle, up + 18, f"{ours.count:,} of {ours.of:,} {self.compared.words.things}", fill=BRAND, more=halo
        )
        self.taken += [(middle - half, up - 14, middle + half, up + 24), (x - 10, up, x + 10, y + 10)]

    def near(self) -> Iterator[str]:
        placed = [(self.inside(area), area) for area in self.compared.neighbours]
        rings = [(place, area) for place, area in placed if place is not None]
        self.taken += [(x - 6, y - 6, x + 6, y + 6) for (x, y), _ in rings]
        for (x, y), _ in rings:
            yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4.5" fill="{WHITE}" stroke="{INK}" stroke-width="1.8"/>'
        if not self.narrow:
            for (x, y), area in sorted(rings, key=lambda ring: ring[0]):
                yield from self.name(x, y, area.name)

    def name(self, x: float, y: float, words: str) -> Iterator[str]:
        """A neighbour's name beside its ring, where there is room for it; the table names every one."""
        wide = 0.56 * self.size * len(words)
        for anchor, at, left in (("start", x + 9, x + 9), ("end", x - 9, x - 9 - wide)):
            for down in (5, -7, 17):
                box = (left, y + down - 12, left + wide, y + down + 3)
                if box[0] > self.left and box[2] < self.right and not any(_meet(box, other) for other in self.taken):
                    self.taken.append(box)
                    halo = f' stroke="{WHITE}" stroke-width="4" stroke-linejoin="round" paint-order="stroke"'
                    yield self.text(at, y + down, words, anchor, INK, halo)
                    return


def _meet(one: Place, other: Place) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
