"""Records for the tests of figures: many children with many episodes of every sort, the same each time."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from conftest import Cast
from meg.intake.models import Batch
from meg.partnership.seats import seated
from meg.protect.children.models import Child
from meg.protect.missing.models import Episode

LONDON = ZoneInfo("Europe/London")


def episode(child: Child, started: datetime, **more: object) -> Episode:
    """A missing episode from care, of one hour, as a return would bring it. `more` changes any field."""
    fields: dict[str, object] = {
        "missing_from": "care",
        "care_status": "M",
        "setting": "foster",
        "started_at": started,
        "returned_at": started + timedelta(hours=1),
        "source": "ssda903",
    }
    return Episode.objects.create(child=child, **{**fields, **more})


def batch(year: str) -> Batch:
    """A return of one financial year that has been loaded."""
    now = datetime.now(LONDON)
    return Batch.objects.create(
        dataset="ssda903", year=year, state=Batch.State.LOADED, started_at=now, finished_at=now, done=100
    )


@dataclass
class Some:
    """What `many` made."""

    children: list[Child]
    episodes: list[Episode]


def many(cast: Cast, children: int = 160, seed: int = 7) -> Some:
    """Two years of episodes, 2016-17 and 2017-18: from care and home, of every sort, some taken back."""
    draw = random.Random(seed)
    first = datetime(2016, 4, 1, tzinfo=LONDON)
    with seated(cast.operator):
        batches = [batch("2016-17"), batch("2017-18")]
        kept = [
            Child.objects.create(
                responsible_authority=draw.choices(["840", "805", ""], [12, 2, 1])[0],
                withdrawn_at=first if draw.random() < 0.05 else None,
            )
            for _ in range(children)
        ]
        made = []
        for child in kept:
            hours = sorted(draw.sample(range(2 * 365 * 24), draw.choice([0, 1, 1, 2, 5, 12])))
            for hour in hours:
                started = first + timedelta(hours=hour)
                care, police = draw.choices(
                    [
                        ("M", ""),
                        ("A", ""),
                        ("", "MISSING"),
                        ("", "ABSENT"),
                        ("M", "ABSENT"),
                        ("A", "MISSING"),
                    ],
                    [8, 2, 3, 2, 1, 1],
                )[0]
                made.append(
                    episode(
                        child,
                        started,
                        returned_at=started + timedelta(minutes=30),
                        care_status=care,
                        police_category=police,
                        missing_from=draw.choices(["care", "home"], [5, 1])[0],
                        withdrawn_at=first if draw.random() < 0.08 else None,
                        batch=batches[started >= datetime(2017, 4, 1, tzinfo=LONDON)].pk,
                    )
                )
    return Some(kept, made)
