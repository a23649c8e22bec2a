"""The one verb of the demonstration: write Caldershire into an empty installation."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import islice
from typing import Any, TypeVar

from django.db import models, transaction

from meg.config.demonstration.concerns import Concerns
from meg.config.demonstration.county import OURS, SEED, County, Person
from meg.config.demonstration.matters import ASKED, UNDECIDED, Matters
from meg.config.demonstration.places_and_groups import Around
from meg.config.demonstration.staff import AGENCIES, PASSWORD, POLICE, SERVICES, STAFF
from meg.oversight.performance.actions import bring_specification_up_to_date
from meg.partnership.access.actions import add_member
from meg.partnership.access.models import Involvement
from meg.partnership.agencies.actions import add_agency
from meg.partnership.agencies.models import Agency
from meg.partnership.codes.actions import bring_up_to_date
from meg.partnership.published.actions import bring_published_up_to_date
from meg.partnership.seats import By, Seat
from meg.partnership.trail.actions import record
from meg.partnership.trail.models import Kind
from meg.protect.assessments.actions import bring_frameworks_up_to_date
from meg.protect.children.models import CareEpisode, Child, Identifier, Name
from meg.protect.exploitation.models import Referral
from meg.protect.missing.models import Discussion, Episode, Sheet
from meg.protect.plans.models import Plan
from meg.protect.tasks.models import Task
from meg.pursue.meetings.models import Meeting

AUTHORITY = OURS
LAST_SEEN = {
    "own_home": "Own home", "foster": "Foster home", "childrens_home": "Beck House", "supported": "Mill Lodge",
    "other": "School",
}  # fmt: skip
SHEET = {
    "description": "About 165 cm, brown hair, a scar above the left eyebrow.",
    "usual_clothes": "Black jacket, grey trainers.",
    "places": "Penfield bus station; the park by the leisure centre.",
    "people": "A grandmother in Stanbeck; two friends from school, whom the carer knows.",
    "contact": "Own telephone 01632 960321; answers messages from the key worker.",
    "travel": "Bus 21 to Penfield, often after 18:00.",
    "health": "Asthma: carries a blue inhaler.",
    "helps": "Speak quietly and offer a lift home. Ask for the key worker.",
    "carer": "Beck House, duty manager",
    "carer_phone": "01632 960145",
    "photo_held_by": "Beck House",
}
SINCE = date(2016, 4, 1)
DISCUSSED = 180  # days for which strategy discussions are made
Row = TypeVar("Row", bound=models.Model)
Progress = Callable[[str, float], None]


def _keep(rows: Iterable[Row]) -> None:
    """Write rows of one model, some thousands at a time."""
    left = iter(rows)
    while some := list(islice(left, 2000)):
        type(some[0])._default_manager.bulk_create(some)


def _involvements(
    people: list[tuple[Person, int]], agencies: dict[str, Agency], now: datetime
) -> Iterator[Involvement]:
    """Who works with whom: children's services with those looked after, schools with some, the police with those of today."""
    draw, today = random.Random(SEED), now.date()
    lately = sorted((p for p in people if p[0].missing), key=lambda p: p[0].missing[-1][0].started, reverse=True)
    recent = {key for _, key in lately[:14]}
    for person, key in people:
        since = now - timedelta(days=draw.randrange(30, 600), minutes=draw.randrange(0, 300))
        age = (today - person.born).days // 365
        if person.care and person.care[-1][1] is None:
            yield Involvement(child_id=key, since=since, agency=agencies[SERVICES], role="Social worker’s agency")
        if 11 <= age <= 17 and draw.random() < 0.16:
            yield Involvement(child_id=key, since=since, agency=agencies["Penfield Academy"], role="School")
        elif 11 <= age <= 17 and draw.random() < 0.2:
            yield Involvement(child_id=key, since=since, agency=agencies["Stanbeck School"], role="School")
        if draw.random() < 0.05:
            yield Involvement(child_id=key, since=since, agency=agencies["Caldershire Health"], role="School nurse")
        if key in recent:
            yield Involvement(child_id=key, since=since, agency=agencies["Penfield Academy"], role="School")
        if person.live is not None:
            yield Involvement(child_id=key, since=since, agency=agencies[POLICE], role="Police: reported missing")


def _allocations(matters: Matters, now: datetime) -> Iterator[Involvement]:
    """Return-interview workers reach the children of their interviews, until some weeks after each is settled."""
    allocated: dict[tuple[int, int], Involvement] = {}
    for interview, _ in matters.interviews:
        worker, settled = interview.allocated_to, interview.settled_at
        if worker is not None and (settled is None or settled > now - timedelta(days=21)):
            since = interview.due_at - timedelta(hours=70)
            allocated[interview.child_id, worker.pk] = Involvement(
                child_id=interview.child_id, since=since, agency_id=worker.agency_id, member=worker,
                role="Return interviews",
            )  # fmt: skip
    yield from allocated.values()


def _episodes(person: Person, key: int, matters: Matters) -> Iterator[Episode]:
    """One child's episodes, each with what was done about it."""
    last = len(person.missing) - 1
    for place, (incident, where, status, setting) in enumerate(person.missing):
        still = person.still_missing and place == last
        episode = Episode(
            child_id=key,
            missing_from=where,
            care_status=status,
            police_category="" if status == "A" else "MISSING",
            setting=setting,
            started_at=incident.started,
            reported_at=incident.started + timedelta(minutes=15),
            reported_by="Carer" if where == "care" else "Parent",
            reported_to="Police control room",
            last_seen_place=LAST_SEEN[setting],
            returned_at=None if still else incident.returned,
            ended_as="" if still else Episode.Ended.RETURNED,
            recorded_by="Demonstration",
            recorded_at=incident.started + timedelta(minutes=25),
        )
        matters.add(episode, person.live if place == last else None)
        yield episode


def _write(episodes: list[Episode], matters: Matters, progress: Progress) -> None:
    """Write the interviews, the episodes that name them, and what hangs on both."""
    _keep(interview for interview, _ in matters.interviews)
    for interview, episode in matters.interviews:
        episode.interview = interview
    for start in range(0, len(episodes), 2000):
        Episode.objects.bulk_create(episodes[start : start + 2000])
        progress("episodes", (start + 2000) / len(episodes))
    by_model: dict[type[models.Model], list[models.Model]] = {}
    for row in matters.rows():
        by_model.setdefault(type(row), []).append(row)
    for some in by_model.values():
        _keep(some)
    progress("interviews", 1)


def _sheets_and_discussions(people: list[tuple[Person, int]], now: datetime) -> None:
    """A carer's sheet for those missing now, and the strategy discussions that repeat episodes led to."""
    for person, key in people:
        if person.still_missing:
            Sheet.objects.create(child_id=key, **SHEET, updated_at=now - timedelta(days=2), updated_by="Beck House")
    _keep(
        Discussion(
            child_id=key, asked_at=asked, asked_by="Helen Marsh", why="Threshold reached.",
            outcome=Discussion.Outcome.HELD_PLAN if decided else "", decided_at=decided,
            decided_by="Helen Marsh" if decided else "", decision_why="Safety plan revised." if decided else "",
        )
        for person, key in people for asked, decided in discussions(person, now)
    )  # fmt: skip


def discussions(person: Person, now: datetime) -> Iterator[tuple[datetime, datetime | None]]:
    """When strategy discussions were asked for and decided: after every third episode since before the meetings that were
    held, but for three children of today, of whom two have not been asked about and one waits for the decision.
    """
    near = [one.started for one, *_ in person.missing if one.started > now - timedelta(days=DISCUSSED)]
    if person.live in UNDECIDED:
        if person.live is ASKED:
            yield near[-1] + timedelta(hours=14), None
        return
    lately = now - timedelta(days=90)
    for since in (now - timedelta(days=DISCUSSED), lately):
        yield from _after_every_third([one for one in near if (one > lately) == (since is lately)], since, now)


def _after_every_third(
    starts: list[datetime], since: datetime, now: datetime
) -> Iterator[tuple[datetime, datetime | None]]:
    count = 0
    for started in starts:
        count += started > since
        if count < 3:
            continue
        asked = min(started + timedelta(hours=14), started + (now - started) / 2)
        decided = min(asked + timedelta(hours=30), asked + (now - asked) / 2)
        yield asked, decided
        since, count = decided, 0


def _once(works: Iterable[Involvement]) -> dict[tuple[int, int], Involvement]:
    """Each agency once with each child, by child and agency: in what it was named for first."""
    found: dict[tuple[int, int], Involvement] = {}
    for one in works:
        found.setdefault((one.child_id, one.agency_id), one)
    return found


def _concerns(
    concerns: Concerns, people: list[tuple[Person, int]], works: Mapping[tuple[int, int], Involvement]
) -> None:
    """Write the referrals, and what was said and asked after each. `works`: which agencies work with whom already."""
    written = Referral.objects.bulk_create(concerns.make(people))
    Referral.objects.bulk_update(concerns.join_repeats(written), ["repeat_of"])
    _keep(concerns.plans())
    by_model: dict[type[models.Model], list[models.Model]] = {}
    for row in concerns.rows():
        by_model.setdefault(type(row), []).append(row)
    for some in by_model.values():
        _keep(some)
    _keep(one for key, one in _once(concerns.involvements()).items() if key not in works)
    _keep(concerns.tasks())
    around = Around(concerns.now, concerns.agencies, concerns.members)
    _keep(around.named())
    for one in around.rows():
        one.save()


def _children(people: list[Person], progress: Progress) -> list[tuple[Person, int]]:
    """Write the children with their names, identifiers and time looked after. Returns each with its key."""
    made = [
        Child(date_of_birth=p.born, sex=p.sex, ethnicity=p.ethnicity, responsible_authority=p.authority) for p in people
    ]
    for start in range(0, len(made), 1000):
        Child.objects.bulk_create(made[start : start + 1000])
        progress("children", (start + 1000) / len(made))
    kept = [(person, child.pk) for person, child in zip(people, made, strict=True)]
    _keep(Name(child_id=key, given=p.given, family=p.family) for p, key in kept)
    _keep(Name(child_id=key, kind=Name.Kind.OTHER, given=p.known_as) for p, key in kept if p.known_as)
    _keep(Identifier(child_id=key, source="case_system", value=f"CAL-{20000 + key}") for _, key in kept)
    _keep(
        Identifier(child_id=key, source="ssda903", value=str(20000 + key))
        for p, key in kept
        if p.care and p.authority == OURS
    )
    draw = random.Random(SEED)
    _keep(
        CareEpisode(
            child_id=key, started=started, ended=ended, reason_new="S", legal_status="C2", need="N1",
            placement_type=placement, provider="PR1" if placement == "K2" else "PR4",
            reason_ended="E4A" if ended else "", **_where(p, draw),
        )
        for p, key in kept
        for started, ended, placement in p.care
    )  # fmt: skip
    return kept


def _where(person: Person, draw: random.Random) -> dict[str, Any]:
    """How far from home a placement is, and in whose area; a few are not recorded. Invented shares."""
    if draw.random() < 0.06:
        return {}
    if person.authority == OURS and draw.random() < 0.8:
        return {"distance": Decimal(draw.randrange(4, 240)) / 10, "in_area": True}
    return {"distance": Decimal(round(min(2600.0, draw.lognormvariate(5.9, 0.7)))) / 10, "in_area": False}


@transaction.atomic
def keep_plans(*, by: By, plans: list[tuple[Plan, list[models.Model]]]) -> None:
    """Write plans that were closed long ago, each with what was said of it. `by`: the operator."""
    Plan.objects.bulk_create(plan for plan, _ in plans)
    by_model: dict[type[models.Model], list[models.Model]] = {}
    for plan, said in plans:
        for row in said:
            if isinstance(row, Task):
                row.of_number = plan.pk
            by_model.setdefault(type(row), []).append(row)
    for some in by_model.values():
        _keep(some)
    record(by=by, kind=Kind.WRITE, sentence=f"Made the demonstration’s closed plans: {len(plans)}.")


def say_when_asked(*, asked: dict[int, datetime]) -> None:
    """Say of each task when it was asked for: the verb takes the moment of the database."""
    tasks = list(Task.objects.filter(pk__in=asked))
    for task in tasks:
        task.asked_at = asked[task.pk]
    Task.objects.bulk_update(tasks, ["asked_at"])


def say_when_planned(*, meeting: Meeting, at: datetime) -> None:
    """Say when a meeting was planned: the verb takes the moment of the database."""
    Meeting.objects.filter(pk=meeting.pk).update(planned_at=at)


@transaction.atomic
def furnish(*, by: By, now: datetime, progress: Progress) -> dict[str, int]:
    """Write the invented county, with one sign-in for each kind of person. `now` fixes what is due today.

    Returns how many of each were made.
    """
    bring_up_to_date(by=by)
    bring_specification_up_to_date(by=by)
    bring_published_up_to_date(by=by)
    bring_frameworks_up_to_date(by=by)
    agencies = {name: add_agency(by=by, name=name, type=kind, since=SINCE) for name, kind in AGENCIES.items()}
    members = {}
    for number, person in enumerate(STAFF):
        members[person.name] = add_member(
            by=by, email=person.email, name=person.name, job=person.job, agency=agencies[person.agency],
            seats=[Seat(seat) for seat in person.seats], password=PASSWORD,
        )  # fmt: skip
        progress("staff", (number + 1) / len(STAFF))
    county = County(now)
    people = _children(county.everyone(), progress)
    workers = [member for member in members.values() if Seat.INTERVIEWER.value in member.seats]
    matters = Matters(now, workers, county.recorded_since)
    episodes = [episode for person, key in people for episode in _episodes(person, key, matters)]
    _write(episodes, matters, progress)
    _sheets_and_discussions(people, now)
    works = _once(_involvements(people, agencies, now))
    _keep(works.values())
    _keep(_allocations(matters, now))
    _concerns(Concerns(now, county.recorded_since, agencies, members), people, works)
    record(
        by=by,
        kind=Kind.WRITE,
        sentence=f"Made the demonstration: {len(people)} invented children, {len(episodes)} episodes.",
    )
    return {"children": len(people), "episodes": len(episodes), "staff": len(members)}
