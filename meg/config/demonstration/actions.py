"""The one verb of the demonstration: write Caldershire into an empty installation."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, timedelta
from itertools import islice
from typing import TypeVar

from django.db import models, transaction

from meg.config.demonstration.county import SEED, County, Person
from meg.config.demonstration.staff import AGENCIES, PASSWORD, SERVICES, STAFF
from meg.oversight.performance.actions import bring_specification_up_to_date
from meg.partnership.access.actions import add_member
from meg.partnership.access.models import Involvement, Member
from meg.partnership.agencies.actions import add_agency
from meg.partnership.agencies.models import Agency
from meg.partnership.codes.actions import bring_up_to_date
from meg.partnership.seats import By, Seat
from meg.partnership.trail.actions import record
from meg.partnership.trail.models import Kind
from meg.protect.children.models import CareEpisode, Child, Identifier, Name
from meg.protect.missing.models import Episode

AUTHORITY = "840"
SINCE = date(2016, 4, 1)
Row = TypeVar("Row", bound=models.Model)
Progress = Callable[[str, float], None]


def _keep(rows: Iterable[Row]) -> None:
    """Write rows of one model, some thousands at a time."""
    left = iter(rows)
    while some := list(islice(left, 2000)):
        type(some[0])._default_manager.bulk_create(some)


def _involvements(
    people: list[tuple[Person, int]], agencies: dict[str, Agency], members: dict[str, Member], now: datetime
) -> Iterator[Involvement]:
    """Who works with whom: children's services with those looked after, schools with some, two workers with a few."""
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
            worker = members["Nadia Frost"]
            yield Involvement(
                child_id=key, since=since, agency_id=worker.agency_id, member=worker, role="Return interviews"
            )
            yield Involvement(child_id=key, since=since, agency=agencies["Penfield Academy"], role="School")


def _episodes(person: Person, key: int) -> Iterator[Episode]:
    last = len(person.missing) - 1
    for place, (incident, where, status, setting) in enumerate(person.missing):
        still = person.still_missing and place == last
        yield Episode(
            child_id=key,
            missing_from=where,
            care_status=status,
            police_category="" if status == "A" else "MISSING",
            setting=setting,
            started_at=incident.started,
            reported_at=incident.started,
            reported_by="Carer" if where == "care" else "Parent",
            returned_at=None if still else incident.returned,
            recorded_by="Demonstration",
            recorded_at=incident.started,
        )


def _children(people: list[Person], progress: Progress) -> list[tuple[Person, int]]:
    """Write the children with their names, identifiers and time looked after. Returns each with its key."""
    made = [
        Child(date_of_birth=p.born, sex=p.sex, ethnicity=p.ethnicity, responsible_authority=AUTHORITY) for p in people
    ]
    for start in range(0, len(made), 1000):
        Child.objects.bulk_create(made[start : start + 1000])
        progress("children", (start + 1000) / len(made))
    kept = [(person, child.pk) for person, child in zip(people, made, strict=True)]
    _keep(Name(child_id=key, given=p.given, family=p.family) for p, key in kept)
    _keep(Name(child_id=key, kind=Name.Kind.OTHER, given=p.known_as) for p, key in kept if p.known_as)
    _keep(Identifier(child_id=key, source="case_system", value=f"CAL-{20000 + key}") for _, key in kept)
    _keep(
        CareEpisode(
            child_id=key, started=started, ended=ended, reason_new="S", legal_status="C2", need="N1",
            placement_type=placement, provider="PR1" if placement == "K2" else "PR4",
            reason_ended="E4A" if ended else "",
        )
        for p, key in kept
        for started, ended, placement in p.care
    )  # fmt: skip
    return kept


@transaction.atomic
def furnish(*, by: By, now: datetime, progress: Progress) -> dict[str, int]:
    """Write the invented county, with one sign-in for each kind of person. `now` fixes what is due today.

    Returns how many of each were made.
    """
    bring_up_to_date(by=by)
    bring_specification_up_to_date(by=by)
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
    episodes = [episode for person, key in people for episode in _episodes(person, key)]
    for start in range(0, len(episodes), 2000):
        Episode.objects.bulk_create(episodes[start : start + 2000])
        progress("episodes", (start + 2000) / len(episodes))
    _keep(_involvements(people, agencies, members, now))
    record(
        by=by,
        kind=Kind.WRITE,
        sentence=f"Made the demonstration: {len(people)} invented children, {len(episodes)} episodes.",
    )
    return {"children": len(people), "episodes": len(episodes), "staff": len(members)}
