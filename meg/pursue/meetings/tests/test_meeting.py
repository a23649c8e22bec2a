"""From the planning of a meeting to its agreed minutes."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from conftest import Cast
from meg.partnership.seats import Refused, seated
from meg.partnership.trail.models import Entry
from meg.protect.children.models import Child
from meg.protect.children.rules import Unfit
from meg.protect.tasks.models import Task
from meg.pursue.meetings import actions
from meg.pursue.meetings.chronology import lines_of
from meg.pursue.meetings.minutes import minutes_of
from meg.pursue.meetings.models import Attendance, Decision, Document, Item, Meeting, Minute, Note, Reason
from meg.pursue.meetings.tests.conftest import NOW, THEN, TODAY, in_the_room, on_agenda, plan, refer_child, works_with


def test_a_meeting_goes_from_its_planning_to_its_minutes(cast: Cast, keira: Child, owen: Child) -> None:
    refer_child(cast, keira)
    meeting = plan(cast)
    assert meeting.state == "open"
    with seated(cast.by("daniel")) as by:
        asked = actions.ask_for(by=by, meeting=meeting, child=keira, why="New friends since Monday.", now=NOW)
    works_with(cast, keira, "Caldershire Health")
    meeting = in_the_room(cast, meeting)
    with seated(cast.by("helen")) as by:
        assert [one.kind for one in Reason.objects.filter(item=asked).order_by("pk")] == ["high", "asked"]
        late = actions.add_child(by=by, meeting=meeting, child=owen, why="Came up this morning.")
        assert late.late
        actions.attend(by=by, meeting=meeting, agency=cast.agencies["Penfield Academy"], name="Daniel", how="present")
        actions.attend(by=by, meeting=meeting, agency=cast.agencies["Penfield Academy"], name="Daniel", how="report")
        assert Attendance.objects.get().how == "report"
        actions.decide(by=by, item=asked, what="plan", why="The plan covers the way to school now.", now=THEN,
                       facts="Seen with older people, told by the school.")  # fmt: skip
        task = actions.give_action(
            by=by, item=asked, what="See Keira at school", agency=cast.agencies["Penfield Academy"],
            member=cast.members["daniel"], due_on=date(2026, 12, 10), today=TODAY,
        )  # fmt: skip
        assert (task.of, task.of_number, task.child_id) == ("meeting", meeting.pk, keira.pk)
        with pytest.raises(Unfit, match="Not dealt with: Owen Tarrant"):
            actions.end_meeting(by=by, meeting=meeting, put_off_rest=False, now=THEN)
        actions.end_meeting(by=by, meeting=meeting, put_off_rest=True, now=THEN)
        actions.agree(by=by, meeting=meeting, now=THEN + timedelta(days=1), demonstration=True)
        kept = Meeting.objects.get(pk=meeting.pk)
        assert (kept.state, kept.agreed_by) == ("agreed", "Helen Example")
        told = minutes_of(kept)
        assert [(one.content["name"], one.content["decision"]) for one in told.items] == [
            ("Keira Dunstan", "Plan changed"), ("Owen Tarrant", "Put off to the next meeting"),
        ]  # fmt: skip
        assert told.items[0].content["actions"] == [
            {"what": "See Keira at school", "owner": "Daniel Example, Penfield Academy", "due": "10 December 2026"}
        ]
        assert bytes(Document.objects.get(meeting=kept).content).startswith(b"%PDF")
        after = actions.plan_next(by=by, meeting=kept, weeks=4, now=THEN + timedelta(days=2))
        assert (after.on, after.follows_id) == (date(2026, 12, 31), kept.pk)
        assert [one.child_id for one in Item.objects.filter(meeting=after, child=owen)] == [owen.pk]
        assert Reason.objects.get(meeting=after, child=owen).number == late.pk
        lines = list(lines_of(keira.pk))
        assert [(line.strong, line.judgement) for line in lines] == [
            ("Talked about at the operational meeting.", False), ("Decided at the operational meeting.", True),
        ]  # fmt: skip
        assert Entry.objects.about(keira.reference).filter(sentence__startswith="The meeting decided").exists()


def test_the_next_meeting_keeps_its_clock_when_the_clocks_change(cast: Cast) -> None:
    meeting = plan(cast, starts_at=THEN.replace(month=3, day=4, year=2027))
    with seated(cast.by("helen")) as by:
        after = actions.plan_next(by=by, meeting=meeting, weeks=4, now=NOW)
        assert str(after.starts_at) == "2027-04-01 13:00:00+00:00"
        with pytest.raises(Unfit, match="planned already"):
            actions.plan_next(by=by, meeting=meeting, weeks=4, now=NOW)


def test_a_meeting_in_the_past_is_not_planned(cast: Cast) -> None:
    with pytest.raises(Unfit, match="in the past"):
        plan(cast, starts_at=NOW - timedelta(days=1))
    with seated(cast.by("helen")) as by, pytest.raises(Unfit, match="does not sit in the exploitation team"):
        actions.plan_meeting(
            by=by, starts_at=THEN, where="Hall", chair=cast.members["daniel"], closes_on=TODAY, now=NOW
        )


def test_only_the_team_writes(cast: Cast, keira: Child) -> None:
    meeting = plan(cast)
    item = on_agenda(cast, meeting, keira)
    for name in ("daniel", "arthur", "nadia", "ruth", "grace", "adam", "fiona"):
        with seated(cast.by(name)) as by:
            with pytest.raises(Refused, match="Only the exploitation team"):
                actions.plan_meeting(
                    by=by, starts_at=THEN, where="x", chair=cast.members["helen"], closes_on=TODAY, now=NOW
                )
            with pytest.raises(Refused, match="Only the exploitation team"):
                actions.take_off(by=by, item=item, why="x", now=NOW)
    for name in ("arthur", "nadia", "ruth"):
        with seated(cast.by(name)) as by, pytest.raises(Refused):
            actions.ask_for(by=by, meeting=meeting, child=keira, why="x", now=NOW)


def test_an_agency_asks_while_the_agenda_is_open(cast: Cast, keira: Child, owen: Child) -> None:
    meeting = plan(cast)
    with seated(cast.by("daniel")) as by:
        with pytest.raises(Unfit, match="Say why"):
            actions.ask_for(by=by, meeting=meeting, child=keira, why=" ", now=NOW)
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            actions.ask_for(by=by, meeting=meeting, child=owen, why="x", now=NOW)
        with pytest.raises(Unfit, match="The agenda is closed"):
            actions.ask_for(by=by, meeting=meeting, child=keira, why="x", now=THEN - timedelta(days=1))
        asked = actions.ask_for(by=by, meeting=meeting, child=keira, why="New friends.", now=NOW)
    with seated(cast.by("helen")) as by:
        actions.take_off(by=by, item=asked, why="Seen by the team this week.", now=NOW)
        with pytest.raises(Unfit, match="dealt with already"):
            actions.take_off(by=by, item=asked, why="Again.", now=NOW)
    with seated(cast.by("daniel")):
        assert Item.objects.get(pk=asked.pk).ended_because == "Seen by the team this week."
    in_the_room(cast, meeting)
    with seated(cast.by("daniel")), pytest.raises(DatabaseError), transaction.atomic():
        Item.objects.create(meeting=meeting, child=keira, position=1, late=True)


def test_a_decision_needs_a_reason_and_an_action_an_agency_that_works_with_the_child(cast: Cast, keira: Child) -> None:
    meeting = plan(cast)
    item = on_agenda(cast, meeting, keira)
    with seated(cast.by("helen")) as by, pytest.raises(Unfit, match="has not begun"):
        actions.decide(by=by, item=item, what="none", why="x", now=NOW)
    in_the_room(cast, meeting)
    with seated(cast.by("helen")) as by:
        for given, sentence in (
            ({"what": "none", "why": " "}, "Say why"), ({"what": "grave", "why": "x"}, "Choose what is decided"),
            ({"what": "review", "why": "x"}, "Enter the day"), ({"what": "referral", "why": "x"}, "Name the service"),
            ({"what": "review", "why": "x", "review_on": THEN.date()}, "must be after today"),
        ):  # fmt: skip
            with pytest.raises(Unfit, match=sentence):
                actions.decide(by=by, item=item, now=THEN, **given)
        with pytest.raises(Unfit, match="does not work with this child"):
            actions.give_action(by=by, item=item, what="See the child", agency=cast.agencies["Caldershire Health"],
                                member=None, due_on=date(2026, 12, 10), today=TODAY)  # fmt: skip
        assert not Task.objects.exists()


def test_a_later_decision_stands_until_the_minutes_are_agreed(cast: Cast, keira: Child) -> None:
    meeting = plan(cast)
    item = on_agenda(cast, meeting, keira)
    in_the_room(cast, meeting)
    with seated(cast.by("helen")) as by:
        actions.decide(by=by, item=item, what="none", why="Nothing new.", now=THEN)
        actions.end_meeting(by=by, meeting=meeting, put_off_rest=False, now=THEN)
        actions.decide(by=by, item=item, what="review", why="Told after all.", review_on=date(2026, 12, 20),
                       now=THEN + timedelta(hours=1))  # fmt: skip
        told = minutes_of(Meeting.objects.get(pk=meeting.pk))
        assert told.items[0].content["decision"] == "Level to be reviewed by 20 December 2026"
        actions.agree(by=by, meeting=meeting, now=THEN, demonstration=True)
        with pytest.raises(Unfit, match="minutes are agreed"):
            actions.decide(by=by, item=item, what="none", why="x", now=THEN)


def test_agreed_minutes_never_change(cast: Cast, keira: Child) -> None:
    meeting = plan(cast)
    item = on_agenda(cast, meeting, keira)
    in_the_room(cast, meeting)
    with seated(cast.by("helen")) as by:
        actions.decide(by=by, item=item, what="none", why="Nothing new.", now=THEN)
        actions.end_meeting(by=by, meeting=meeting, put_off_rest=False, now=THEN)
        with pytest.raises(Unfit, match="not agreed yet"):
            actions.correct(by=by, item=item, words="x")
        actions.agree(by=by, meeting=meeting, now=THEN, demonstration=True)
        actions.correct(by=by, item=item, words="It was the aunt who told it.")
        assert Note.objects.get().words == "It was the aunt who told it."
    for role, refusal in (
        (cast.by("helen"), "permission denied|stay as they are"),
        (cast.operator, "permission denied|stay as they are"),
    ):
        for sql in (
            "UPDATE meetings_minute SET content = '{}'", "UPDATE meetings_document SET sha256 = ''",
            "UPDATE meetings_decision SET why = 'x'", "UPDATE meetings_meeting SET \"where\" = 'x'",
            "UPDATE meetings_item SET position = 7", "UPDATE meetings_note SET words = 'x'",
            "UPDATE meetings_meeting SET state = 'held'",
        ):  # fmt: skip
            with seated(role), pytest.raises(DatabaseError, match=refusal), transaction.atomic():
                with connection.cursor() as cursor:
                    cursor.execute(sql)
    with seated(cast.operator), pytest.raises(IntegrityError, match="stay as they are"), transaction.atomic():
        Decision.objects.create(meeting=meeting, item=item, child=keira, what="none", why="x")
    with connection.cursor() as cursor:  # the owner of the tables is refused too
        for sql in ("UPDATE meetings_minute SET content = '{}'", "UPDATE meetings_decision SET why = 'x'"):
            with pytest.raises(DatabaseError, match="stay as they are"), transaction.atomic():
                cursor.execute(sql)
    with seated(cast.by("helen")):
        assert Minute.objects.get().content["why"] == "Nothing new."


def test_only_the_chair_agrees(cast: Cast) -> None:
    meeting = plan(cast)
    in_the_room(cast, meeting)
    with seated(cast.by("helen")) as by:
        with pytest.raises(Unfit, match="End the meeting first"):
            actions.agree(by=by, meeting=meeting, now=THEN, demonstration=True)
        actions.end_meeting(by=by, meeting=meeting, put_off_rest=False, now=THEN)
    with seated(cast.by("ruth")) as by, pytest.raises(Refused):
        actions.agree(by=by, meeting=meeting, now=THEN, demonstration=True)


def test_the_database_leaves_no_item_behind(cast: Cast, keira: Child) -> None:
    meeting = plan(cast)
    on_agenda(cast, meeting, keira)
    in_the_room(cast, meeting)
    for role in (cast.by("helen"), cast.operator):
        with seated(role), pytest.raises(IntegrityError, match="not dealt with"), transaction.atomic():
            Meeting.objects.filter(pk=meeting.pk).update(state="held", held_at=THEN)
        with seated(role), pytest.raises(IntegrityError, match="one step"), transaction.atomic():
            Meeting.objects.filter(pk=meeting.pk).update(state="agreed", agreed_at=THEN, agreed_by="x")
