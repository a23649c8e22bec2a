"""A child's page of 300 lines, and the agenda of a meeting about 60 children, at 1,000 and at 600,000 referrals.

In the larger county the chronologies hold more than two million lines: each referral has a level and decisions, every other
open one a plan with a service and a review. Both have the same child with 100 referrals, and the same meeting. Two granian
workers each, the team's seat, over HTTP, with row security on.
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
from bench.pages import PASSWORD, Browser, environ, installed, site, timed
from meg.config.postgres import EmbeddedPostgres
from meg.partnership.seats import ALL_ROLES

REFERRALS = (1_000, 600_000)
AT_MOST, QUERIES = 1.5, 12  # times the smaller county's time; queries of one page
ON_THE_AGENDA = 60

# Two referrals a child, five years of them; every third is closed, the others are taken on. The first child has a hundred.
FILL = """
SELECT set_config('meg.partnership', '1', false), set_config('meg.name', 'Bench', false), set_config('meg.seat', 'team', false);
INSERT INTO children_child (date_of_birth, sex, ethnicity, disabilities, responsible_authority)
  SELECT date '2011-01-01' + (n % 1500), CASE n % 2 WHEN 0 THEN 'M' ELSE 'F' END, 'WBRI', '{{}}', '840'
  FROM generate_series(1, {children}) n;
INSERT INTO children_name (child_id, kind, given, family)
  SELECT id, 'name', initcap(translate(substr(md5(id::text), 1, 6), '0123456789', 'aeiouaeiou')),
    initcap(translate(substr(md5('f' || id), 1, 8), '0123456789', 'ourneslati')) FROM children_child;
CREATE TEMP TABLE told AS SELECT c.id AS child_id, c.id % 3 = 0 AS closed,
    now() - ((c.id * 7919 + k * 613) % 1800 + 1) * interval '1 day' AS received
  FROM children_child c, generate_series(1, 2) k;
INSERT INTO told SELECT (SELECT min(id) FROM children_child), false, now() - n * interval '11 days' FROM generate_series(1, 98) n;
INSERT INTO exploitation_referral (child_id, state, received_at, received_to_the_minute, referred_by, role, source, how_known,
    given, family, known_where, concerns, kinds, began, platform, place, place_not_known, vulnerabilities, push, pull, control,
    linked_missing, cross_border, cross_border_where, voice, voice_because, consent, consent_because, danger, danger_done,
    transition_reason, decided_at, closed_at, outcome, told_words, file_source)
  SELECT child_id, CASE WHEN closed THEN 'closed' ELSE 'open' END, received, true, 'Bench', '', '2A', 'record', '', '', '', '',
    '{{online}}', 'not_known', '', '', 'not_told', '{{}}', '{{}}', '{{}}', '{{}}', 'no', 'no', '', '', 'x', 'given', '', false, '', '',
    received, CASE WHEN closed THEN received + interval '9 days' END, CASE WHEN closed THEN 'safer' ELSE '' END, '', 'bench'
  FROM told;
INSERT INTO exploitation_level (referral_id, child_id, level, point, by, rationale, at, review_on)
  SELECT id, child_id, (ARRAY['low', 'medium', 'high'])[1 + id % 3], 'referral', 'Bench', 'As told', received_at,
    (received_at + interval '400 days')::date FROM exploitation_referral;
INSERT INTO exploitation_decision (referral_id, child_id, what, outcome, why, at)
  SELECT id, child_id, 'take_on', '', 'Agreed', received_at FROM exploitation_referral;
INSERT INTO exploitation_decision (referral_id, child_id, what, outcome, why, at)
  SELECT id, child_id, 'close', outcome, 'Agreed', closed_at FROM exploitation_referral WHERE state = 'closed';
INSERT INTO plans_service (agency_id, name, about, valid)
  SELECT min(id), 'Mentoring', '', daterange('2016-04-01', NULL) FROM agencies_agency;
INSERT INTO plans_plan (child_id, referral_id, words, review_on, opened_at)
  SELECT child_id, id, 'Agreed', current_date + 30, received_at FROM exploitation_referral WHERE state = 'open' AND id % 2 = 0;
INSERT INTO plans_aim (plan_id, child_id, words, known_by) SELECT id, child_id, 'Agreed', 'The register' FROM plans_plan;
INSERT INTO plans_given (plan_id, child_id, service_id, agency_id, given_from)
  SELECT p.id, p.child_id, s.id, s.agency_id, p.opened_at::date FROM plans_plan p, plans_service s;
INSERT INTO plans_review (plan_id, child_id, at, by, words) SELECT id, child_id, opened_at, 'Bench', 'As planned' FROM plans_plan;
INSERT INTO meetings_meeting (starts_at, "where", chair_id, closes_on, state, frozen)
  SELECT now() + interval '2 days', 'Room 2', (SELECT min(id) FROM access_member), current_date + 1, 'open', '{{}}';
INSERT INTO meetings_item (meeting_id, child_id, title, shared, position, late, state)
  SELECT (SELECT max(id) FROM meetings_meeting), id, '', false, row_number() OVER (ORDER BY id), false, 'on'
  FROM children_child ORDER BY id LIMIT {agenda};
INSERT INTO meetings_reason (meeting_id, item_id, child_id, kind, words)
  SELECT meeting_id, id, child_id, 'level', 'Level to be reviewed.' FROM meetings_item;
VACUUM ANALYZE
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
client.get("/help/")
own = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "SELECT current_setting")
for address in sys.argv[2:]:
    client.get(address)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    print(sum(not one["sql"].startswith(own) for one in asked.captured_queries))
"""


def county(home: Path, referrals: int) -> dict[str, str]:
    """An installation with so many referrals. Returns the addresses of the two pages, by name."""
    installed(home)
    server = EmbeddedPostgres(home, ALL_ROLES)
    with server.in_use():
        subprocess.run(
            [sys.executable, "-c", SET_UP, EMAIL, PASSWORD], env={**environ(home), "MEG_AS": "owner"}, check=True
        )
        with psycopg.connect(server.dsn("postgres"), autocommit=True) as database:
            database.execute("UPDATE agencies_partnership SET demonstration = true")
            for statement in FILL.format(children=referrals // 2, agenda=ON_THE_AGENDA).split(";\n"):
                database.execute(statement.encode())
            found = database.execute(
                "SELECT (SELECT reference FROM children_child ORDER BY id LIMIT 1), (SELECT max(id) FROM meetings_meeting)"
            ).fetchone()
    assert found
    return {"child's page": f"/children/{found[0]}/", "agenda": f"/meetings/{found[1]}/agenda/"}


def asked(home: Path, addresses: dict[str, str]) -> list[int]:
    """How often each page asks the database."""
    command = [sys.executable, "-c", COUNT, EMAIL, *addresses.values()]
    said = subprocess.run(command, env=environ(home), check=True, stdout=subprocess.PIPE, text=True).stdout
    return [int(number) for number in said.split()[-len(addresses) :]]


def checked(browser: Browser, addresses: dict[str, str]) -> None:
    """Both pages hold what is measured: ends where they do not."""
    lines = re.search(r"of (\d+)</strong> newest first", browser.get(addresses["child's page"]))
    assert lines, "The child's page counts no lines."
    assert int(lines[1]) >= 300, lines[0]
    assert browser.get(addresses["agenda"]).count("Level to be reviewed.") >= ON_THE_AGENDA


def run(folder: Path) -> str:
    """Both counties at once, their pages by turns, and the ratio of their medians."""
    homes = {referrals: folder / f"protecting-{referrals}" for referrals in REFERRALS}
    addresses = {referrals: county(home, referrals) for referrals, home in homes.items()}
    with ExitStack() as both:
        browsers = {referrals: both.enter_context(site(home, EMAIL)) for referrals, home in homes.items()}
        pages: dict[int, dict[str, Callable[[], object]]] = {}
        for referrals, browser in browsers.items():
            checked(browser, addresses[referrals])
            pages[referrals] = {name: partial(browser.get, one) for name, one in addresses[referrals].items()}
        taken = timed(pages)
        queries = asked(homes[REFERRALS[-1]], addresses[REFERRALS[-1]])
    lines = ["the team's seat, 2 workers each, by turns, milliseconds (median, 95 in 100)"]
    for small, large, number in zip(*(taken[one] for one in REFERRALS), queries, strict=True):
        lines.append(
            f"{small.page:13} {REFERRALS[0]:,} referrals {small.median:6.1f} {small.slow:6.1f}   {REFERRALS[1]:,} referrals "
            f"{large.median:6.1f} {large.slow:6.1f}   {large.median / small.median:.2f} times, {number} queries "
            f"(asked: {AT_MOST} at most, and {QUERIES})"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    print(run(Path(sys.argv[1])))
