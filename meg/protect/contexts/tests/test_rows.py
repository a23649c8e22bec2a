"""Who reads and writes which rows of this room, asked in plain SQL: the database refuses, whatever the pages do."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from conftest import PEOPLE, Cast
from meg.partnership.access.actions import grant, involve
from meg.partnership.seats import seated
from meg.protect.children.models import Child
from meg.protect.contexts.actions import close_context, end_link, give_level, plan_for, set_aside
from meg.protect.contexts.models import Context, Link
from meg.protect.contexts.proposals import Proposal
from meg.protect.contexts.tests.conftest import SOON, TODAY, Linked, Opened
from meg.protect.exploitation.tests.test_rows import refused, rows
from meg.protect.plans.actions import add_action
from meg.protect.plans.models import Plan
from meg.protect.tasks.models import Task

OF_THE_TEAM = ("contexts_said", "contexts_level", "contexts_answer")
THROUGH = ("contexts_context", "contexts_link")
TABLES = (*THROUGH, *OF_THE_TEAM)
NOTHING = ("fiona", "ruth", "colin", "wendy", "adam")
CASELOADS = ("daniel", "amina", "nadia", "grace")


def column(cast: Cast, person: str, asked: str) -> list[object]:
    with seated(cast.by(person)), connection.cursor() as cursor:
        cursor.execute(asked)
        return [row[0] for row in cursor.fetchall()]


@pytest.fixture
def station(cast: Cast, opened: Opened) -> Context:
    """The bus station with a level, a plan and a proposal set aside; no child is linked yet."""
    made = opened(level="high", who="Helen Example", rationale="Named often")
    with seated(cast.by("helen")) as by:
        plan_for(by=by, context=made, words="Safer evenings", review_on=SOON, now=timezone.now())
        one = Proposal("place", "the arcade", [])
        set_aside(by=by, proposal=one, why="Another arcade", now=timezone.now())
    return made


def test_two_agencies_two_children_one_context(
    cast: Cast, station: Context, keira: Child, kira: Child, linked: Linked
) -> None:
    """Each agency sees the context, and its own child in it: never the other, nor that there is another."""
    linked(station, keira)
    linked(station, kira)
    for person, child in (("daniel", keira), ("nadia", keira), ("amina", kira)):
        assert column(cast, person, "SELECT id FROM contexts_context") == [station.pk]
        assert column(cast, person, "SELECT child_id FROM contexts_link") == [child.pk], person
        assert column(cast, person, "SELECT count(*) FROM contexts_link") == [1]
    for person in ("helen", "arthur"):
        assert set(column(cast, person, "SELECT child_id FROM contexts_link")) == {keira.pk, kira.pk}


def test_without_a_child_in_it_a_caseload_sees_no_context(
    cast: Cast, station: Context, kira: Child, linked: Linked
) -> None:
    linked(station, kira)
    for person in ("daniel", "nadia", "grace"):
        for table in THROUGH:
            assert rows(cast, person, table) == 0, (person, table)


@pytest.mark.parametrize("table", TABLES)
def test_figures_and_intelligence_see_nothing(
    cast: Cast, station: Context, keira: Child, linked: Linked, table: str
) -> None:
    linked(station, keira)
    for person in NOTHING:
        assert "permission denied" in refused(cast, person, f"SELECT * FROM {table}"), person


@pytest.mark.parametrize("table", OF_THE_TEAM)
def test_what_is_said_is_read_by_the_team_and_the_analyst(
    cast: Cast, station: Context, keira: Child, kira: Child, linked: Linked, table: str
) -> None:
    linked(station, keira)
    linked(station, kira)
    for person in ("helen", "arthur"):
        assert rows(cast, person, table)
    for person in CASELOADS:
        assert "permission denied" in refused(cast, person, f"SELECT * FROM {table}"), person


def test_a_plan_of_a_context_is_read_by_the_team_and_the_analyst(
    cast: Cast, station: Context, keira: Child, kira: Child, linked: Linked
) -> None:
    """An agency that reaches a linked child reads its own actions of the plan, and neither the plan nor the others' actions."""
    linked(station, keira)
    linked(station, kira)
    with seated(cast.by("helen")) as by:
        plan = Plan.objects.get(context=station.pk)
        for name in ("Penfield Academy", "Caldershire Health"):
            add_action(by=by, plan=plan, what=f"Asked of {name}", agency=cast.agencies[name], due_on=SOON, today=TODAY)
    for person in CASELOADS:
        assert rows(cast, person, "plans_plan") == 0
    own = "SELECT what FROM tasks_task WHERE of = 'context'"
    assert column(cast, "daniel", own) == ["Asked of Penfield Academy"]
    assert column(cast, "amina", own) == ["Asked of Caldershire Health"]
    assert column(cast, "nadia", own) == []
    assert len(column(cast, "helen", own)) == 2
    with seated(cast.by("helen")):
        assert set(Task.objects.values_list("of_number", flat=True)) == {station.pk}


def test_sight_of_a_context_comes_and_goes_with_the_child(
    cast: Cast, station: Context, keira: Child, kira: Child, linked: Linked
) -> None:
    linked(station, keira)
    assert rows(cast, "amina", "contexts_context") == 0
    with seated(cast.operator):
        grant(by=cast.operator, child_id=keira.pk, reference=keira.reference, agency=cast.agencies["Caldershire Health"],
              reason="Shared for a meeting", until=datetime(2100, 1, 1, tzinfo=UTC))  # fmt: skip
    assert rows(cast, "amina", "contexts_context") == 1
    assert column(cast, "amina", "SELECT child_id FROM contexts_link") == [keira.pk]
    with seated(cast.operator):
        involve(
            by=cast.operator, agency=cast.agencies["Caldershire Health"], child_id=kira.pk, reference=kira.reference
        )
    assert rows(cast, "amina", "contexts_link") == 1


@pytest.mark.parametrize("table", TABLES)
def test_nobody_deletes_and_only_the_team_writes(
    cast: Cast, station: Context, keira: Child, linked: Linked, table: str
) -> None:
    linked(station, keira)
    for person in PEOPLE:
        assert "permission denied" in refused(cast, person, f"DELETE FROM {table}"), person
        if person != "helen" or table in OF_THE_TEAM:
            changed = f"UPDATE {table} SET partnership_id = partnership_id"
            assert "permission denied" in refused(cast, person, changed), person
    added = {
        "contexts_context": "(kind, name) VALUES ('place', 'x')",
        "contexts_link": f"(context_id, child_id, how, since) VALUES ({station.pk}, {keira.pk}, 'seen', current_date)",
        "contexts_said": f"(context_id, what, words, by) VALUES ({station.pk}, 'known', 'x', 'x')",
        "contexts_level": f"(context_id, level, by, rationale) VALUES ({station.pk}, 'low', 'x', 'x')",
        "contexts_answer": "(kind, words, children, what, why) VALUES ('place', 'x', '{}', 'set_aside', 'x')",
    }
    for person in set(PEOPLE) - {"helen"}:
        assert "permission denied" in refused(cast, person, f"INSERT INTO {table} {added[table]}"), person


def test_a_level_and_what_was_said_are_never_changed(cast: Cast, station: Context) -> None:
    with seated(cast.by("helen")) as by:
        give_level(by=by, context=station, level="low", who="Helen", rationale="Quiet", now=timezone.now())
    assert len(column(cast, "helen", "SELECT level FROM contexts_level")) == 2
    for statement in ("UPDATE contexts_level SET level = 'low'", "UPDATE contexts_said SET words = 'x'"):
        assert "permission denied" in refused(cast, "helen", statement)


def test_the_database_holds_a_context_open_while_its_plan_is(cast: Cast, station: Context) -> None:
    with seated(cast.by("helen")), pytest.raises(IntegrityError, match="open plan holds this context open"):
        with transaction.atomic():
            Context.objects.filter(pk=station.pk).update(closed_at=timezone.now())


def test_a_closed_context_and_an_ended_link_stay_as_they_are(
    cast: Cast, opened: Opened, keira: Child, kira: Child, linked: Linked
) -> None:
    made = opened()
    link = linked(made, keira)
    with seated(cast.by("helen")) as by:
        for wrong in ({"child_id": kira.pk}, {"how": "member"}, {"since": SOON}):
            with pytest.raises(IntegrityError, match="otherwise stays as it is"), transaction.atomic():
                Link.objects.filter(pk=link.pk).update(**wrong)
        end_link(by=by, link=link, why="Moved away", now=timezone.now())
        with pytest.raises(IntegrityError, match="otherwise stays as it is"), transaction.atomic():
            Link.objects.filter(pk=link.pk).update(ended_because="Another reason")
        close_context(by=by, context=made, why="Quiet for months", now=timezone.now())
        with pytest.raises(IntegrityError, match="closed context stays"), transaction.atomic():
            Context.objects.filter(pk=made.pk).update(closed_at=None)


def test_nothing_hangs_on_a_context_of_another_partnership(cast: Cast) -> None:
    """A plan, a link and a level name a context of their own partnership, by one key over both."""
    with seated(cast.by("helen")):
        with pytest.raises(IntegrityError, match="plan_of_its_context"), transaction.atomic():
            Plan.objects.create(context=999_999, words="x", review_on=SOON)
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS plan_of_its_context IMMEDIATE")


def test_a_link_names_a_referral_of_its_own_child(cast: Cast, station: Context, keira: Child, kira: Child) -> None:
    from meg.protect.exploitation.models import Referral

    with seated(cast.by("helen")):
        other = Referral.objects.create(child=kira, referred_by="x", received_at=timezone.now(), consent="given")
        with pytest.raises(DatabaseError, match="context_link_of_its_referral"), transaction.atomic():
            Link.objects.create(context=station, child=keira, how="seen", since=TODAY, referral=other)
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS context_link_of_its_referral IMMEDIATE")
