"""Made-up referrals with what followed them, and their figures worked out a second way, referral by referral."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from statistics import median

from hypothesis import strategies as st

from conftest import Cast
from meg.oversight.performance.rules import Period
from meg.oversight.performance.tests.records import LONDON
from meg.partnership.agencies.models import Agency
from meg.partnership.codes.models import Code
from meg.protect.assessments.models import Assessment, Framework
from meg.protect.children.models import Child
from meg.protect.exploitation.models import Level, Referral
from meg.protect.plans.models import Given, Plan, Service

NOW = datetime(2018, 4, 20, 9, 30, tzinfo=UTC)
MOMENTS = [  # the ends of months, quarters and years, the hours in which London and UTC are on different days, and days ago
    datetime(2017, 10, 31, 23, 30, tzinfo=UTC),
    datetime(2017, 12, 31, 23, 59, tzinfo=UTC),
    datetime(2018, 2, 14, 12, 0, tzinfo=UTC),
    datetime(2018, 2, 15, 12, 0, tzinfo=UTC),
    datetime(2018, 3, 31, 23, 30, tzinfo=UTC),
    *(NOW - timedelta(days=days) for days in (13, 14, 15)),
]
BORN = [
    None,
    date(2007, 10, 31),
    date(2005, 1, 1),
    date(2002, 2, 15),
    date(2000, 4, 1),
    date(2012, 1, 1),
    date(1999, 4, 1),
]
AFTER = [0, 1, 9, 10, 11, 14, 40]
ORDER = ["low", "medium", "high"]
CODES = [  # as the lists have them in these tests: ended, and given another meaning
    ("exploitation_model", "ended", "Ended", None, date(2017, 12, 31)),
    ("exploitation_model", "changed", "First meaning", date(2017, 1, 1), date(2018, 2, 14)),
    ("exploitation_model", "changed", "Second meaning", date(2018, 2, 15), None),
    ("referral_source", "S1", "Begun late", date(2018, 1, 1), None),
]
WAYS = {"source": "referral_source", "model": "exploitation_model", "vulnerability": "vulnerability"}


@dataclass(frozen=True)
class Told:
    """A referral as drawn. `levels` are given later, each with its point; `assessed` are days after receipt, with the state;
    `served` are days too. `decided`: how many days before it was closed, None if it was not closed.
    """

    received: datetime
    source: str
    kinds: tuple[str, ...]
    vulnerabilities: tuple[str, ...]
    born: date | None
    sex: str
    matched: bool
    level: str
    levels: tuple[tuple[str, str], ...]
    assessed: tuple[tuple[int, str], ...]
    served: tuple[int, ...]
    decided: int | None
    mistaken: bool
    withdrawn: bool
    pk: list[int] = field(default_factory=list)

    @property
    def day(self) -> date:
        return self.received.astimezone(LONDON).date()

    @property
    def counts(self) -> bool:
        return not self.mistaken and not self.withdrawn


seldom = st.sampled_from([False] * 7 + [True])
told = st.builds(
    Told,
    received=st.sampled_from(MOMENTS),
    source=st.sampled_from(["", "1A", "6", "6", "S1", "nowhere"]),
    kinds=st.lists(st.sampled_from(["online", "criminal", "ended", "changed", "never"]), max_size=3).map(tuple),
    vulnerabilities=st.lists(st.sampled_from(["missing", "bullying", "never"]), max_size=2, unique=True).map(tuple),
    born=st.sampled_from(BORN),
    sex=st.sampled_from(["", "1", "2", "M", "F", "U"]),
    matched=st.sampled_from([True, True, True, False]),
    level=st.sampled_from(["", *ORDER]),
    levels=st.lists(
        st.tuples(st.sampled_from(ORDER), st.sampled_from(["assessment", "review", "review", "closure"])), max_size=3
    ).map(tuple),
    assessed=st.lists(
        st.tuples(st.sampled_from(AFTER), st.sampled_from(["finished", "finished", "withdrawn"])), max_size=2
    ).map(tuple),
    served=st.lists(st.sampled_from([-3, *AFTER]), max_size=2).map(tuple),
    decided=st.sampled_from([None, 0, 0, 5]),
    mistaken=seldom,
    withdrawn=seldom,
    pk=st.builds(list),
)


def write(cast: Cast, drawn: Iterable[Told]) -> None:
    """Write the drawn referrals into the database, with codes that end and change."""
    Code.objects.bulk_create(
        [Code(list=name, code=code, label=label, valid_from=since, valid_to=until, position=900)
         for name, code, label, since, until in CODES]
    )  # fmt: skip
    framework = Framework.objects.create(
        key="short",
        version=1,
        title="Short",
        state="published",
        valid_from=date(2017, 1, 1),
        published_by="Ruth Example",
    )
    agency = Agency.objects.first()
    assert agency
    service = Service.objects.create(agency=agency, name="A worker’s visits", valid=(date(2017, 1, 1), None))
    for one in drawn:
        _write(one, framework, service)


def _write(one: Told, framework: Framework, service: Service) -> None:
    child = Child.objects.create(date_of_birth=one.born, sex=one.sex) if one.matched else None
    closed: dict[str, object] = {}
    if one.decided is not None or one.mistaken:
        decided = NOW - timedelta(days=one.decided or 0)
        outcome = "mistaken" if one.mistaken else "safer"
        closed = {"state": "closed", "closed_at": NOW, "decided_at": decided, "outcome": outcome}
    made = Referral.objects.create(
        child=child, given="" if one.matched else "A child", born=None if one.matched else one.born, referred_by="A teacher",
        received_at=one.received, source=one.source, kinds=list(one.kinds), vulnerabilities=list(one.vulnerabilities),
        consent="given", transition_reason="It goes on", withdrawn_at=NOW if one.withdrawn else None, **closed,
    )  # fmt: skip
    one.pk[:] = [made.pk]
    if child is None:
        return
    of = {"referral": made, "child": child}
    said = {"by": "Helen Example", "rationale": "As told"}
    for number, (level, point) in enumerate([*([(one.level, "referral")] if one.level else []), *one.levels]):
        Level.objects.create(level=level, point=point, at=one.received + timedelta(days=number), **of, **said)
    for after, state in one.assessed:
        gone = {"withdrawn_at": NOW, "withdrawn_why": "Begun by mistake"} if state == "withdrawn" else {}
        Assessment.objects.create(
            kind="first", framework=framework, state=state, finished_at=_on(one.day, after), points=0, unanswered=0, level="low",
            **of, **said, **gone,
        )  # fmt: skip
    if one.served:
        plan = Plan.objects.create(words="As agreed", review_on=date(2018, 9, 1), **of)
        for after in one.served:
            day = one.day + timedelta(days=after)
            Given.objects.create(plan=plan, child=child, service=service, agency=service.agency, given_from=day)


def _on(day: date, after: int) -> datetime:
    return datetime.combine(day + timedelta(days=after), time(0, 5), tzinfo=LONDON)


# ── the second way ──────────────────────────────────────────────────────────────────────────────────────────


def within(drawn: Iterable[Told], period: Period) -> list[Told]:
    """The referrals that count in a period."""
    return [one for one in drawn if one.counts and period.start <= one.day <= period.end]


def known_on(name: str, code: str, day: date) -> str:
    """The label of a code on a day, by the list itself; empty where the list did not have it."""
    found = [
        one.label for one in Code.objects.filter(list=name, code=code)
        if (one.valid_from is None or one.valid_from <= day) and (one.valid_to is None or day <= one.valid_to)
    ]  # fmt: skip
    return found[0] if found else ""


def by_code(drawn: list[Told], way: str) -> dict[str, int]:
    """How many referrals have each label, once a referral; and how many have none."""
    found: Counter[str] = Counter()
    for one in drawn:
        codes = {"source": (one.source,), "model": one.kinds, "vulnerability": one.vulnerabilities}[way]
        labels = {label for code in codes if (label := known_on(WAYS[way], code, one.day))}
        found.update(labels or {"Another, or not recorded"})
    return dict(found)


def age_again(one: Told) -> str:
    """The band on the day of receipt, by birthdays counted out."""
    if one.born is None:
        return "other"
    years = one.day.year - one.born.year - ((one.day.month, one.day.day) < (one.born.month, one.born.day))
    bands = {"10_12": range(10, 13), "13_15": range(13, 16), "16_17": range(16, 18)}
    return next((band for band, of in bands.items() if years in of), "other")


def sex_again(one: Told) -> str:
    return {"1": "male", "M": "male", "2": "female", "F": "female"}.get(one.sex, "other") if one.matched else "other"


def waited(one: Told, what: str) -> int | None:
    """Days to the first assessment that was finished, or to the first service; None if there is none."""
    if not one.matched:
        return None
    days = one.served if what == "served" else [after for after, state in one.assessed if state == "finished"]
    return max(min(days), 0) if days else None


def due(one: Told, what: str, days: int) -> bool:
    """Its days are over; and for a service, it was not closed without being taken on."""
    over = (NOW.astimezone(LONDON).date() - one.day).days > days
    return over and not (what == "served" and one.decided == 0)


def in_time_again(drawn: list[Told], what: str, days: int) -> tuple[int, int]:
    of = [waited(one, what) for one in drawn if due(one, what, days)]
    return sum(wait is not None and wait <= days for wait in of), len(of)


def middle_again(drawn: list[Told], what: str, days: int) -> tuple[int, float]:
    waits = [wait for one in drawn if due(one, what, days) and (wait := waited(one, what)) is not None]
    return len(waits), round(median(waits), 1) if waits else 0


def change_again(drawn: list[Told], what: str) -> tuple[int, int]:
    """How many fell or rose, of those that were judged again."""
    steps = []
    for one in drawn:
        later = [level for level, point in one.levels if point in ("review", "closure")]
        if one.matched and one.level and later:
            steps.append(ORDER.index(later[-1]) - ORDER.index(one.level))
    return sum(step < 0 if what == "fell" else step > 0 for step in steps), len(steps)
