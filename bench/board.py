"""The missing board at 1,000 and at 100,000 past episodes, over HTTP, with row security on.

Both counties have the same 300 open matters: 60 children missing now, 120 interviews that wait, 100 episodes for the team,
20 children whose episodes have reached the threshold. In the larger one thousands of other episodes began in the last 90
days, at most one a child, so that the repeats are looked for among them. Two granian workers, the team's seat.
"""

from __future__ import annotations

import re
import subprocess
import sys
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import psycopg

from bench.pages import PASSWORD, Browser, environ, installed, site, timed
from meg.config.postgres import EmbeddedPostgres
from meg.partnership.seats import ALL_ROLES

EMAIL = "team@bench.example"
PAST = (1_000, 100_000)
OPEN = 300
AT_MOST, QUERIES = 1.5, 10  # times the smaller county's time; queries of one page

CHILDREN = """
SELECT set_config('meg.partnership', '1', false), set_config('meg.name', 'Bench', false);
INSERT INTO children_child (date_of_birth, sex, ethnicity, disabilities, responsible_authority)
  SELECT date '2010-01-01' + (n %% 2000), CASE n %% 2 WHEN 0 THEN 'M' ELSE 'F' END, 'WBRI', '{{}}', '840'
  FROM generate_series(1, {children}) n;
INSERT INTO children_name (child_id, kind, given, family)
  SELECT id, 'name', initcap(translate(substr(md5(id::text), 1, 6), '0123456789', 'aeiouaeiou')),
    initcap(translate(substr(md5('f' || id), 1, 8), '0123456789', 'ourneslati')) FROM children_child;
CREATE TEMP TABLE told (child_id bigint, started timestamptz, returned timestamptz, scrutiny text, state text);
"""

EPISODES = """
INSERT INTO told SELECT id, s, s + interval '9 hours', 'done', 'held'
  FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM children_child) c CROSS JOIN LATERAL
    (SELECT now() - interval '6 days' - (k * interval '130 days') - ((n %% 120) * interval '1 day') AS s
     FROM generate_series(0, 4) k) t WHERE n > {open};
INSERT INTO told SELECT id, now() - (n * interval '20 minutes'), NULL, 'due', ''
  FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM children_child) c WHERE n <= 60;
INSERT INTO told SELECT id, now() - (n * interval '40 minutes') - interval '5 hours', now() - (n * interval '40 minutes'),
    'after_interview', 'due'
  FROM (SELECT id, row_number() OVER (ORDER BY id) - 60 AS n FROM children_child) c WHERE n BETWEEN 1 AND 120;
INSERT INTO told SELECT id, now() - (n * interval '1 hour') - interval '7 hours', now() - (n * interval '1 hour'), 'due', ''
  FROM (SELECT id, row_number() OVER (ORDER BY id) - 180 AS n FROM children_child) c WHERE n BETWEEN 1 AND 100;
INSERT INTO told SELECT id, now() - (k * interval '12 days'), now() - (k * interval '12 days') + interval '4 hours', 'done',
    'held'
  FROM (SELECT id, row_number() OVER (ORDER BY id) - 280 AS n FROM children_child) c, generate_series(1, 3) k
  WHERE n BETWEEN 1 AND 20;
INSERT INTO missing_interview (child_id, state, due_at, offered_by, held_at, held_by, settled_at)
  SELECT child_id, state, returned + interval '72 hours', '', CASE state WHEN 'held' THEN returned + interval '2 days' END,
    CASE state WHEN 'held' THEN 'Bench' ELSE '' END, CASE state WHEN 'held' THEN returned + interval '2 days' END
  FROM told WHERE state <> '';
INSERT INTO missing_episode (child_id, missing_from, care_status, police_category, setting, started_at,
    started_to_the_minute, reported_by, returned_at, returned_to_the_minute, ended_as, scrutiny, interview_needed,
    not_needed_because, interview_id, source, year, recorded_by)
  SELECT t.child_id, 'home', '', 'MISSING', 'own_home', t.started, true, 'Parent', t.returned, true,
    CASE WHEN t.returned IS NULL THEN '' ELSE 'returned' END, t.scrutiny, CASE t.state WHEN '' THEN '' ELSE 'yes' END,
    '', i.id, 'form', '', 'Bench'
  FROM told t LEFT JOIN missing_interview i ON i.child_id = t.child_id AND i.due_at = t.returned + interval '72 hours';
INSERT INTO missing_risk (episode_id, child_id, level, reason, assessor, at, review_at)
  SELECT id, child_id, (ARRAY['LOW', 'MEDIUM', 'HIGH'])[1 + id %% 3], 'Age and hour', 'Bench', started_at,
    started_at + interval '4 hours' FROM missing_episode WHERE id %% 4 > 0;
INSERT INTO missing_discussion (child_id, why)
  SELECT child_id, 'Three episodes' FROM missing_episode WHERE source = 'form' GROUP BY child_id
  HAVING count(*) = 3 AND child_id %% 2 = 0;
ANALYZE;
"""

SET_UP = """
import sys, django
django.setup()
from meg.partnership.access.actions import add_member
from meg.partnership.agencies.models import Agency, Partnership
from meg.partnership.seats import By, Seat, seated
by = By(None, "Operator", Seat.OPERATOR, Partnership.objects.get().pk)
with seated(by):
    add_member(by=by, email=sys.argv[1], name="Bench Team", job="", agency=Agency.objects.first(),
               seats=[Seat.TEAM], password=sys.argv[2])
"""

COUNT = """
import sys, django
django.setup()
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from meg.partnership.access.models import Account
client = Client(SERVER_NAME="localhost")
client.force_login(Account.objects.get(email=sys.argv[1]))
assert client.get("/missing/").status_code == 200
with CaptureQueriesContext(connection) as asked:
    client.get("/missing/")
own = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "SELECT current_setting")
print(sum(not one["sql"].startswith(own) for one in asked.captured_queries))
"""


def county(home: Path, past: int) -> None:
    """An installation with so many past episodes, five a child, and 300 open matters."""
    installed(home)
    server = EmbeddedPostgres(home, ALL_ROLES)
    with server.in_use():
        subprocess.run(
            [sys.executable, "-c", SET_UP, EMAIL, PASSWORD], env={**environ(home), "MEG_AS": "owner"}, check=True
        )
        with psycopg.connect(server.dsn("postgres"), autocommit=True) as database:
            database.execute("UPDATE agencies_partnership SET demonstration = true")
            for statement in (CHILDREN + EPISODES).format(children=past // 5 + OPEN, open=OPEN).split(";\n"):
                if statement.strip():
                    database.execute(statement.replace("%%", "%").encode())


def counted(home: Path, browser: Browser) -> tuple[int, int]:
    """How often the board asks the database, and how many matters it counts."""
    found = re.search(r"of ([\d,]+)</strong> open matters", browser.get("/missing/"))
    assert found, "The board counts no matter."
    asked = subprocess.run([sys.executable, "-c", COUNT, EMAIL], env=environ(home), check=True, stdout=subprocess.PIPE)
    return int(asked.stdout.split()[-1]), int(found[1].replace(",", ""))


def run(folder: Path) -> str:
    """Both counties at once, the board of each by turns, and the ratio of their medians."""
    homes = {past: folder / f"board-{past}" for past in PAST}
    for past, home in homes.items():
        county(home, past)
    with ExitStack() as both:
        browsers = {past: both.enter_context(site(home, EMAIL)) for past, home in homes.items()}
        taken = timed({past: {"board": partial(browser.get, "/missing/")} for past, browser in browsers.items()})
        asked = {past: counted(homes[past], browser) for past, browser in browsers.items()}
    lines = ["the team's seat, 2 workers each, by turns, milliseconds (median, 95 in 100)"]
    for past, (queries, matters) in asked.items():
        board = taken[past][0]
        lines.append(
            f"{past:>7,} past episodes, {matters} open matters: {board.median:6.1f} {board.slow:6.1f}, {queries} queries"
        )
    small, large = (taken[past][0].median for past in PAST)
    lines.append(f"{large / small:.2f} times (asked: {AT_MOST} at most, and {QUERIES} queries)")
    return "\n".join(lines)


if __name__ == "__main__":
    print(run(Path(sys.argv[1])))
