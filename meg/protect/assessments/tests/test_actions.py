"""What the verbs of an assessment do, and what they refuse."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from conftest import Cast
from meg.partnership.seats import Refused, seated
from meg.partnership.trail.models import Entry
from meg.protect.assessments.actions import answers_of, begin, finish, withdraw
from meg.protect.assessments.actions.assessing import level_before
from meg.protect.assessments.chronology import lines_of
from meg.protect.assessments.models import Assessment, Said
from meg.protect.assessments.tests.conftest import NOW, Assessed, answers, given, matrix
from meg.protect.children.models import Child
from meg.protect.children.rules import Unfit
from meg.protect.exploitation.actions import close, give_level, refer, reopen
from meg.protect.exploitation.course import latest_level
from meg.protect.exploitation.models import Level, Referral
from meg.protect.exploitation.tests.conftest import told


def test_a_finished_assessment_gives_the_level_in_one_go(cast: Cast, keira: Child, assessed: Assessed) -> None:
    made = assessed(level="high", missing_night="strong", people_hurt="strong", home_place="some", drugs_debt="")
    assert (made.points, made.unanswered, made.total, made.proposed, made.level) == (9, 1, 29, "high", "high")
    assert (made.overridden, made.at_most, made.review_on) == (False, 13, date(2026, 12, 22))
    with seated(cast.by("helen")):
        level = Level.objects.get(number=made.pk)
        assert (level.level, level.point, level.by, level.review_on) == (
            "high",
            "assessment",
            "Helen Example",
            made.review_on,
        )
        assert len(answers_of(made)) == 28
        assert Entry.objects.about(keira.reference).filter(sentence__startswith="Finished an assessment").exists()
        [line] = lines_of(keira.pk)
        assert (line.judgement, line.source) == (True, "Helen Example")
        assert "the tool proposed high" in line.words.lower()


def test_a_person_may_decide_otherwise_and_it_shows(cast: Cast, keira: Child, assessed: Assessed) -> None:
    made = assessed(level="high")
    assert (made.proposed, made.level, made.overridden) == ("low", "high", True)
    with seated(cast.by("daniel")):
        assert [line.words for line in lines_of(keira.pk)] == [
            "Override: the tool proposed low (Factor matrix, version 1)."
        ]


def test_with_too_much_unanswered_nothing_is_proposed(assessed: Assessed, cast: Cast) -> None:
    with seated(cast.by("helen")):
        codes = [one.code for one in matrix().tool().factors][:8]
    made = assessed(level="medium", **dict.fromkeys(codes[:4], ""), **dict.fromkeys(codes[4:], "not_known"))
    assert (made.proposed, made.unanswered, made.overridden, made.band) == ("", 8, False, "")


def test_the_weighted_tool_counts_a_significant_indicator_by_when_it_held(assessed: Assessed) -> None:
    made = assessed(key="weighted", level="high", s_missing="both", s_goods="now", s_places="earlier", v_sexual="yes",
                    m_late="yes")  # fmt: skip
    assert (made.points, made.band, made.proposed) == (14, "Category 3: moderate risk", "medium")
    assert made.review_on == date(2027, 2, 23)  # three-monthly, whatever the level


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"rationale": "  "}, "A score is not a reason"), ({"who": ""}, "whose judgement"), ({"level": ""}, "Choose the level"),
    ({"review_on": date(2026, 11, 24)}, "must be after today"), ({"review_on": date(2025, 1, 1)}, "must be after today"),
    ({"answered": {"home_abuse": "certain"}}, "has no such answer"),
]  # fmt: skip


@pytest.mark.parametrize(("other", "sentence"), REFUSED)
def test_what_cannot_be_finished(cast: Cast, referral: Referral, other: dict[str, Any], sentence: str) -> None:
    values = {"answered": {}, **other}
    with seated(cast.by("helen")) as by:
        made = begin(by=by, referral=referral, framework=matrix(), kind="first")
        with pytest.raises(Unfit, match=sentence):
            finish(by=by, assessment=made, given=given(**values), now=NOW)
        assert Assessment.objects.get(pk=made.pk).state == "begun"
        assert not Said.objects.filter(assessment=made).exists()
        assert not Level.objects.filter(number=made.pk).exists()


def test_what_cannot_be_begun(cast: Cast, referral: Referral, assessed: Assessed) -> None:
    with seated(cast.by("helen")) as by:
        with pytest.raises(Unfit, match="no finished assessment to review"):
            begin(by=by, referral=referral, framework=matrix(), kind="review")
        close(by=by, referral=referral, outcome="safer", why="Plan ended", now=NOW)
        with pytest.raises(Unfit, match="This referral is closed"):
            begin(by=by, referral=referral, framework=matrix(), kind="first")
        reopen(by=by, referral=referral, why="New concern", now=NOW)
        begun = begin(by=by, referral=referral, framework=matrix(), kind="first")
        with pytest.raises(Unfit, match="begun already"):
            begin(by=by, referral=referral, framework=matrix(), kind="first")
        close(by=by, referral=referral, outcome="safer", why="Plan ended", now=NOW)
        with pytest.raises(Unfit, match="This referral is closed"):
            finish(by=by, assessment=begun, given=given(answers(matrix())), now=NOW)


def test_a_referral_without_a_child_or_a_level_is_not_assessed(cast: Cast, keira: Child) -> None:
    with seated(cast.by("helen")) as by:
        nobody = refer(by=by, child=None, told=told(given="A", family="B"), now=NOW)
        with pytest.raises(Unfit, match="Match this referral"):
            begin(by=by, referral=nobody, framework=matrix(), kind="first")
        hers = refer(by=by, child=keira, told=told(), now=NOW)
        with pytest.raises(Unfit, match="Give the level at the point of referral"):
            begin(by=by, referral=hers, framework=matrix(), kind="first")


def test_a_review_starts_from_the_one_before(cast: Cast, referral: Referral, assessed: Assessed) -> None:
    first = assessed(level="high", missing_night="strong")
    later = assessed("review", level="medium", now=NOW + timedelta(days=20), missing_night="some")
    assert later.previous_id == first.pk
    with seated(cast.by("helen")) as by:
        assert list(Level.objects.filter(referral=referral).order_by("at", "pk").values_list("level", "point")) == [
            ("medium", "referral"), ("high", "assessment"), ("medium", "review"),
        ]  # fmt: skip
        with pytest.raises(Unfit, match="has a first assessment already"):
            begin(by=by, referral=referral, framework=matrix(), kind="first")


def test_reviews_fall_due(cast: Cast, referral: Referral, assessed: Assessed) -> None:
    due = date(2026, 12, 22)

    def found(until: date) -> list[int]:
        with seated(cast.by("helen")):
            return list(Assessment.objects.reviews_due(until).values_list("pk", flat=True))

    first = assessed(level="high")
    assert (found(due - timedelta(days=1)), found(due)) == ([], [first.pk])
    later = assessed("review", level="medium", now=NOW + timedelta(days=20))
    assert (found(due), found(date(2027, 4, 1))) == ([], [later.pk])
    with seated(cast.by("helen")) as by:
        withdraw(
            by=by, assessment=later, why="Of another child", stands="high", who="Helen", now=NOW + timedelta(days=21)
        )
        assert found(due) == [first.pk]
        close(by=by, referral=referral, outcome="safer", why="Plan ended", now=NOW)
        assert found(date(2030, 1, 1)) == []


def test_a_mistake_is_withdrawn_with_a_reason_and_read_still(cast: Cast, assessed: Assessed) -> None:
    made = assessed()
    with seated(cast.by("helen")) as by:
        with pytest.raises(Unfit, match="Say why"):
            withdraw(by=by, assessment=made, why=" ", now=NOW)
        withdraw(by=by, assessment=made, why="Of another child", stands="medium", who="Helen", now=NOW)
        kept = Assessment.objects.get(pk=made.pk)
        assert (kept.state, kept.rationale, kept.withdrawn_why) == ("withdrawn", made.rationale, "Of another child")
        with pytest.raises(Unfit, match="was withdrawn"):
            withdraw(by=by, assessment=made, why="Again", now=NOW)
        with pytest.raises(Unfit, match="was withdrawn"):
            finish(by=by, assessment=made, given=given({}), now=NOW)


def test_whoever_withdraws_says_which_level_stands_now(cast: Cast, referral: Referral, assessed: Assessed) -> None:
    """The level that was given stays readable, and is no longer the latest; a later one is left as it is."""
    made = assessed(level="high", now=NOW + timedelta(days=1))
    later = NOW + timedelta(days=2)
    with seated(cast.by("helen")) as by:
        found = level_before(made)
        assert found is not None
        assert (found.level, found.point) == ("medium", "referral")
        for stands, who, sentence in (
            ("", "Helen", "which level stands"),
            ("none", "Helen", "which level"),
            ("low", " ", "whose"),
        ):
            with pytest.raises(Unfit, match=sentence):
                withdraw(by=by, assessment=made, why="Of another child", stands=stands, who=who, now=later)
        assert latest_level(referral.child_id or 0).level == "high"  # type: ignore[union-attr]
        withdraw(by=by, assessment=made, why="Of another child", stands="medium", who="Ann, team manager", now=later)
        now_is = latest_level(referral.child_id or 0)
        assert now_is is not None
        assert (now_is.level, now_is.by, now_is.number) == ("medium", "Ann, team manager", None)
        assert "withdrawn: Of another child" in now_is.rationale
        assert Level.objects.filter(number=made.pk, level="high").exists(), "history stays"
    again = assessed(level="low", now=NOW + timedelta(days=3))
    with seated(cast.by("helen")) as by:
        give_level(by=by, referral=referral, level="high", who="Helen", rationale="New", point=Level.Point.REVIEW,
                   now=NOW + timedelta(days=4))  # fmt: skip
        count = Level.objects.count()
        withdraw(by=by, assessment=again, why="Of another child", now=NOW + timedelta(days=5))
        assert Level.objects.count() == count, "the level that was given since stands"


def test_withdrawn_after_closing_a_level_stands_all_the_same(
    cast: Cast, referral: Referral, assessed: Assessed
) -> None:
    made = assessed(level="high", now=NOW + timedelta(days=1))
    with seated(cast.by("helen")) as by:
        close(by=by, referral=referral, outcome="safer", why="Plan ended", now=NOW + timedelta(days=2))
        withdraw(by=by, assessment=made, why="Mistaken", stands="low", who="Helen", now=NOW + timedelta(days=3))
        now_is = latest_level(referral.child_id or 0)
        assert now_is is not None
        assert (now_is.level, now_is.point) == ("low", "closure")


def test_who_assesses(cast: Cast, referral: Referral, assessed: Assessed) -> None:
    made = assessed()
    for name in ("daniel", "amina", "nadia", "arthur", "fiona", "ruth", "colin", "wendy", "grace", "adam"):
        with seated(cast.by(name)) as by:
            with pytest.raises(Refused, match="Only the exploitation team"):
                withdraw(by=by, assessment=made, why="x", now=NOW)
            with pytest.raises(Refused, match="Only the exploitation team"):
                begin(by=by, referral=referral, framework=made.framework, kind="review")


CHANGES = [
    "UPDATE assessments_assessment SET level = 'low' WHERE state = 'finished'",
    "UPDATE assessments_assessment SET points = 0 WHERE state = 'finished'",
    "UPDATE assessments_assessment SET rationale = 'other' WHERE state = 'finished'",
    "UPDATE assessments_assessment SET state = 'begun' WHERE state = 'finished'",
    "UPDATE assessments_assessment SET state = 'withdrawn', withdrawn_at = now(), withdrawn_why = 'x', level = 'low'",
]


@pytest.mark.parametrize("statement", CHANGES)
def test_the_database_refuses_to_change_what_is_finished(cast: Cast, assessed: Assessed, statement: str) -> None:
    assessed()
    for by in (cast.by("helen"), cast.operator):
        with seated(by), pytest.raises(IntegrityError, match="finished assessment is not changed"):
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)


def test_what_was_answered_is_not_changed_nor_added_to(cast: Cast, assessed: Assessed) -> None:
    made = assessed(home_abuse="")
    with seated(cast.by("helen")):
        for statement in ("UPDATE assessments_said SET answer = 'no'", "DELETE FROM assessments_said"):
            with pytest.raises(DatabaseError, match="permission denied"):
                with transaction.atomic(), connection.cursor() as cursor:
                    cursor.execute(statement)
        with pytest.raises(IntegrityError, match="is not changed"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO assessments_said (assessment_id, child_id, factor_id, answer, weight)"
                " SELECT %s, %s, f.id, 'no', 0 FROM assessments_frameworkfactor f WHERE f.code = 'home_abuse'",
                [made.pk, made.child_id],
            )


def test_an_answer_has_the_weight_of_its_framework(cast: Cast, referral: Referral) -> None:
    add = ("INSERT INTO assessments_said (assessment_id, child_id, factor_id, answer, weight)"
           " SELECT %s, %s, f.id, %s, %s FROM assessments_frameworkfactor f WHERE f.code = %s")  # fmt: skip
    with seated(cast.by("helen")) as by:
        made = begin(by=by, referral=referral, framework=matrix(), kind="first")
        for answer, weight, code in (("strong", 1, "home_abuse"), ("no", None, "home_abuse"), ("yes", 1, "v_sexual")):
            with pytest.raises(IntegrityError, match="has no such answer"):
                with transaction.atomic(), connection.cursor() as cursor:
                    cursor.execute(add, [made.pk, made.child_id, answer, weight, code])
        with connection.cursor() as cursor:
            cursor.execute(add, [made.pk, made.child_id, "strong", 4, "home_abuse"])
            assert cursor.rowcount == 1


@pytest.mark.parametrize(("name", "sees"), [
    ("helen", 1), ("arthur", 1), ("daniel", 1), ("nadia", 1), ("amina", 0), ("grace", 0),
])  # fmt: skip
def test_who_reads(cast: Cast, assessed: Assessed, name: str, sees: int) -> None:
    assessed()
    with seated(cast.by(name)):
        assert Assessment.objects.count() == sees
        assert bool(Said.objects.count()) == bool(sees)
