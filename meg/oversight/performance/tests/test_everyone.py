"""The figures of every partnership: two at once, and one that cannot be computed stops no other."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange

from conftest import Cast
from meg.config.postgres import EmbeddedPostgres
from meg.oversight.performance.actions import bring_specification_up_to_date
from meg.oversight.performance.everyone import MANY, Brought, bring_everyone_up_to_date, bring_one, in_a_sentence
from meg.oversight.performance.jobs import FiguresTrouble, compute_again
from meg.oversight.performance.models import Figure, Indicator
from meg.oversight.performance.tests.records import many
from meg.partnership.seats import ALL_ROLES, seated
from tests.test_the_site import Installation

MORE = """
INSERT INTO agencies_partnership (name, authority, team_name, demonstration)
  SELECT 'County ' || n, (840 + n)::text, '', true FROM generate_series(1, {more}) n;
INSERT INTO performance_indicator (partnership_id, number, position, strand, name, title, type, polarity, source,
    reported, supplied, disclosure, scorecard, measure, settings, valid)
  SELECT id, '99', 1, 'protect', 'Unknown', 'Unknown', '', 'neutral', '', '', '', 'children', '', 'no_such', '{{}}',
    daterange('2012-04-01', NULL)
  FROM agencies_partnership WHERE authority = '843'"""


def test_figures_are_brought_up_to_date_and_troubles_are_told(cast: Cast) -> None:
    many(cast)
    with seated(cast.operator) as by:
        bring_specification_up_to_date(by=by)
    compute_again(timestamp=0)
    with seated(cast.operator) as by:
        assert Figure.objects.current().count() == 68
        unknown = Indicator(number="99", position=99, strand="protect", measure="no_such")
        unknown.valid = DateRange(date(2012, 4, 1), None)
        unknown.save()
    (one,) = bring_everyone_up_to_date()
    assert (one.authority, one.trouble.split(",")[0].split(" in ")[0]) == ("840", "KeyError")
    with pytest.raises(FiguresTrouble, match="authority 840, KeyError"):
        compute_again(timestamp=0)
    with seated(cast.operator):
        assert Figure.objects.current().count() == 68, "what stood stands"


def test_a_refusal_is_told_in_its_own_words() -> None:
    found = [Brought("841", 0.1, "No figure can be shown."), Brought("842", 0.1, "ValueError in a.py, line 3")]
    assert in_a_sentence(found) == (
        "Figures that are not up to date: authority 841, No figure can be shown; "
        "authority 842, ValueError in a.py, line 3."
    )


def test_a_partnership_that_is_not_there_is_told(cast: Cast) -> None:
    assert bring_one("999").trouble.startswith("CommandError")


@pytest.fixture(scope="module")
def region() -> Iterator[Installation]:
    """An installation in a folder that every user may pass through, which pytest's own are not."""
    home = Path(tempfile.mkdtemp(prefix="meg-region-")).resolve()
    home.chmod(0o755)
    made = Installation(home)
    assert made.meg("init", "--name", "County", "--authority", "840").returncode == 0
    yield made
    EmbeddedPostgres(home, ALL_ROLES).stop()
    shutil.rmtree(home)


def test_processes_of_their_own_compute_many(region: Installation) -> None:
    """More partnerships than one process computes; the indicator of one of them has no measure."""
    with EmbeddedPostgres(region.home, ALL_ROLES).in_use(), region.database("postgres") as database:
        database.execute("SELECT set_config('meg.partnership', '1', false)")
        for statement in MORE.format(more=MANY).split(";\n"):
            database.execute(statement.encode())
        said = region.meg("figures", "--everyone", "--json")
    found = json.loads(said.stdout)
    assert [one["authority"] for one in found] == [str(840 + n) for n in range(MANY + 1)]
    assert [one["authority"] for one in found if one["trouble"]] == ["843"]
    assert said.returncode == 1
    assert said.stderr.startswith("Figures that are not up to date: authority 843, KeyError in ")


ALONE = """
import os, sys, time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from meg.oversight.performance.begin import begin
if __name__ == "__main__":
    with ProcessPoolExecutor(1, get_context("spawn"), begin) as processes:
        print(processes.submit(os.getpid).result(), flush=True)
        time.sleep(60)
"""


def test_no_process_outlives_the_one_that_began_it(tmp_path: Path) -> None:
    script = tmp_path / "alone.py"
    script.write_text(ALONE)
    began = subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, text=True, env=dict(os.environ))
    assert began.stdout is not None
    child = int(began.stdout.readline())
    os.kill(began.pid, signal.SIGKILL)
    began.wait()
    until = time.monotonic() + 20
    while lives(child):
        assert time.monotonic() < until
        time.sleep(0.05)


def lives(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
