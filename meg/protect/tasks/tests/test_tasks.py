"""Tasks: whose they are, who may say what came of them, the list, and the reminders. In raw SQL too."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client

from conftest import PEOPLE, Cast
from meg.partnership.seats import Refused, seated
from meg.protect.children.models import Child
from meg.protect.children.rules import Unfit
from meg.protect.tasks.actions import ask_task, drop_task, finish_task, pass_task, send_reminders
from meg.protect.tasks.models import Task
from meg.protect.tasks.rules import due_words

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
TODAY = date(2026, 11, 24)
SignIn = Callable[[str], Client]
Asked = Callable[..., Task]


@pytest.fixture
def keira(cast: Cast) -> Child:
    return cast.child("Keira", "Dunstan", date(2011, 3, 14), agency="Penfield Academy", worker="nadia")


@pytest.fixture
def asked(cast: Cast, keira: Child) -> Asked:
    """`asked(agency='Penfield Academy', member=None, days=5)`: a task of the academy's, about Keira."""

    def make(
        agency: str = "Penfield Academy",
        member: str | None = None,
        days: int = 5,
        child: Child | None = keira,
        **other: Any,
    ) -> Task:
        with seated(cast.by("helen")) as by:
            return ask_task(
                by=by, child=child, of=Task.Of.PLAN, of_number=1, agency=cast.agencies[agency],
                member=cast.members[member] if member else None, due_on=TODAY + timedelta(days=days), today=TODAY,
                **{"what": "Agree a timetable", **other},
            )  # fmt: skip

    return make


@pytest.mark.parametrize(
    ("days", "words"), [(0, "due today"), (1, "due in 1 day"), (5, "due in 5 days"), (-1, "1 day over")]
)
def test_how_near_a_day_is_in_words(days: int, words: str) -> None:
    assert due_words(TODAY + timedelta(days=days), TODAY) == words


@pytest.mark.parametrize(("given", "sentence"), [
    ({"what": " "}, "Say what is to be done"), ({"days": -1}, "in the past"), ({"days": 800}, "two years away"),
    ({"agency": "Caldershire Health"}, "does not work with this child"), ({"member": "amina"}, "works for another agency"),
])  # fmt: skip
def test_what_cannot_be_asked(asked: Asked, given: dict[str, Any], sentence: str) -> None:
    with pytest.raises(Unfit, match=sentence):
        asked(**given)


def test_a_task_is_done_once_and_by_its_own_agency(cast: Cast, keira: Child, asked: Asked) -> None:
    task = asked()
    for name, refusal in (("nadia", "another agency’s"), ("arthur", "Only whoever"), ("amina", "no such task")):
        with seated(cast.by(name)) as by, pytest.raises(Refused, match=refusal):
            finish_task(by=by, task=task, outcome="Done", now=NOW)
    with seated(cast.by("daniel")) as by:
        with pytest.raises(Unfit, match="Say what came of it"):
            finish_task(by=by, task=task, outcome=" ", now=NOW)
        finish_task(by=by, task=task, outcome="Agreed with the family.", now=NOW)
        kept = Task.objects.get(pk=task.pk)
        assert (kept.done_by, kept.outcome, kept.state(TODAY)) == (by.name, "Agreed with the family.", "done")
        with pytest.raises(Unfit, match="done or dropped already"):
            finish_task(by=by, task=task, outcome="Again", now=NOW)


def test_only_the_team_asks_and_drops(cast: Cast, keira: Child, asked: Asked) -> None:
    task = asked()
    with seated(cast.by("daniel")) as by:
        with pytest.raises(Refused, match="Only the exploitation team"):
            drop_task(by=by, task=task, why="x", now=NOW)
        with pytest.raises(Refused, match="Only the exploitation team"):
            ask_task(by=by, child=keira, of=Task.Of.PLAN, of_number=1, what="x", agency=cast.agencies["Penfield Academy"],
                     member=None, due_on=TODAY, today=TODAY)  # fmt: skip
    with seated(cast.by("helen")) as by:
        drop_task(by=by, task=task, why="The family moved.", now=NOW)
        assert Task.objects.get(pk=task.pk).dropped_because == "The family moved."


def test_a_task_is_passed_within_its_agency(cast: Cast, asked: Asked) -> None:
    task = asked()
    with seated(cast.by("daniel")) as by:
        pass_task(by=by, task=task, member=cast.members["daniel"])
        assert Task.objects.mine(by).get() == task
        with pytest.raises(Unfit, match="another agency"):
            pass_task(by=by, task=task, member=cast.members["amina"])


# ── the database ────────────────────────────────────────────────────────────────────────────────────────────


def run(sql: str, *values: int | str) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)
        return int(cursor.rowcount)


@pytest.mark.parametrize("name", PEOPLE)
def test_which_tasks_a_seat_sees(cast: Cast, asked: Asked, name: str) -> None:
    """The academy's, about Keira; and one of the health service's about no child, which is the service's and the team's."""
    asked()
    asked("Caldershire Health", child=None, what="Send the leaflet")
    sees = {"helen": 2, "arthur": 2, "daniel": 1, "amina": 1, "nadia": 1, "grace": 0}
    with seated(cast.by(name)):
        if name in sees:
            assert run("SELECT FROM tasks_task") == sees[name]
        else:
            with pytest.raises(DatabaseError, match="permission denied"):
                run("SELECT FROM tasks_task")


def test_nobody_takes_another_agency_s_task_or_changes_what_it_asks(cast: Cast, keira: Child, asked: Asked) -> None:
    with seated(cast.operator):
        connection.cursor().execute("SELECT 1")
    theirs = asked("Children’s Services", member="helen")
    ours = asked()
    with seated(cast.by("daniel")):
        with pytest.raises(DatabaseError, match=r"row-level security|Only the exploitation team"):
            run("UPDATE tasks_task SET agency_id = %s WHERE id = %s", cast.agencies["Penfield Academy"].pk, theirs.pk)
        with pytest.raises(DatabaseError, match="Only the exploitation team"):
            run("UPDATE tasks_task SET due_on = due_on + 30 WHERE id = %s", ours.pk)
        with pytest.raises(DatabaseError, match="permission denied"):
            run("DELETE FROM tasks_task")
        assert (
            run("UPDATE tasks_task SET done_at = now(), done_by = 'Daniel', outcome = 'x' WHERE id = %s", ours.pk) == 1
        )
    with seated(cast.by("amina")):
        assert run("UPDATE tasks_task SET outcome = 'x'") == 0


def test_an_end_is_whole(cast: Cast, asked: Asked) -> None:
    task = asked()
    with seated(cast.by("helen")):
        for said in ("done_at = now()", "dropped_at = now(), dropped_by = 'Helen'", "of = 'wish'"):
            with pytest.raises(IntegrityError):
                run(f"UPDATE tasks_task SET {said} WHERE id = %s", task.pk)


# ── pages ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_list_and_what_came_of_it(cast: Cast, keira: Child, asked: Asked, as_member: SignIn) -> None:
    with time_machine.travel(NOW, tick=False):
        task, other = asked(days=2), asked("Children’s Services", member="helen", days=0, what="Visit at school")
        daniel = as_member("daniel")
        page = daniel.get("/tasks/").content.decode()
        assert "Agree a timetable" in page
        assert "Due in 2 days" in page
        assert "Visit at school" not in page, "it is another agency's"
        every = daniel.get("/tasks/?whose=all").content.decode()
        assert "Visit at school" in every
        assert f"/tasks/{other.pk}/done/" not in every
        empty = daniel.post(f"/tasks/{task.pk}/done/", {"outcome": ""}).content.decode()
        assert "Say what came of it." in empty
        assert daniel.post(f"/tasks/{task.pk}/done/", {"outcome": "Agreed."}).status_code == 302
        assert "Nothing is asked of you now" in daniel.get("/tasks/").content.decode()
        assert "Agreed." in daniel.get("/tasks/?state=done").content.decode()


def test_who_opens_the_list_and_its_forms(cast: Cast, asked: Asked, as_member: SignIn) -> None:
    task = asked()
    for name in PEOPLE:
        client = as_member(name)
        assert client.get("/tasks/").status_code == (200 if name in ("helen", "daniel", "amina", "nadia") else 403), (
            name
        )
        may = {"done": ("helen", "daniel", "nadia"), "who": ("helen", "daniel"), "drop": ("helen",)}
        for verb, names in may.items():
            status = client.get(f"/tasks/{task.pk}/{verb}/").status_code
            assert (status == 200) is (name in names), (name, verb, status)
    assert as_member("nadia").post(f"/tasks/{task.pk}/done/", {"outcome": "x"}).status_code == 403


def test_the_list_asks_as_much_of_the_database_for_one_task_as_for_thirty(
    cast: Cast, asked: Asked, as_member: SignIn, django_assert_max_num_queries: Any
) -> None:
    for _ in range(30):
        asked(member="daniel")
    client = as_member("daniel")
    client.get("/tasks/")
    with django_assert_max_num_queries(12):
        client.get("/tasks/")


# ── reminders ───────────────────────────────────────────────────────────────────────────────────────────────


def test_reminders_are_sent_once_and_name_no_child(cast: Cast, keira: Child, asked: Asked) -> None:
    asked(member="daniel", days=2)
    asked(member="daniel", days=9)
    with seated(cast.operator) as by:
        assert send_reminders(by=by, today=TODAY, now=NOW) == 1
        assert send_reminders(by=by, today=TODAY, now=NOW) == 0
        assert [one.to for one in mail.outbox] == [["daniel@caldershire.example"]]
        later = TODAY + timedelta(days=3)
        assert send_reminders(by=by, today=later, now=NOW + timedelta(days=3)) == 1
    assert {one.to[0] for one in mail.outbox} == {"daniel@caldershire.example", "helen@caldershire.example"}
    for one in mail.outbox:
        assert "Keira" not in f"{one.subject}{one.body}"
        assert "timetable" not in f"{one.subject}{one.body}"
        assert str(keira.reference) in f"{one.body}"
    with seated(cast.by("helen")) as team, pytest.raises(Refused):
        send_reminders(by=team, today=TODAY, now=NOW)
