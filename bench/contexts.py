"""The proposed groups and the list of contexts, at 10,000 and at 100,000 places and people that records name.

Half of the records are of the last twelve months; 3,000 different names stand in the smaller county, 30,000 in the larger, so
that some thousands of groups are proposed. Two granian workers each, the team's seat, over HTTP, with row security on.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import psycopg

from bench.board import EMAIL, SET_UP
from bench.pages import PASSWORD, environ, installed, site, timed
from meg.config.postgres import EmbeddedPostgres
from meg.partnership.seats import ALL_ROLES

NAMED = (10_000, 100_000)
AT_MOST = 1000  # milliseconds, of the proposals at 10,000

# Two places or people a referral, one child a referral; names are drawn from as many as three tenths of what is named.
FILL = """
SELECT set_config('meg.partnership', '1', false), set_config('meg.name', 'Bench', false), set_config('meg.seat', 'team', false);
INSERT INTO children_child (date_of_birth, sex, ethnicity, disabilities, responsible_authority)
  SELECT date '2011-01-01' + (n % 1500), CASE n % 2 WHEN 0 THEN 'M' ELSE 'F' END, 'WBRI', '{{}}', '840'
  FROM generate_series(1, {named} / 4) n;
INSERT INTO children_name (child_id, kind, given, family) SELECT id, 'name', 'Given', 'Family ' || id FROM children_child;
INSERT INTO exploitation_referral (child_id, state, received_at, received_to_the_minute, referred_by, role, source, how_known,
    given, family, known_where, concerns, kinds, began, platform, place, place_not_known, vulnerabilities, push, pull, control,
    linked_missing, cross_border, cross_border_where, voice, voice_because, consent, consent_because, danger, danger_done,
    transition_reason, decided_at, outcome, told_words, file_source)
  SELECT c.id, 'open', now() - ((c.id * 7919 + k * 613) % 730 + 1) * interval '1 day', true, 'Bench', '', '2A', 'record', '', '',
    '', '', '{{online}}', 'not_known', '', '', 'not_told', '{{}}', '{{}}', '{{}}', '{{}}', 'no', 'no', '', '', 'x', 'given', '',
    false, '', '', now(), '', '', 'bench' FROM children_child c, generate_series(1, 2) k;
INSERT INTO exploitation_link (referral_id, child_id, kind, name, about)
  SELECT r.id, r.child_id, (ARRAY['place', 'person', 'online'])[1 + (r.id + k) % 3],
    '  Place  Number ' || (r.id * 104729 + k * 7907) % ({named} * 3 / 10), ''
  FROM exploitation_referral r, generate_series(1, 2) k;
VACUUM ANALYZE
"""


def county(home: Path, named: int) -> None:
    """An installation whose referrals name so many places and people."""
    installed(home)
    server = EmbeddedPostgres(home, ALL_ROLES)
    with server.in_use():
        words = [sys.executable, "-c", SET_UP, EMAIL, PASSWORD]
        subprocess.run(words, env={**environ(home), "MEG_AS": "owner"}, check=True)
        with psycopg.connect(server.dsn("postgres"), autocommit=True) as database:
            database.execute("UPDATE agencies_partnership SET demonstration = true")
            for statement in FILL.format(named=named).split(";\n"):
                database.execute(statement.encode())


def run(folder: Path) -> str:
    """Both counties at once, their pages by turns."""
    homes = {named: folder / f"contexts-{named}" for named in NAMED}
    for named, home in homes.items():
        county(home, named)
    groups: dict[int, str] = {}
    with ExitStack() as both:
        pages: dict[int, dict[str, Callable[[], object]]] = {}
        for named, home in homes.items():
            browser = both.enter_context(site(home, EMAIL))
            found = re.search(r"25 of ([\d,]+)</strong>", browser.get("/contexts/proposals/"))
            assert found, "No page of proposed groups is shown."
            groups[named] = found[1]
            pages[named] = {
                "proposed groups": partial(browser.get, "/contexts/proposals/"),
                "contexts": partial(browser.get, "/contexts/"),
            }
        taken = timed(pages)
    lines = ["the team's seat, 2 workers each, by turns, milliseconds (median, 95 in 100)"]
    for small, large in zip(*(taken[named] for named in NAMED), strict=True):
        lines.append(
            f"{small.page:15} {NAMED[0]:,} named, {groups[NAMED[0]]} groups {small.median:6.1f} {small.slow:6.1f}   "
            f"{NAMED[1]:,} named, {groups[NAMED[1]]} groups {large.median:6.1f} {large.slow:6.1f}"
        )
    return "\n".join([*lines, f"(asked of the smaller: {AT_MOST} at most)"])


if __name__ == "__main__":
    print(run(Path(sys.argv[1])))
