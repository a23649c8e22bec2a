"""When the demonstration is shown at once, when its tables are brought up to date, and when it is made anew."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import call_command

from conftest import Cast
from meg.config.demonstration.showing import MADE, Mark, is_ready
from meg.oversight.performance.models import Indicator
from meg.partnership.codes.models import Code
from meg.partnership.seats import seated


def test_one_that_was_made_today_is_shown_at_once(tmp_path: Path) -> None:
    assert not is_ready(tmp_path)
    Mark.now().keep(tmp_path)
    assert is_ready(tmp_path)
    assert Mark.kept(tmp_path) == Mark.now()


@pytest.mark.parametrize(("days", "why"), [(0, ""), (6, ""), (7, "on "), (-1, "on ")])
def test_its_dates_make_sense_for_a_week(days: int, why: str) -> None:
    now = Mark.now()
    said = replace(now, day=now.day - timedelta(days=days)).why_anew(now)
    assert said.startswith(why) if why else said == ""


def test_another_recipe_makes_it_anew_and_other_tables_do_not(tmp_path: Path) -> None:
    now = Mark.now()
    assert replace(now, recipe="0" * 16).why_anew(now) == "by another version of MEG"
    older = replace(now, tables="0" * 16)
    assert older.why_anew(now) == ""
    older.keep(tmp_path)
    assert not is_ready(tmp_path)


def test_a_mark_of_which_nothing_is_known_is_of_another_version(tmp_path: Path) -> None:
    (tmp_path / MADE).touch()
    kept = Mark.kept(tmp_path)
    assert kept is not None
    assert kept.why_anew(Mark.now()) == "by another version of MEG"


def test_an_upgrade_of_what_is_up_to_date_changes_nothing(cast: Cast) -> None:
    with seated(cast.operator):
        before = Indicator.objects.count(), Code.objects.count()
    out = io.StringIO()
    call_command("upgrade", stdout=out)
    call_command("upgrade", stdout=out)
    with seated(cast.operator):
        assert (Indicator.objects.count(), Code.objects.count()) == before
    first, done, *again = out.getvalue().splitlines()
    assert first.startswith("Caldershire has ")
    assert [first, done] == again
