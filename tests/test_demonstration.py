"""The demonstration county: its last full year is the published one, and something is always due today."""

from __future__ import annotations

import itertools
import random
import statistics
from collections import Counter
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import models
from django.utils import timezone

from meg.config.demonstration.actions import AUTHORITY, discussions, furnish
from meg.config.demonstration.calibration import LONDON, PUBLISHED, Incident, financial_year, incidents, spread
from meg.config.demonstration.concerns import LIVE, Concerns
from meg.config.demonstration.county import County, Person
from meg.config.demonstration.matters import ASKED, DAY, UNDECIDED, by_day
from meg.config.demonstration.working import bring_work
from meg.oversight.performance.actions import bring_up_to_date
from meg.oversight.performance.models import Figure, ShownFigure
from meg.partnership.access.models import Involvement, Member
from meg.partnership.agencies.actions import found_partnership
from meg.partnership.seats import By, Seat, seated
from meg.protect.assessments.models import Assessment
from meg.protect.contexts.models import Context, Link
from meg.protect.contexts.proposals import proposals
from meg.protect.exploitation.models import Level, Referral
from meg.protect.missing.board import repeats
from meg.protect.missing.models import Episode
from meg.protect.missing.rules import repeat
from meg.protect.plans.models import Decision as Decided
from meg.protect.plans.models import Plan
from meg.protect.plans.outcomes import lines_of
from meg.protect.plans.rules.outcome import course
from meg.protect.plans.shown import in_transition
from meg.protect.tasks.models import Task
from meg.pursue.meetings.models import Decision as Reached
from meg.pursue.meetings.models import Item, Meeting, Reason

DAYS = [datetime(2026, 11, 24, 8, 40, tzinfo=LONDON), datetime(2027, 4, 3, 9, tzinfo=LONDON)]


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("year", PUBLISHED)
def test_incidents_are_spread_to_the_published_totals(year: object, seed: int) -> None:
    assert isinstance(year, type(PUBLISHED[0]))
    counts = spread(year, random.Random(seed))
    assert (len(counts), sum(counts)) == (year.children, year.incidents)
    assert sum(count > 1 for count in counts) == year.more_than_once


def test_incidents_of_one_child_never_overlap() -> None:
    found = list(incidents(58, date(2025, 4, 1), date(2026, 3, 31), random.Random(1)))
    assert all(one.returned <= other.started for one, other in itertools.pairwise(found))


@pytest.mark.parametrize("now", DAYS)
def test_nothing_lies_in_the_future_and_three_are_missing(now: datetime) -> None:
    county = County(now)
    assert sum(person.still_missing for person in county.everyone()) == 3
    for person in county.everyone():
        for place, (incident, *_) in enumerate(person.missing):
            assert incident.started < now
            assert incident.returned <= now or (person.still_missing and place == len(person.missing) - 1)


def test_the_last_full_year_is_the_published_one(db: None) -> None:
    nobody = By(None, "Operator", Seat.OPERATOR, 0)
    with seated(nobody):
        partnership = found_partnership(by=nobody, name="Caldershire", authority=AUTHORITY, demonstration=True)
    by = By(None, "Operator", Seat.OPERATOR, partnership.pk)
    now = timezone.localtime()
    with seated(by):
        furnish(by=by, now=now, progress=lambda what, part: None)
    bring_work(by=by, now=now)
    with seated(by):
        bring_up_to_date(by=by)
        first = financial_year(now.date()) - 1
        label = f"{first}-{(first + 1) % 100:02d}"
        figures = {figure.indicator: figure for figure in Figure.objects.filter(period=label)}
        assert (figures["3"].numerator, figures["3"].episodes, figures["4"].numerator) == (171, 1321, 119)
        start = datetime(first, 4, 1, tzinfo=LONDON)
        year = Episode.objects.started_between(start, start.replace(year=first + 1)).filter(
            missing_from="care", care_status="M"
        )
        hours = [(one.returned_at - one.started_at) / timedelta(hours=1) for one in year if one.returned_at]
        assert statistics.median(hours) == pytest.approx(24, rel=0.1)
        assert (figures["5"].denominator or 0) > 1000
        here = ShownFigure.objects.filter(indicator="6", kind="quarter", last_day__lt=now.date())
        assert here.count() >= 8
        assert here.filter(hidden=True).count() <= 1
        before = Episode.objects.filter(returned_at__lt=datetime(first - 1, 4, 1, tzinfo=LONDON))
        assert before.exists()
        assert not before.exclude(interview=None).exists(), "then there was the return alone"
        undecided = [one for one in repeats(replace(by, seat=Seat.TEAM), now) if not one.decided]
        assert sorted(one.do for one in undecided) == ["Ask for discussion"] * 2 + ["Record decision"]
        waiting = Referral.objects.waiting()
        assert (waiting.count(), waiting.filter(child=None).count(), Referral.objects.open().count()) == (4, 1, 15)
        assert not Referral.objects.filter(received_at__gt=now).exists()
        assert Referral.objects.exclude(repeat_of=None).exists()
        assert 100 <= Referral.objects.received_between(start, start.replace(year=first + 1)).count() <= 170
        works = Involvement.objects.filter(until__isnull=True, member__isnull=True).values("child_id", "agency")
        assert not works.annotate(n=models.Count("pk")).filter(n__gt=1).exists(), "an agency stands once with a child"
        contexts: Any = Context.objects.as_said().open().order_by("kind")
        assert [(one.kind, one.level) for one in contexts] == [("online", "medium"), ("peer", "low"), ("place", "high")]
        for one in Context.objects.all():
            assert 2 <= Link.objects.now().filter(context=one).values("child").distinct().count() <= 6, one.name
        assert Plan.objects.open().filter(context__in=Context.objects.values("pk")).count() == 1
        assert [one.named for one in proposals(now)[0]] == ["Mill Street arcade"]
        days = Task.objects.open().values_list("due_on", flat=True)
        assert {(day > now.date()) - (day < now.date()) for day in days} == {-1, 0, 1}, "over, today and later"
        shows_the_protect_rooms(now)
        assert {seat for seats in Member.objects.values_list("seats", flat=True) for seat in seats} == {
            seat.value for seat in Seat if seat is not Seat.OPERATOR
        }


def shows_the_protect_rooms(now: datetime) -> None:
    """Something of each kind is there, and nothing that was done lies in the future."""
    today = now.date()
    finished = Assessment.objects.finished()
    assert set(finished.values_list("framework__key", flat=True)) == {"matrix", "weighted"}
    assert finished.filter(overridden=True).exists()
    assert finished.exclude(previous=None).exists()
    assert Assessment.objects.begun().count() == 1
    due = [one.review_on for one in Assessment.objects.reviews_due(today + timedelta(days=14)) if one.review_on]
    assert {(day > today) - (day < today) for day in due} == {-1, 0, 1}, "over, today and soon"
    assert finished.order_by("-finished_at")[0].finished_at <= now  # type: ignore[operator]
    assert not Level.objects.filter(at__gt=now).exists()
    whole = course(one.change for one in lines_of(""))
    assert min(whole.fell, whole.stayed, whole.rose) > 0
    assert whole.fell > 5, "beyond what would be hidden"
    assert {one.plan.outcome for one in lines_of("closed")} >= {"met", "partly", "ended", "moved", "adults"}
    people = in_transition(today)
    assert {one.age for one in people} >= {17, 18, 19, 20}
    assert [one.what for one in Decided.objects.standing()] == ["handed_over"]
    asked = Task.objects.open().filter(of="plan", due_on__lt=today)
    assert asked.values("agency").distinct().count() > 2, "some are over, of several agencies"
    assert not Task.objects.filter(asked_at__gt=now).exists()
    meetings = list(Meeting.objects.order_by("starts_at"))
    assert [one.state for one in meetings] == ["agreed", "agreed", "open"]
    assert all(one.on.weekday() < 5 for one in meetings)
    for one in meetings[:2]:
        assert one.agreed_at is not None
        assert one.agreed_at <= now
        items = Item.objects.filter(meeting=one).there()
        assert 3 <= items.count() <= 20
        assert {"decided", "put_off"} == set(items.values_list("state", flat=True))
        assert Reached.objects.filter(meeting=one, at__gt=now).count() == 0
    assert Reason.objects.filter(meeting=meetings[2], kind="put_off").exists()
    assert 8 <= Item.objects.filter(meeting=meetings[2]).there().count() <= 30


@pytest.mark.parametrize("now", [*DAYS, datetime(2027, 4, 1, 0, 30, tzinfo=LONDON), datetime(2028, 2, 29, 23, 50, tzinfo=LONDON),
                                 datetime(2026, 12, 5, 9, tzinfo=LONDON), datetime(2026, 11, 29, 17, tzinfo=LONDON)])  # fmt: skip
def test_the_young_people_of_today_are_of_their_age_on_any_day(now: datetime) -> None:
    """Whoever is to be 17 to 21 is, and nobody is in two of today's matters."""
    county = County(now)
    people = [(person, number) for number, person in enumerate(county.everyone())]
    born = {number: person.born for person, number in people}
    chosen = list(Concerns(now, county.recorded_since, {}, {}).young(people))
    found = [
        (live.age, key) for live, key in zip(LIVE, chosen, strict=True) if live.age is not None and key is not None
    ]
    assert len({key for _, key in found}) == len(found) == sum(live.age is not None for live in LIVE)
    for wanted, key in found:
        assert (now.date() - born[key]).days // 365.2425 == wanted, (wanted, born[key])


@pytest.mark.parametrize(
    "now", [*DAYS, datetime(2027, 4, 1, 0, 30, tzinfo=LONDON), datetime(2028, 2, 29, 23, 50, tzinfo=LONDON)]
)
def test_the_last_full_year_keeps_its_totals_on_any_day(now: datetime) -> None:
    """A matter of the last days may belong to the year: then it takes the place of another of the same child."""
    county, last = County(now), financial_year(now.date()) - 1
    times = [sum(counts_in(one, last) for one in person.missing) for person in county.looked_after]
    found = (sum(n > 0 for n in times), sum(times), sum(n > 1 for n in times))
    assert found == (PUBLISHED[-1].children, PUBLISHED[-1].incidents, PUBLISHED[-1].more_than_once)


def counts_in(one: tuple[Incident, str, str, str], year: int) -> bool:
    incident, where, status, _ = one
    return where == "care" and status == "M" and financial_year(incident.started.date()) == year


@pytest.mark.parametrize("now", DAYS)
def test_every_month_that_is_over_has_episodes_from_home_and_of_children_placed_here(now: datetime) -> None:
    county = County(now)
    home, here = months(county.at_home), months(county.placed_here)
    month = county.recorded_since
    while (month.replace(day=28) + timedelta(days=4)).replace(day=1) <= now.date():
        assert 25 <= home[month.year, month.month] <= 80, month
        assert here[month.year, month.month] >= 5, month
        month = (month.replace(day=28) + timedelta(days=4)).replace(day=1)


def months(people: list[Person]) -> Counter[tuple[int, int]]:
    return Counter((i.started.year, i.started.month) for person in people for i, *_ in person.missing)


@pytest.mark.parametrize("now", DAYS)
def test_three_repeats_wait_for_a_decision(now: datetime) -> None:
    """Two that have not been asked about, and one that has."""
    people = [person for person in County(now).everyone() if person.live in UNDECIDED]
    assert len(people) == 3
    for person in people:
        starts = [(incident.started, setting) for incident, _, _, setting in person.missing]
        assert repeat(starts, {}, now), "the threshold is reached"
        assert len(list(discussions(person, now))) == (person.live is ASKED)


@pytest.mark.parametrize("day", range(12))
def test_every_other_repeat_is_decided_on_any_day(day: int) -> None:
    """Also where the matter of today is what reaches the threshold."""
    now = datetime(2026, 11, 24, 16, 26, tzinfo=LONDON) + timedelta(hours=31 * day)
    for person in County(now).everyone():
        reached = repeat([(incident.started, setting) for incident, _, _, setting in person.missing], {}, now)
        if reached and person.live not in UNDECIDED:
            assert any(decided and reached.reached_at <= decided <= now for _, decided in discussions(person, now))


@pytest.mark.parametrize("hour", range(24))
def test_people_are_visited_by_day(hour: int) -> None:
    moment = datetime(2026, 11, 24, hour, 10, tzinfo=LONDON)
    day = timedelta(days=1)
    assert by_day(moment, moment - day, moment + day).hour in DAY
    assert by_day(moment, moment, moment) == moment
