"""Frameworks: two come with MEG; a change of one in use makes a new version; old assessments keep theirs."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from conftest import Cast
from meg.partnership.seats import Refused, seated
from meg.protect.assessments.actions import (
    FactorSaid,
    FrameworkSaid,
    begin,
    bring_frameworks_up_to_date,
    change_framework,
    end_framework,
    finish,
    keep_factor,
    leave_out,
    new_version,
    publish,
    start_framework,
)
from meg.protect.assessments.models import Assessment, Framework, FrameworkFactor
from meg.protect.assessments.rules import read_answers, tool_wrong
from meg.protect.assessments.tests.conftest import NOW, Assessed, answers, given, matrix
from meg.protect.children.rules import Unfit
from meg.protect.exploitation.models import Referral
from meg.protect.missing.tests.pages import SignIn, text_of

TODAY = date(2026, 11, 24)
OWN = FrameworkSaid("Our tool", "What it is", "Weights add up", "", "0-1, low, Low\n2+, high, High",
                    {"low": 100, "medium": 50, "high": 20}, 0)  # fmt: skip
ASKED = FactorSaid("Home", "Something", answers=read_answers("0, No\n2, Yes"))


def test_two_frameworks_come_with_meg_and_can_be_used(cast: Cast) -> None:
    with seated(cast.operator) as by:
        found = list(Framework.objects.in_use())
        assert [one.key for one in found] == ["matrix", "weighted"]
        for one in found:
            assert tool_wrong(one.tool(), one.review_days) == []
        assert bring_frameworks_up_to_date(by=by) == 2
        assert Framework.objects.count() == 2
    with seated(cast.by("helen")) as by, pytest.raises(Refused):
        bring_frameworks_up_to_date(by=by)


def test_the_weighted_tool_has_the_items_and_weights_that_are_documented(cast: Cast) -> None:
    with seated(cast.by("arthur")):
        tool = matrix("weighted").tool()
    by_section: dict[str, list[int]] = {}
    for one in tool.factors:
        by_section.setdefault(one.section, []).append(one.heaviest)
    assert [(len(found), set(found)) for found in by_section.values()] == [(11, {1}), (12, {1}), (7, {6})]
    assert [(one.least, one.most, one.level) for one in tool.bands] == [
        (0, 5, "low"), (6, 10, "low"), (11, 15, "medium"), (16, None, "high"),
    ]  # fmt: skip


def test_a_framework_in_use_is_changed_by_a_new_version_alone(
    cast: Cast, referral: Referral, assessed: Assessed
) -> None:
    old = assessed(home_abuse="some")
    with seated(cast.by("helen")) as by:
        one = matrix()
        said = FrameworkSaid("Factor matrix", "New words", one.scored, one.caution, one.bands, one.review_days, 3)
        draft = change_framework(by=by, framework=one, said=said)
        assert (draft.version, draft.state, draft.about) == (2, "draft", "New words")
        assert new_version(by=by, framework=one).pk == draft.pk
        leave_out(by=by, framework=one, code="home_abuse")
        keep_factor(by=by, framework=one, said=ASKED)
        one.refresh_from_db()
        assert (one.about, len(one.tool().factors), len(draft.tool().factors)) != ("New words", 29, 29)
        assert len(one.tool().factors) == 29
        with pytest.raises(Unfit, match="Choose a framework that is in use"):
            begin(by=by, referral=referral, framework=draft, kind="review")
        publish(by=by, framework=draft, today=TODAY)
        one.refresh_from_db()
        assert (one.state, one.valid_to, matrix().pk) == ("ended", TODAY, draft.pk)
        assert Assessment.objects.get(pk=old.pk).framework_id == one.pk
        codes = [factor.code for factor in matrix().tool().factors]
        assert "home_abuse" not in codes
        assert len(codes) == 29


def test_an_assessment_that_was_begun_keeps_its_version(cast: Cast, referral: Referral) -> None:
    with seated(cast.by("helen")) as by:
        one = matrix()
        made = begin(by=by, referral=referral, framework=one, kind="first")
        publish(by=by, framework=new_version(by=by, framework=one), today=TODAY)
        done = finish(by=by, assessment=made, given=given(answers(one)), now=NOW)
        assert done.framework_id == one.pk


def test_a_framework_of_ones_own(cast: Cast, referral: Referral) -> None:
    with seated(cast.by("helen")) as by:
        made = start_framework(by=by, said=OWN)
        with pytest.raises(Unfit, match="Add at least one factor"):
            publish(by=by, framework=made, today=TODAY)
        keep_factor(by=by, framework=made, said=ASKED)
        publish(by=by, framework=made, today=TODAY)
        with pytest.raises(Unfit, match="published already"):
            publish(by=by, framework=made, today=TODAY)
        with pytest.raises(Unfit, match="of this title already"):
            start_framework(by=by, said=OWN)
        begun = begin(by=by, referral=referral, framework=made, kind="first")
        done = finish(by=by, assessment=begun, given=given(answers(made, "yes"), "high"), now=NOW)
        assert (done.points, done.proposed, done.review_on) == (2, "high", date(2026, 12, 14))
        end_framework(by=by, framework=made, today=TODAY)
        with pytest.raises(Unfit, match="not in use"):
            end_framework(by=by, framework=made, today=TODAY)


def test_only_the_team_keeps_frameworks(cast: Cast) -> None:
    for name in ("daniel", "nadia", "arthur", "colin", "grace", "adam"):
        with seated(cast.by(name)) as by, pytest.raises(Refused, match="Only the exploitation team"):
            start_framework(by=by, said=OWN)


STATEMENTS = [
    "UPDATE assessments_frameworkfactor SET label = 'other' WHERE code = 'home_abuse'",
    "UPDATE assessments_frameworkfactor SET left_out = true WHERE code = 'home_abuse'",
    "UPDATE assessments_framework SET bands = '0+, low, Low' WHERE key = 'matrix'",
    "UPDATE assessments_framework SET state = 'draft' WHERE key = 'matrix'",
    "INSERT INTO assessments_frameworkfactor (framework_id, section, position, code, label, help, harm, answers, left_out)"
    " SELECT id, 'Home', 1, 'x', 'x', '', false, '[]', false FROM assessments_framework WHERE key = 'matrix'",
]


@pytest.mark.parametrize("statement", STATEMENTS)
def test_the_database_refuses_to_change_what_was_published(cast: Cast, statement: str) -> None:
    for by in (cast.by("helen"), cast.operator):
        with seated(by), pytest.raises(IntegrityError, match="Make a new version"):
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)


def test_the_editor(cast: Cast, as_member: SignIn) -> None:
    client = as_member("helen")
    bad = {"title": "Ours", "bands": "0-5 low", "high": "28", "medium": "91", "low": "0", "most_missing": "0"}
    page = text_of(client.post("/frameworks/new/", bad))
    assert "‘0-5 low’ is not a band" in page
    assert "from 1 to 366" in page
    assert "0-5 low</textarea>" in page
    good = bad | {"bands": "0-1, low, Low\n2+, high, High", "low": "182"}
    assert client.post("/frameworks/new/", good)["Location"] == "/frameworks/ours/1/"
    assert "Add at least one factor." in text_of(client.get("/frameworks/ours/1/"))
    factor = {"section": "Home", "label": "Something", "answers": "No"}
    assert "‘No’ is not an answer" in text_of(client.post("/frameworks/ours/1/factors/new/", factor))
    client.post("/frameworks/ours/1/factors/new/", factor | {"answers": "0, No\n2, Yes"})
    with seated(cast.by("helen")):
        code = FrameworkFactor.objects.get(framework__key="ours").code
    client.post(f"/frameworks/ours/1/factors/{code}/", factor | {"answers": "0, No\n3, Yes", "harm": "on"})
    assert "Yes 3" in text_of(client.get("/frameworks/ours/1/"))
    assert "is in use from today" in text_of(client.post("/frameworks/ours/1/publish/", follow=True))
    moved = client.post(f"/frameworks/ours/1/factors/{code}/", factor | {"answers": "0, No\n4, Yes"})
    assert moved["Location"] == "/frameworks/ours/2/"
    assert client.post(f"/frameworks/ours/2/factors/{code}/leave-out/").status_code == 302
    assert client.post("/frameworks/ours/1/new-version/")["Location"] == "/frameworks/ours/2/"
    assert "no new assessment" in text_of(client.post("/frameworks/ours/1/end/", follow=True))
    assert client.get("/frameworks/ours/9/").status_code == 404
    assert client.get("/frameworks/ours/1/factors/none/").status_code == 404
    for name in ("arthur", "daniel"):
        assert as_member(name).post("/frameworks/ours/2/publish/").status_code == 403
