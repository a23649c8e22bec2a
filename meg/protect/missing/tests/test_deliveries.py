"""Episodes as a return delivers them: what becomes of each row, by what is here already and who wrote it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

import pytest
from django.db import connection

from conftest import Cast
from meg.intake.models import Batch
from meg.partnership.seats import Refused, seated
from meg.protect.children.actions import deliveries as children
from meg.protect.children.models import CareEpisode, Child
from meg.protect.missing.actions import correct_episode, withdraw_episode
from meg.protect.missing.actions import deliveries as missing
from meg.protect.missing.models import Correction, Episode
from meg.protect.missing.tests.conftest import NOW, Recorded, london

INTO = """INSERT INTO delivered_missing (number, child_id, care_status, started, ended)
  VALUES (%s, %s, %s, %s, %s)"""
Row = tuple[Child, str, date, date | None]


@dataclass
class Delivered:
    """One delivery and what became of its rows: by row number, and the episodes that were withdrawn."""

    batch: int
    what: dict[int, str] = field(default_factory=dict)
    over: dict[int, tuple[datetime, datetime | None]] = field(default_factory=dict)
    withdrawn: int = 0
    before: list[tuple[int, str]] = field(default_factory=list)


Deliver = Callable[..., Delivered]


@pytest.fixture
def deliver(cast: Cast) -> Deliver:
    """`deliver([(keira, 'M', day, day)], year='2017-18')`: as the room above hands rows over."""

    def send(rows: list[Row], year: str = "2017-18", spared: tuple[Child, ...] = ()) -> Delivered:
        by = cast.operator
        with seated(by), connection.cursor() as cursor:
            made = Delivered(Batch.objects.create(dataset="ssda903", year=year).pk)
            children.stage_deliveries()
            missing.stage_deliveries()
            cursor.execute("DROP TABLE IF EXISTS delivered_spared")
            cursor.execute("CREATE TEMP TABLE delivered_spared (in_table text, child_id bigint)")
            cursor.executemany("INSERT INTO delivered_spared VALUES ('Missing', %s)", [[one.pk] for one in spared])
            cursor.executemany(
                INTO,
                [(number, row[0].pk, *row[1:]) for number, row in enumerate(rows)],
            )
            missing.take_in(by=by, batch=made.batch, year=year, source="ssda903")
            cursor.execute("SELECT number, what, record, before::text FROM delivered_done WHERE in_table = 'Missing'")
            for number, what, record, before in cursor.fetchall():
                if number is not None:
                    made.what[number] = what
                if what in ("changed", "withdrawn"):
                    made.before.append((record, before))
                made.withdrawn += what == "withdrawn"
            cursor.execute("SELECT number, started, ended FROM delivered_over")
            made.over = {number: (started, ended) for number, started, ended in cursor.fetchall()}
        return made

    return send


@pytest.fixture
def take_back(cast: Cast) -> Callable[[Delivered], None]:
    """As the room above takes a delivery back: what was before is given again."""

    def back(made: Delivered) -> None:
        with seated(cast.operator), connection.cursor() as cursor:
            children.stage_deliveries()
            cursor.executemany("INSERT INTO given_back VALUES ('Missing', %s, %s)", made.before)
            if missing.worked_on_since(
                batch=made.batch, finished=datetime.max.replace(tzinfo=london(2026, 1, 1).tzinfo)
            ):
                raise Refused("Someone has worked on them since.")
            missing.take_back(by=cast.operator, batch=made.batch)

    return back


def now_recorded(cast: Cast) -> list[dict[str, Any]]:
    names = (
        "child_id",
        "care_status",
        "started_at",
        "returned_at",
        "missing_from",
        "setting",
        "year",
        "sent",
    )
    with seated(cast.operator):
        return list(Episode.objects.current().order_by("started_at", "child_id").values(*names))


A, B, C = date(2017, 5, 1), date(2017, 5, 3), date(2017, 6, 9)


def test_days_become_first_minutes(cast: Cast, keira: Child, deliver: Deliver) -> None:
    made = deliver([(keira, "M", A, B), (keira, "A", C, None)])
    assert made.what == {0: "created", 1: "created"}
    first, second = now_recorded(cast)
    assert (first["started_at"], first["returned_at"]) == (london(2017, 5, 1), london(2017, 5, 3))
    assert (second["returned_at"], second["care_status"], second["year"]) == (None, "A", "2017-18")
    with seated(cast.operator):
        assert set(Episode.objects.values_list("started_to_the_minute", "source")) == {(False, "ssda903")}


def test_the_same_again_changes_nothing(cast: Cast, keira: Child, deliver: Deliver) -> None:
    rows: list[Row] = [(keira, "M", A, B), (keira, "A", C, None)]
    deliver(rows)
    before = now_recorded(cast)
    assert deliver(rows).what == {0: "unchanged", 1: "unchanged"}
    assert now_recorded(cast) == before


def test_a_corrected_return_changes_and_keeps(cast: Cast, keira: Child, deliver: Deliver) -> None:
    deliver([(keira, "M", A, None)])
    made = deliver([(keira, "A", A, B)])
    assert made.what == {0: "changed"}
    with seated(cast.operator):
        kept = Correction.objects.get()
        assert kept.reason == f"Corrected by the return, batch {made.batch}"
        assert kept.lines(NOW) == [
            (
                "Recorded by the carer or the authority as",
                "Missing",
                "Away from placement without authorisation",
            ),
            ("Returned", "nothing recorded", "Wed 3 May 2017"),
        ]


def test_what_the_corrected_return_leaves_out_is_withdrawn(
    cast: Cast, keira: Child, owen: Child, deliver: Deliver
) -> None:
    deliver([(keira, "M", A, B), (owen, "M", A, B)])
    assert deliver([], spared=(owen,)).withdrawn == 1  # a row of Owen's was set aside, so his stand
    assert [one["child_id"] for one in now_recorded(cast)] == [owen.pk]
    assert deliver([(keira, "M", A, B), (owen, "M", A, B)]).what == {0: "created", 1: "unchanged"}


def test_two_ends_may_change_places(cast: Cast, keira: Child, deliver: Deliver) -> None:
    deliver([(keira, "M", A, B), (keira, "M", B, date(2017, 5, 8))])
    made = deliver([(keira, "M", A, date(2017, 5, 2)), (keira, "M", B, C)])
    assert made.what == {0: "changed", 1: "changed"}


def test_a_later_return_closes_an_episode_and_an_earlier_one_does_not_open_it(
    cast: Cast, keira: Child, deliver: Deliver
) -> None:
    march = date(2018, 3, 30)
    deliver([(keira, "M", march, None)], year="2017-18")
    assert deliver([(keira, "M", march, date(2018, 4, 2))], year="2018-19").what == {0: "changed"}
    assert deliver([(keira, "M", march, None)], year="2017-18").what == {0: "unchanged"}
    assert now_recorded(cast)[0]["returned_at"] == london(2018, 4, 2)


def test_a_row_over_one_recorded_by_hand_is_set_aside(
    cast: Cast, keira: Child, recorded: Recorded, deliver: Deliver
) -> None:
    by_hand = recorded(started_at=london(2017, 5, 2, 17), reported_at=None, returned_at=london(2017, 5, 2, 23))
    made = deliver([(keira, "M", A, B), (keira, "M", C, C)])
    assert made.what == {1: "created"}
    assert made.over == {0: (by_hand.started_at, by_hand.returned_at)}


def test_a_row_that_says_what_was_recorded_by_hand_is_unchanged(
    cast: Cast, keira: Child, in_care: CareEpisode, recorded: Recorded, deliver: Deliver
) -> None:
    care = {"missing_from": "care", "care_status": "M", "setting": "foster", "reported_at": None}
    recorded(started_at=london(2017, 5, 1, 17), returned_at=london(2017, 5, 3, 9), **care)
    assert deliver([(keira, "M", A, B)]).what == {0: "unchanged"}
    assert deliver([(keira, "A", A, B)]).over.keys() == {0}
    assert len(now_recorded(cast)) == 1


def test_a_person_s_correction_stands(cast: Cast, keira: Child, deliver: Deliver) -> None:
    deliver([(keira, "M", A, B)])
    by = cast.by("helen")
    with seated(by):
        episode = Episode.objects.get()
        right = replace(episode.told, started_at=london(2017, 4, 30, 21), started_to_the_minute=True)
        correct_episode(by=by, episode=episode, told=right, reason="The home rang", now=NOW, as_of=None)
    assert deliver([(keira, "M", A, B)]).what == {0: "unchanged"}
    assert deliver([(keira, "M", A, C)]).over == {0: (right.started_at, right.returned_at)}
    assert deliver([]).withdrawn == 0
    assert now_recorded(cast)[0]["started_at"] == right.started_at


def test_never_missing_after_all_stays_so(cast: Cast, keira: Child, deliver: Deliver) -> None:
    deliver([(keira, "M", A, B)])
    by = cast.by("helen")
    with seated(by):
        withdraw_episode(by=by, episode=Episode.objects.get(), reason="Was at the club")
    assert deliver([(keira, "M", A, B)]).what == {0: "unchanged"}
    assert now_recorded(cast) == []


def test_a_row_that_is_set_aside_stays_in_the_way(
    cast: Cast, keira: Child, recorded: Recorded, deliver: Deliver
) -> None:
    deliver([(keira, "M", A, B), (keira, "M", date(2017, 5, 10), None)])
    by = cast.by("helen")
    with seated(by):
        second = Episode.objects.order_by("started_at").last()
        assert second is not None
        right = replace(second.told, returned_at=london(2017, 5, 12, 8), returned_to_the_minute=True)
        correct_episode(by=by, episode=second, told=right, reason="Back", now=NOW, as_of=None)
    made = deliver([(keira, "M", A, date(2017, 5, 11)), (keira, "M", date(2017, 5, 10), C)])
    assert made.over.keys() == {0, 1}
    assert [one["returned_at"] for one in now_recorded(cast)] == [london(2017, 5, 3), london(2017, 5, 12, 8)]


@pytest.mark.parametrize(
    ("placement", "setting"),
    [
        ("U4", "foster"),
        ("K2", "childrens_home"),
        ("H5", "supported"),
        ("P1", "own_home"),
        ("R2", "other"),
        ("T1", "other"),
    ],
)
def test_the_setting_follows_from_the_placement_of_the_day(
    cast: Cast, keira: Child, deliver: Deliver, placement: str, setting: str
) -> None:
    with seated(cast.operator):
        care = CareEpisode.objects.create(child=keira, started=A, placement_type=placement, legal_status="C2")
    deliver([(keira, "M", A, B)])
    assert [(one["missing_from"], one["setting"]) for one in now_recorded(cast)] == [("care", setting)]
    with seated(cast.operator):
        CareEpisode.objects.filter(pk=care.pk).update(started=B)
        assert missing.derive_missing_from(by=cast.operator, source="ssda903") == 1
        assert missing.derive_missing_from(by=cast.operator, source="ssda903") == 0
    assert [(one["missing_from"], one["setting"]) for one in now_recorded(cast)] == [("home", "own_home")]


def test_what_a_person_decided_is_not_derived_again(cast: Cast, keira: Child, deliver: Deliver) -> None:
    deliver([(keira, "M", A, B)])
    by = cast.by("helen")
    with seated(by):
        episode = Episode.objects.get()
        right = replace(episode.told, missing_from="care", setting="foster")
        correct_episode(by=by, episode=episode, told=right, reason="Placed here", now=NOW, as_of=None)
    with seated(cast.operator):
        assert missing.derive_missing_from(by=cast.operator, source="ssda903") == 0


def test_a_delivery_is_taken_back(
    cast: Cast, keira: Child, owen: Child, deliver: Deliver, take_back: Callable[[Delivered], None]
) -> None:
    deliver([(keira, "M", A, B), (owen, "M", A, B)])
    before = now_recorded(cast)
    take_back(deliver([(keira, "A", A, C), (keira, "M", date(2017, 7, 1), None)]))
    assert now_recorded(cast) == before


def test_a_delivery_that_was_worked_on_is_not_taken_back(
    cast: Cast, keira: Child, deliver: Deliver, take_back: Callable[[Delivered], None]
) -> None:
    made, by = deliver([(keira, "M", A, B)]), cast.by("helen")
    with seated(by):
        episode = Episode.objects.get()
        right = replace(episode.told, setting="other")
        correct_episode(by=by, episode=episode, told=right, reason="Rang", now=NOW, as_of=None)
    with pytest.raises(Refused):
        take_back(made)


def test_what_would_come_back_under_another_episode_is_refused(
    cast: Cast, keira: Child, recorded: Recorded, deliver: Deliver, take_back: Callable[[Delivered], None]
) -> None:
    deliver([(keira, "M", A, B)])
    made = deliver([])
    recorded(started_at=london(2017, 5, 2), reported_at=None, returned_at=london(2017, 5, 2, 4))
    with pytest.raises(Refused, match=f"Batch {made.batch} cannot be taken back: an episode"):
        take_back(made)


@pytest.mark.parametrize("name", ["daniel", "arthur", "nadia"])
def test_who_loads_episodes(cast: Cast, name: str) -> None:
    by = cast.by(name)
    with seated(by):
        with pytest.raises(Refused, match="Only the exploitation team and the operator"):
            missing.take_in(by=by, batch=1, year="2017-18", source="ssda903")
        with pytest.raises(Refused):
            missing.take_back(by=by, batch=1)
        with pytest.raises(Refused):
            missing.derive_missing_from(by=by, source="ssda903")
