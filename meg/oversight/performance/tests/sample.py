"""A report to try the documents on: two indicators, five years, some figures hidden, awkward names."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from meg.oversight.performance.beside import divisions
from meg.oversight.performance.charts import Point
from meg.oversight.performance.disclosure import NOT_SUPPLIED, Shown, share_of
from meg.oversight.performance.documents.model import Gap, IndicatorReport, Observation, ReportModel
from meg.oversight.performance.rules import (
    Kind,
    Period,
    a_year_before,
    last_periods,
    months_of,
    parts_of,
    previous,
    quarter_of,
    read_period,
)
from meg.oversight.performance.sentences import POLARITY, Finding
from meg.oversight.performance.tests.families import Counts, ShownCounts, protect_counts

PERIOD = read_period("2017-18Q4")
AWKWARD = "=cmd|'/c calc'!A1 #set page(width: 1pt) $x$ [*bold*] @ref \\ <b> & \"quoted\" // `raw` _it_ 'one'"


def counted(index: int) -> dict[Period, Counts]:
    """Five years of plausible counts that agree with each other; `index` 1 is a smaller county."""
    counts: dict[Period, Counts] = {}
    for year in last_periods(read_period("2017-18"), 5):
        for number, month in enumerate(months_of(year)):
            few = 3 if number % 5 == index else 14
            counts[month] = Counts(few + number, few // 3 + 1, few + number + few // 3 + 1 + number % 3)
        for whole in [quarter_of(month.start) for month in months_of(year)[::3]] + [year]:
            parts = [counts[part] for part in parts_of(whole)]
            children = [part.children or 0 for part in parts]
            every = max(children) + (sum(children) - max(children)) // 2
            again = max(sum(children) - every, *(part.more_than_once or 0 for part in parts))
            counts[whole] = Counts(every, min(again, every), sum(part.episodes or 0 for part in parts))
    return counts


def indicator(number: str, name: str, happened: str, which: str, shown: dict[Period, ShownCounts]) -> IndicatorReport:
    def at(period: Period) -> Shown:
        return getattr(shown[period], which) if period in shown else NOT_SUPPLIED

    with_episodes = which == "children"
    finding = Finding(
        name, happened, PERIOD, at(PERIOD), at(previous(PERIOD)), at(a_year_before(PERIOD)),
        shown[PERIOD].episodes if with_episodes else None,
    )  # fmt: skip
    return IndicatorReport(
        number=number,
        title=f"Overall number of children and young people who {happened}",
        finding=finding,
        strand="Protect",
        polarity=POLARITY["less" if number == "3" else "neutral"],
        kind="Tracker",
        source="Children’s Services: the looked-after children return (SSDA903)",
        unit="children",
        trend=tuple(Point(period, at(period)) for period in last_periods(PERIOD, 16)),
        series=tuple(
            Observation(period, at(period), shown[period].episodes if with_episodes else None)
            for kind in Kind
            for period in sorted(shown)
            if period.kind is kind
        ),
        made=(
            ("Counted", "Different children with at least one missing episode that started in the period."),
            ("Out of", "None: this indicator is a count."),
            ("Left out", "Absent and away-without-permission episodes; episodes from home."),
        ),
    )


def share() -> IndicatorReport:
    """A share, with what stands beside it."""
    shares = {
        period: share_of(40 + number % 7, 70 + number % 5) for number, period in enumerate(last_periods(PERIOD, 16))
    }
    shares[previous(PERIOD)], shares[PERIOD] = Shown("c"), share_of(131, 168)
    beside = divisions({"answers": {"of": 168, "lines": {"offered": 150, "held": 140, "declined": "c"}}})
    return IndicatorReport(
        number="5",
        title="Percentage of return interviews completed",
        finding=Finding(
            "Return interviews in time", "had an interview", PERIOD, shares[PERIOD], shares[previous(PERIOD)],
            shares[a_year_before(PERIOD)], of="episodes that ended",
        ),
        strand="Protect",
        polarity=POLARITY["more"],
        kind="Tracker",
        source="Return interviews recorded here",
        unit="per cent",
        trend=tuple(Point(period, shown) for period, shown in shares.items()),
        series=tuple(Observation(period, shown) for period, shown in shares.items()),
        made=(("Counted", "Episodes whose interview was held in time."), ("Out of", "Episodes that ended.")),
        beside=tuple(beside),
        middle="41 hours",
    )  # fmt: skip


def report(partnership: str = "Caldershire", demonstration: bool = True) -> ReportModel:
    shown = protect_counts(counted(1))
    return ReportModel(
        partnership=partnership,
        group="Missing and Exploited Group",
        period=PERIOD,
        as_at=datetime(2018, 4, 24, 5, 0, tzinfo=UTC),
        indicators=(
            indicator("3", "Children missing from care", "went missing from care", "children", shown),
            indicator(
                "4",
                "Children missing from care more than once",
                "went missing from care more than once",
                "more_than_once",
                shown,
            ),
        ),
        gaps=(Gap("Place not recorded", "No count by place can be given.", "Ruth Calder, 30 June 2018"),),
        sources=("Children’s Services, SSDA903 return for 2017-18.",),
        not_counted=("1 Children missing from home", "2 Children missing from home more than once"),
        demonstration=demonstration,
    )


def awkward() -> ReportModel:
    """The same report with markup and a formula wherever a person or a file may have put them."""
    plain = report(AWKWARD)
    return replace(
        plain,
        group=AWKWARD,
        gaps=(Gap(AWKWARD, AWKWARD, AWKWARD),),
        sources=(AWKWARD,),
        not_counted=(AWKWARD,),
        approved=AWKWARD,
        indicators=tuple(
            replace(
                each,
                number=AWKWARD,
                title=AWKWARD,
                source=AWKWARD,
                strand=AWKWARD,
                unit=AWKWARD,
                made=((AWKWARD, AWKWARD),),
                finding=replace(each.finding, name=AWKWARD, happened=AWKWARD),
            )
            for each in plain.indicators
        ),
    )
