"""All figures, all periods: one partnership and 153 of them, ten years, two million episodes and 600,000 referrals, beside
DuckDB.

DuckDB reads the same rows from Parquet and counts the same numerators and denominators in one query. It has no row security,
protects no figure and keeps none; ours does all three, and both must count the same, by month, quarter and year. Ours counts
spans of twelve months too. What is counted besides episodes is filled in by a statement of `FILL`, exported by a query of
`EXPORT`, and added to the sums of `THEIRS`.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import psycopg

from bench.pages import environ, installed
from meg.config.postgres import EmbeddedPostgres
from meg.partnership.seats import ALL_ROLES

DUCKDB = "duckdb==2.0.0"
PARTNERSHIPS, CHILDREN = 153, 3_000
SOME = 10  # partnerships that are computed alone
AT_MOST = (2.0, 60.0)  # seconds: one partnership, and all of them

# Each child left four times in ten years, every third a fifth time some days after the first; two of three interviews were
# held, one in five of them late. Each child was referred, four of thirteen twice; nine of ten referrals have a level.
# Foreign keys are not checked row by row: the rows are made here.
FILL = """
SET session_replication_role = replica;
INSERT INTO agencies_partnership (name, authority, team_name, demonstration)
  SELECT 'Bench ' || n, (100 + n)::text, '', true FROM generate_series(2, {partnerships}) n;
INSERT INTO children_child (partnership_id, date_of_birth, sex, ethnicity, disabilities, responsible_authority)
  SELECT p.id, date '2008-01-01' + n % 2900, CASE n % 2 WHEN 0 THEN 'M' ELSE 'F' END, 'WBRI', '{{}}',
    CASE n % 10 WHEN 0 THEN '999' ELSE p.authority END
  FROM agencies_partnership p, generate_series(1, {children}) n;
CREATE TEMP TABLE told AS SELECT c.partnership_id, c.id AS child_id, c.id % 5 = 0 AS home, c.id + k AS pick,
    timestamptz '2016-04-02 00:00+00' + CASE k WHEN 4 THEN 5 ELSE k * 720 END * interval '1 day'
    + (c.id * 7919 % 690) * interval '1 day' + (c.id * 37 % 1380) * interval '1 minute' AS started
  FROM children_child c, generate_series(0, 4) k WHERE k < 4 OR c.id % 3 = 0;
INSERT INTO missing_interview (partnership_id, child_id, state, due_at, offered_by, held_at, held_by, settled_at)
  SELECT partnership_id, child_id, 'held', started + interval '81 hours', '', h, 'Bench', h FROM told CROSS JOIN LATERAL
    (SELECT started + CASE pick % 5 WHEN 0 THEN interval '89 hours' ELSE interval '57 hours' END AS h) t WHERE pick % 3 > 0;
INSERT INTO missing_episode (partnership_id, child_id, missing_from, care_status, police_category, setting, started_at,
    started_to_the_minute, reported_by, returned_at, returned_to_the_minute, ended_as, interview_needed, interview_id, source,
    year, recorded_by)
  SELECT t.partnership_id, t.child_id, CASE WHEN home THEN 'home' ELSE 'care' END, CASE WHEN home THEN '' ELSE 'M' END,
    'MISSING', CASE WHEN home THEN 'own_home' ELSE 'foster' END, t.started, true, 'Carer', t.started + interval '9 hours', true,
    'returned', 'yes', i.id, 'tracker', '', 'Bench'
  FROM told t LEFT JOIN missing_interview i ON i.child_id = t.child_id AND i.due_at = t.started + interval '81 hours';
INSERT INTO exploitation_referral (partnership_id, child_id, state, received_at, received_to_the_minute, referred_by, role, source,
    how_known, given, family, known_where, concerns, kinds, began, platform, place, place_not_known, vulnerabilities, push, pull,
    control, linked_missing, cross_border, cross_border_where, voice, voice_because, consent, consent_because, danger,
    danger_done, transition_reason, outcome, told_words, recorded_by, file_source)
  SELECT c.partnership_id, c.id, 'received', timestamptz '2016-04-02 00:00+00' + (c.id * 7919 % 1770 + k * 1800) * interval '1 day'
      + (c.id * 37 % 1380) * interval '1 minute', true, 'Bench', '', CASE c.id % 4 WHEN 0 THEN '1A' WHEN 1 THEN '2A' ELSE '6' END,
    '', '', '', '', '', CASE c.id % 3 WHEN 0 THEN ARRAY['online', 'criminal'] WHEN 1 THEN ARRAY['peer'] ELSE ARRAY['unknown'] END,
    '', '', '', '', CASE c.id % 2 WHEN 0 THEN ARRAY['missing', 'bullying'] ELSE '{{}}' END, '{{}}', '{{}}', '{{}}', 'not_known',
    'not_known', '', '', '', '', '', false, '', '', '', '', 'Bench', 'referrals'
  FROM children_child c, generate_series(0, 1) k WHERE k = 0 OR c.id % 13 < 4;
INSERT INTO exploitation_level (partnership_id, referral_id, child_id, level, point, "by", rationale, at, recorded_by)
  SELECT partnership_id, id, child_id, CASE id % 5 WHEN 0 THEN 'high' WHEN 1 THEN 'medium' ELSE 'low' END, 'referral', 'Bench', 'Bench',
    received_at, 'Bench' FROM exploitation_referral WHERE id % 10 < 9;
VACUUM ANALYZE
"""
# Twelve months to each quarter's end are counted by ours alone: they are the same rows once more.
SUMS = "SELECT sum(numerator), sum(denominator) FROM performance_figure WHERE kind <> 'rolling'"
EXPORT = {
    "episodes": """COPY (
  SELECT e.partnership_id, e.child_id, c.responsible_authority = p.authority AS ours, e.missing_from,
    e.started_at AT TIME ZONE 'Europe/London' AS started, e.returned_at AT TIME ZONE 'Europe/London' AS returned,
    extract(epoch FROM i.held_at - e.returned_at) / 3600 AS hours
  FROM missing_episode e JOIN children_child c ON c.id = e.child_id JOIN agencies_partnership p ON p.id = e.partnership_id
    LEFT JOIN missing_interview i ON i.id = e.interview_id) TO STDOUT (FORMAT csv, HEADER)""",
    "referrals": """COPY (
  SELECT r.partnership_id, r.received_at AT TIME ZONE 'Europe/London' AS received, l.level
  FROM exploitation_referral r LEFT JOIN exploitation_level l ON l.referral_id = r.id AND l.point = 'referral'
  ) TO STDOUT (FORMAT csv, HEADER)""",
}
FURNISH = """
import django
django.setup()
from meg.oversight.performance.actions import bring_specification_up_to_date
from meg.partnership.access.operator import operator
from meg.partnership.agencies.models import Partnership
from meg.partnership.seats import seated
for authority in Partnership.objects.order_by("pk").values_list("authority", flat=True):
    with seated(operator(authority)) as by:
        bring_specification_up_to_date(by=by)
"""
ONE = """
import json, django
django.setup()
from meg.oversight.performance.everyone import bring_one
from meg.partnership.agencies.models import Partnership
found = [bring_one(authority) for authority in Partnership.objects.order_by("-pk").values_list("authority", flat=True)[:{some}]]
print(json.dumps([[one.seconds, one.trouble] for one in found]))
"""
THEIRS = """
import json, sys, time, duckdb
folder = sys.argv[1]
made = duckdb.connect()
for what in ("episodes", "referrals"):
    made.execute(f"COPY (SELECT * FROM read_csv('{folder}/{what}.csv')) TO '{folder}/{what}.parquet' (FORMAT parquet)")
QUERY = '''
WITH rows AS (SELECT *, year(started) * 12 + month(started) - 4 AS month, year(returned) * 12 + month(returned) - 4 AS back
    FROM read_parquet('{file}') {where}),
  monthly AS (SELECT partnership_id, missing_from, child_id, month, count(*) AS n FROM rows WHERE ours GROUP BY ALL),
  counted AS (SELECT *, 'm' AS kind FROM monthly
    UNION ALL SELECT partnership_id, missing_from, child_id, month // 3, sum(n), 'q' FROM monthly GROUP BY ALL
    UNION ALL SELECT partnership_id, missing_from, child_id, month // 12, sum(n), 'y' FROM monthly GROUP BY ALL),
  children AS (SELECT partnership_id, missing_from, kind, month, count(*) AS once, count(*) FILTER (n > 1) AS again
    FROM counted GROUP BY ALL),
  ended AS (SELECT partnership_id, ours, back, count(*) AS d, count(*) FILTER (hours <= 72) AS n FROM rows GROUP BY ALL),
  shares AS (SELECT * FROM ended UNION ALL SELECT partnership_id, ours, back // 3, sum(d), sum(n) FROM ended GROUP BY ALL
    UNION ALL SELECT partnership_id, ours, back // 12, sum(d), sum(n) FROM ended GROUP BY ALL),
  told AS (SELECT partnership_id, year(received) * 12 + month(received) - 4 AS month, count(*) AS d,
      count(*) FILTER (level = 'high') AS high, count(*) FILTER (level = 'medium') AS medium
    FROM read_parquet('{referrals}') {where} GROUP BY ALL),
  referred AS (SELECT * FROM told UNION ALL SELECT partnership_id, month // 3, sum(d), sum(high), sum(medium) FROM told GROUP BY ALL
    UNION ALL SELECT partnership_id, month // 12, sum(d), sum(high), sum(medium) FROM told GROUP BY ALL)
SELECT (SELECT sum(once) + sum(again) FROM children) + (SELECT sum(n) FROM shares)
    + (SELECT sum(d) + sum(high) + sum(medium) FROM referred),
  (SELECT sum(d) FROM shares) + (SELECT 2 * sum(d) FROM referred)'''
found = {}
for what, where in (("one", "WHERE partnership_id = (SELECT min(partnership_id) FROM read_parquet('{file}'))"), ("all", "")):
    file, referrals = f"{folder}/episodes.parquet", f"{folder}/referrals.parquet"
    started = time.perf_counter()
    sums = made.execute(QUERY.format(file=file, referrals=referrals, where=where.format(file=file))).fetchone()
    found[what] = [time.perf_counter() - started, *map(int, sums)]
print(json.dumps(found))
"""


def county(home: Path) -> int:
    """153 partnerships with ten years of episodes, interviews and referrals. Returns how many episodes."""
    installed(home)
    server = EmbeddedPostgres(home, ALL_ROLES)
    with server.in_use(), psycopg.connect(server.dsn("postgres"), autocommit=True) as database:
        database.execute("SELECT set_config('meg.partnership', '1', false), set_config('meg.name', 'Bench', false)")
        for statement in FILL.format(partnerships=PARTNERSHIPS, children=CHILDREN).split(";\n"):
            database.execute(statement.encode())
        for what, query in EXPORT.items():
            with (home / f"{what}.csv").open("wb") as out, database.cursor().copy(query) as copy:
                for block in copy:
                    out.write(block)
        found = database.execute("SELECT count(*) FROM missing_episode").fetchone()
    return int(found[0]) if found else 0


def duckdb(home: Path, folder: Path) -> dict[str, list[float]]:
    """Seconds, numerators and denominators of DuckDB, in an environment of its own."""
    python = folder / "duckdb" / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder / "duckdb")], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "-q", DUCKDB], check=True)
    said = subprocess.run([str(python), "-c", THEIRS, str(home)], check=True, capture_output=True, text=True).stdout
    found: dict[str, list[float]] = json.loads(said.splitlines()[-1])  # above it may stand how far it was
    return found


def said(home: Path, *command: str) -> str:
    """What a command of ours says."""
    done = subprocess.run([sys.executable, *command], env=environ(home), check=True, capture_output=True, text=True)
    return done.stdout


def everyone(home: Path) -> tuple[float, list[float]]:
    """All partnerships by the command that computes two at once: seconds in all, with its start, and of each."""
    began = time.perf_counter()
    brought = json.loads(said(home, "-m", "meg.config.command", "figures", "--everyone", "--json"))
    whole = time.perf_counter() - began
    if troubled := [one for one in brought if one["trouble"]]:
        sys.exit(f"Figures could not be computed: {troubled[0]}.")
    return whole, [one["seconds"] for one in brought]


def alone(home: Path, server: EmbeddedPostgres) -> list[float]:
    """Seconds of some partnerships that have no figures yet, one after the other, with nothing beside them."""
    seconds: list[list[float]] = json.loads(said(home, "-c", ONE.format(some=SOME)).splitlines()[-1])
    with psycopg.connect(server.dsn("postgres"), autocommit=True) as database:
        database.execute("SET session_replication_role = replica")
        for table in ("figure", "shownfigure", "protectedfamily"):
            database.execute(f"DELETE FROM performance_{table}".encode())
    return [one for one, _ in seconds]


def run(folder: Path) -> str:
    """Both, on the same rows, one after the other; ends where they count differently."""
    home = folder / "figures"
    episodes = county(home)
    server = EmbeddedPostgres(home, ALL_ROLES)
    with server.in_use():
        said(home, "-c", FURNISH)
        slowest = max(alone(home, server))
        whole, seconds = everyone(home)
        again, _ = everyone(home)
        with psycopg.connect(server.dsn("postgres"), autocommit=True) as database:
            ours = database.execute(SUMS).fetchone()
    theirs = duckdb(home, folder)
    if ours is None or [int(number) for number in ours] != [int(number) for number in theirs["all"][1:]]:
        sys.exit(f"Both must count the same: ours {ours}, DuckDB {theirs['all'][1:]}.")
    one, every = theirs["one"][0], theirs["all"][0]
    return "\n".join(
        [
            f"{episodes:,} episodes, {PARTNERSHIPS} partnerships, ten years; numerators and denominators of both agree",
            f"one partnership    ours {slowest:7.2f} s (slowest of {SOME}; asked: under {AT_MOST[0]:.0f} s)   "
            f"DuckDB {one:.3f} s   {slowest / one:.0f} times",
            f"all {PARTNERSHIPS}            ours {whole:7.1f} s (the whole command, two at once, the slowest {max(seconds):.2f} s; "
            f"asked: under {AT_MOST[1]:.0f} s)   DuckDB {every:.3f} s   {whole / every:.0f} times",
            f"all {PARTNERSHIPS}, again     ours {again:7.1f} s (nothing has changed)",
            "ours protects and keeps every figure, month, quarter and year; DuckDB counts",
        ]
    )


if __name__ == "__main__":
    print(run(Path(sys.argv[1])))
