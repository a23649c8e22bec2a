"""Made-up children with episodes and interviews of every sort, and their figures worked out a second way, row by row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from statistics import median

from hypothesis import strategies as st

from meg.oversight.performance.rules import Period
from meg.oversight.performance.tests.records import LONDON
from meg.protect.children.models import CareEpisode, Child
from meg.protect.missing.models import Episode, Interview
from meg.protect.missing.rules import State, clock, due_at, first_minute, in_time, london_day

OURS = "840"
NOW = datetime(2018, 4, 20, 9, 30, tzinfo=UTC)
LAST_DAY = date(2018, 4, 30)
STARTS = [  # the ends of months, quarters and years, and the nights on which clocks change
    datetime(2017, 10, 27, 22, tzinfo=UTC),
    datetime(2017, 12, 30, 23, 30, tzinfo=UTC),
    datetime(2018, 2, 27, 18, tzinfo=UTC),
    datetime(2018, 3, 23, 22, 30, tzinfo=UTC),
    datetime(2018, 3, 30, 21, tzinfo=UTC),
    datetime(2018, 4, 15, 9, 30, tzinfo=UTC),
    NOW - timedelta(hours=73),  # an hour later 72 hours are just over
]
STATES = [
    "due",
    "due",
    "offered",
    "accepted",
    "booked",
    "held",
    "held",
    "held",
    "declined",
    "not_contactable",
    "handed_over",
]
TO_THE_LIMIT = [timedelta(hours=h) for h in (0, 20, 71, 72, 72, 73, 90)] + [timedelta(hours=72, seconds=1)]
BORN = [  # birthdays on and beside the days on which episodes start
    None,
    date(2007, 10, 27),
    date(2004, 12, 30),
    date(2005, 2, 28),
    date(2002, 3, 24),
    date(2000, 4, 16),
    date(2012, 1, 1),
]
WORDS = [("M", ""), ("", "MISSING"), ("A", ""), ("", "ABSENT"), ("A", "MISSING"), ("M", "ABSENT")]


@dataclass(frozen=True)
class Asked:
    """An interview as drawn: `same` is the one before, of the same child."""

    state: str
    after: timedelta
    exact: bool
    offered: bool
    tried: bool
    withdrawn: bool
    same: bool


@dataclass(frozen=True)
class Away:
    """An episode as drawn: hours after the one before, and how long, None if it is open."""

    gap: int
    length: int | None
    missing_from: str
    words: tuple[str, str]
    exact: bool
    needed: str
    withdrawn: bool
    asked: Asked | None
    seen: bool = False


@dataclass(frozen=True)
class Placed:
    """A placement as drawn: days after the first hour of the life when it began, how many it lasted, None if it does;
    miles from home, and whether in the area of the responsible authority.
    """

    after: int
    days: int | None
    miles: str | None
    in_area: bool | None
    withdrawn: bool


@dataclass(frozen=True)
class Life:
    """A child as drawn."""

    authority: str
    withdrawn: bool
    start: datetime
    away: tuple[Away, ...]
    placed: tuple[Placed, ...] = ()
    born: date | None = None
    sex: str = ""


seldom = st.sampled_from([False] * 9 + [True])
asked = st.builds(
    Asked,
    state=st.sampled_from(STATES),
    after=st.sampled_from(TO_THE_LIMIT),
    exact=st.sampled_from([True, True, False]),
    offered=st.booleans(),
    tried=st.booleans(),
    withdrawn=seldom,
    same=st.booleans(),
)
away = st.builds(
    Away,
    gap=st.sampled_from([1, 1, 2, 9, 24, 48, 60]),
    length=st.sampled_from([0, 1, 5, 6, 12, 24, 30, 72, 200]),
    missing_from=st.sampled_from(["care", "home"]),
    words=st.sampled_from([*WORDS[:2], *WORDS]),
    exact=st.sampled_from([True, True, False]),
    needed=st.sampled_from(["", "yes", "yes", "no"]),
    withdrawn=seldom,
    asked=st.none() | asked,
    seen=st.booleans(),
)
placed = st.builds(
    Placed,
    after=st.sampled_from([-30, -3, 0, 1, 2, 4]),
    days=st.sampled_from([None, None, 0, 1, 3, 33]),
    miles=st.sampled_from([None, "0.0", "10.0", "10.1", "20.0", "20.1", "50.0", "50.1", "212.4"]),
    in_area=st.sampled_from([None, True, False]),
    withdrawn=seldom,
)
lives = st.lists(
    st.builds(
        Life,
        authority=st.sampled_from([OURS, OURS, OURS, "805", "805", ""]),
        withdrawn=seldom,
        start=st.sampled_from(STARTS),
        away=st.lists(away, min_size=1, max_size=4).map(tuple),
        placed=st.lists(placed, max_size=3, unique_by=lambda one: one.after).map(tuple),
        born=st.sampled_from(BORN),
        sex=st.sampled_from(["", "1", "2", "M", "F", "U"]),
    ),
    min_size=4,
    max_size=8,
)


@dataclass(frozen=True)
class Kept:
    """The rows that were written."""

    children: dict[int, Child]
    episodes: list[Episode]
    interviews: dict[int, Interview]
    placements: list[CareEpisode]


def write(drawn: Iterable[Life]) -> Kept:
    """Write the drawn lives into the database; read them back as it has them."""
    for life in drawn:
        child = Child.objects.create(
            responsible_authority=life.authority, withdrawn_at=NOW if life.withdrawn else None, date_of_birth=life.born,
            sex=life.sex,
        )  # fmt: skip
        _write(child, life)
    return Kept(
        {child.pk: child for child in Child.objects.all()},
        list(Episode.objects.all()),
        {interview.pk: interview for interview in Interview.objects.all()},
        list(CareEpisode.objects.all()),
    )


def _write(child: Child, life: Life) -> None:
    moment, last = life.start, None
    for each in life.placed:
        began = london_day(life.start) + timedelta(days=each.after)
        CareEpisode.objects.create(
            child=child, started=began, ended=None if each.days is None else began + timedelta(days=each.days),
            distance=each.miles, in_area=each.in_area, withdrawn_at=NOW if each.withdrawn else None,
        )  # fmt: skip
    for one in life.away:
        started = moment + timedelta(hours=one.gap)
        returned = None if one.length is None else started + timedelta(hours=one.length)
        if not one.exact:
            started = first_minute(london_day(started))
            returned = None if returned is None else first_minute(london_day(returned))
        if started < moment:
            continue
        moment = (returned or started) + timedelta(minutes=1)
        if returned and one.asked and not (one.asked.same and last):
            last = _interview(child, one.asked, returned)
        care, police = one.words
        Episode.objects.create(
            child=child, missing_from=one.missing_from, setting="foster" if one.missing_from == "care" else "own_home",
            care_status=care, police_category=police, started_at=started, started_to_the_minute=one.exact,
            returned_at=returned, returned_to_the_minute=one.exact, interview_needed=one.needed,
            not_needed_because="other" if one.needed == "no" else "", source="form",
            last_seen_place="The bus station" if one.seen else "",
            interview=last if returned and one.asked else None, withdrawn_at=NOW if one.withdrawn else None,
        )  # fmt: skip


def _interview(child: Child, drawn: Asked, returned: datetime) -> Interview:
    held = drawn.state == "held"
    moment = returned + drawn.after
    return Interview.objects.create(
        child=child, state=drawn.state, due_at=returned + timedelta(hours=72), settled_at=moment,
        held_at=(moment if drawn.exact else first_minute(london_day(moment))) if held else None,
        held_to_the_minute=drawn.exact, held_by="A worker" if held else "", booked_for=moment,
        declined_by="child" if drawn.state == "declined" else "",
        offered_at=moment if drawn.offered or drawn.state == "offered" else None,
        accepted_at=moment if drawn.state == "accepted" else None,
        attempts=int(drawn.tried), withdrawn_at=NOW if drawn.withdrawn else None,
    )  # fmt: skip


# ── the second way ──────────────────────────────────────────────────────────────────────────────────────────


def counts(kept: Kept, each: Episode, whose: bool, include_absent: bool) -> bool:
    """Whether an episode is of a child whom an indicator counts, and missing in the sense of its setting."""
    child = kept.children[each.child_id]
    if each.withdrawn_at or child.withdrawn_at or child.responsible_authority == "":
        return False
    return (child.responsible_authority == OURS) == whose and (include_absent or each.counts_as_missing)


def within(period: Period, moment: datetime | None) -> bool:
    """In the period, and in a month that is counted: the last quarter has one such month."""
    return moment is not None and period.start <= moment.astimezone(LONDON).date() <= min(period.end, LAST_DAY)


def children_again(kept: Kept, period: Period, of: str, at_least: int, include_absent: bool) -> tuple[int, int]:
    """Children, and the episodes of all of them."""
    times: Counter[int] = Counter()
    for each in kept.episodes:
        if each.missing_from == of and counts(kept, each, True, include_absent) and within(period, each.started_at):
            times[each.child_id] += 1
    return sum(n >= at_least for n in times.values()), sum(times.values())


def denominator_again(kept: Kept, period: Period, ours: bool, include_absent: bool) -> list[Episode]:
    """The episodes that an interview was due for, and whose 72 hours are over."""
    return [
        each
        for each in kept.episodes
        if counts(kept, each, ours, include_absent)
        and within(period, each.returned_at)
        and each.interview_needed != "no"
        and each.returned_at is not None
        and clock(due_at(each.returned_at, each.returned_to_the_minute), NOW).state is State.OVER
    ]


def interview_of(kept: Kept, each: Episode) -> Interview | None:
    found = kept.interviews.get(each.interview_id or 0)
    return found if found and not found.withdrawn_at else None


def met(kept: Kept, each: Episode) -> bool:
    """The interview was held in time."""
    found = interview_of(kept, each)
    if found is None or found.state != "held" or found.held_at is None or each.returned_at is None:
        return False
    return in_time(each.returned_at, each.returned_to_the_minute, found.held_at, found.held_to_the_minute)


def answers_again(kept: Kept, episodes: list[Episode]) -> dict[str, int]:
    """What became of the interviews, each line asked on its own."""
    found = [interview_of(kept, each) for each in episodes]
    known = [one for one in found if one is not None]

    def number(*states: str) -> int:
        return sum(one.state in states for one in known)

    offered = [
        one for one in known if one.offered_at or one.state in ("offered", "accepted", "booked", "held", "declined")
    ]
    accepted = [
        one for one in known if one.state in ("held", "accepted", "booked")
        or (one.accepted_at and one.state not in ("declined", "not_contactable"))
    ]  # fmt: skip
    untouched = [one for one in known if one.state == "due" and not one.offered_at and not one.accepted_at]
    return {
        "offered": len(offered), "accepted": len(accepted), "held": number("held"), "declined": number("declined"),
        "not_contactable": number("not_contactable"),
        "nothing": len(found) - len(known) + sum(one.attempts == 0 for one in untouched),
    }  # fmt: skip


def middle_again(kept: Kept, episodes: list[Episode]) -> tuple[int, float]:
    """How many interviews were held at a known minute after a known minute, and their middle time in hours."""
    hours = []
    for each in episodes:
        found = interview_of(kept, each)
        if found and found.state == "held" and found.held_at and each.returned_at:
            if found.held_to_the_minute and each.returned_to_the_minute:
                hours.append((found.held_at - each.returned_at).total_seconds() / 3600)
    return len(hours), round(median(hours), 1) if hours else 0


def placement_of(kept: Kept, each: Episode) -> CareEpisode | None:
    """The placement of the day on which an episode started; of two, the one that began last."""
    day = london_day(each.started_at)
    of_child = [one for one in kept.placements if one.child_id == each.child_id and not one.withdrawn_at]
    there = [one for one in of_child if one.started <= day and (one.ended is None or one.ended >= day)]
    return max(there, key=lambda one: one.started, default=None)


def miles_again(found: CareEpisode | None) -> str:
    if found is None or found.distance is None:
        return "unknown"
    return next(
        (code for most, code in ((10, "to_10"), (20, "to_20"), (50, "to_50")) if found.distance <= most), "over_50"
    )


def area_again(found: CareEpisode | None) -> str:
    if found is None or found.in_area is None:
        return "unknown"
    return "inside" if found.in_area else "outside"


def placed_again(kept: Kept, episodes: list[Episode]) -> dict[str, tuple[int, dict[str, int]]]:
    """Each table of placements: its total, and the lines that are not nought."""
    from_care = [each for each in episodes if each.missing_from == "care"]
    everyone = len({each.child_id for each in from_care})
    tables: dict[str, tuple[int, dict[str, int]]] = {}
    for name, line_of in (("distance", miles_again), ("area", area_again)):
        lines = [(line_of(placement_of(kept, each)), each.child_id) for each in from_care]
        tables[name] = (len(from_care), dict(Counter(line for line, _ in lines)))
        tables[f"{name}_children"] = (everyone, dict(Counter(line for line, _ in set(lines))))
    return tables


def age_again(kept: Kept, each: Episode) -> str:
    """The age band on the day the episode started, by birthdays counted out."""
    born, day = kept.children[each.child_id].date_of_birth, london_day(each.started_at)
    if born is None:
        return "other"
    birthdays = sum(
        (born.month, born.day) <= (day.month, day.day) or year < day.year for year in range(born.year + 1, day.year + 1)
    )
    bands = {"10_12": range(10, 13), "13_15": range(13, 16), "16_17": range(16, 18)}
    return next((band for band, years in bands.items() if birthdays in years), "other")


def sex_again(kept: Kept, each: Episode) -> str:
    return {"1": "male", "M": "male", "2": "female", "F": "female"}.get(kept.children[each.child_id].sex, "other")
