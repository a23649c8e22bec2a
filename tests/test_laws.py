"""The laws of the house that the database and the import contracts hold: the catalogue, the models, the files."""

from __future__ import annotations

import ast
import importlib.metadata
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction
from django.db.models import Model

from conftest import Cast
from meg.partnership import seats_check
from meg.partnership.seats import Holds, Seat, install

HOUSE = Path(__file__).resolve().parents[1]
CONTRACTS = tomllib.loads((HOUSE / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
SOURCES = sorted(path for path in (HOUSE / "meg").rglob("*.py") if "migrations" not in path.parts)
CODE = [path for path in SOURCES if "tests" not in path.parts]
KEPT_FROM_HANDS = (Holds.CASE, Holds.PERSONAL, Holds.FIGURES, Holds.TRAIL)


def named(path: Path) -> str:
    return str(path.relative_to(HOUSE))


# ── the database is as declared ─────────────────────────────────────────────────────────────────────────────


def test_the_database_is_as_declared(db: None) -> None:
    assert seats_check.differences() == []


BREAKS = [
    ("GRANT DELETE ON children_child TO seat_team", "children_child: seat_team may DELETE"),
    ("GRANT SELECT (id) ON children_child TO seat_group", "children_child: seat_group may SELECT"),
    ("REVOKE INSERT ON trail_entry FROM seat_lead", "trail_entry: seat_lead may not INSERT"),
    ("DROP POLICY seat_team ON missing_episode", "missing_episode: the policy for seat_team is missing"),
    ("ALTER POLICY seat_team ON missing_episode USING (true)", "missing_episode: the policy for seat_team is not"),
    ("CREATE POLICY other ON missing_episode USING (true)", "missing_episode: the policy other is not declared"),
    ("ALTER TABLE missing_episode NO FORCE ROW LEVEL SECURITY", "missing_episode: row security is not on and forced"),
    ("CREATE TABLE forgotten (id int)", "forgotten: no permissions.py declares it"),
    ("ALTER FUNCTION meg.my_children() RESET search_path", "my_children looks with its owner's eyes and has no fixed"),
    ("GRANT EXECUTE ON FUNCTION meg.who(bigint) TO PUBLIC", "meg.who looks with its owner's eyes and anyone"),
]


@pytest.mark.parametrize(("statement", "sentence"), BREAKS)
def test_a_difference_is_told(db: None, statement: str, sentence: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
    assert any(sentence in found for found in seats_check.differences())


def test_installing_again_mends_a_difference(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("GRANT DELETE ON missing_episode TO seat_team")
        cursor.execute("CREATE POLICY other ON missing_episode USING (true)")
    install("missing")
    assert seats_check.differences() == []


def test_a_table_whose_policy_names_a_column_that_is_not_there_yet_is_left_as_it_is(db: None) -> None:
    """It comes with a later migration, which installs again. Until then the check tells of it; another mistake is told at once."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE performance_revision RENAME COLUMN overtaken_at TO later")
        cursor.execute("CREATE POLICY other ON performance_revision USING (true)")
        cursor.execute("CREATE POLICY other ON performance_figure USING (true)")
    install("performance")
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_policies WHERE policyname = 'other'")
        assert cursor.fetchall() == [("performance_revision",)]
        cursor.execute("ALTER TABLE performance_revision RENAME COLUMN later TO overtaken_at")
        cursor.execute("DROP FUNCTION meg.member() CASCADE")
    with pytest.raises(DatabaseError, match=r"meg\.member"):
        install("performance")


def test_nobody_deletes_a_record(db: None) -> None:
    for table in seats_check.everything_declared().values():
        if table.holds in KEPT_FROM_HANDS:
            for access in table.access.values():
                assert not {"DELETE", "TRUNCATE"} & {verb.strip() for verb in access.verbs.split(",")}, table.name


@pytest.mark.parametrize("role", ["meg_app", *(seat.role for seat in Seat)])
def test_without_the_seat_every_record_refuses(db: None, role: str) -> None:
    """The login itself, and every seat that no one has sat down in: refused, or not one row."""
    guarded = [t for t in seats_check.everything_declared().values() if t.holds in (Holds.CASE, Holds.PERSONAL)]
    granted = {(name, who) for name, who, verb in seats_check.catalogue().grants if verb == "SELECT"}
    for table in guarded:
        if role == "meg_app":
            assert (table.name, role) not in granted
            continue
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL ROLE {role}")
            try:
                with transaction.atomic():
                    cursor.execute(f"SELECT count(*) FROM {table.name}")
                    assert cursor.fetchone()[0] == 0
            except DatabaseError as refused:
                assert "permission denied" in str(refused)
            cursor.execute("RESET ROLE")


# ── relations point down ────────────────────────────────────────────────────────────────────────────────────


def height(module: str) -> list[int]:
    """How high a room stands, by the layers of the import contracts: greater is higher."""
    found, parts = [], module.split(".")
    for depth in range(1, len(parts)):
        inside = ".".join(parts[:depth])
        for contract in CONTRACTS:
            if inside in contract.get("containers", []):
                for place, layer in enumerate(contract["layers"]):
                    if parts[depth] in [name.strip(" ()") for name in layer.split("|")]:
                        found.append(len(contract["layers"]) - place)
    return found


def relations() -> Iterator[tuple[str, str, str, bool]]:
    for model in apps.get_models():
        for field in model._meta.get_fields():
            other = getattr(field, "related_model", None)
            if not (field.is_relation and field.concrete) or not (isinstance(other, type) and issubclass(other, Model)):
                continue
            here, there = model._meta.app_config, other._meta.app_config
            if here and there and here is not there and here.name.startswith("meg.") and there.name.startswith("meg."):
                yield (
                    f"{model._meta.label}.{field.name}",
                    here.name,
                    there.name,
                    bool(field.remote_field and field.remote_field.hidden),
                )


def test_foreign_keys_point_down() -> None:
    upward = [name for name, here, there, _ in relations() if height(here) <= height(there)]
    assert upward == []


def test_no_room_sees_who_points_at_it() -> None:
    assert [name for name, _, _, hidden in relations() if not hidden] == []


# ── only actions write ──────────────────────────────────────────────────────────────────────────────────────

WRITES = {"save", "create", "bulk_create", "bulk_update", "get_or_create", "update_or_create", "delete", "aupdate"}
WRITING_SQL = re.compile(r"\b(INSERT INTO|UPDATE|DELETE FROM)\s+(?!stage_|delivered_|given_)[a-z_]+", re.IGNORECASE)
MAY_WRITE = re.compile(
    r"/actions(\.py$|/)|/migrations/|/tests/|access/models\.py$|trail/actions\.py$|intake/jobs\.py$|seats_check\.py$"
    r"|front/assets\.py$"
)


def is_queryset_write(call: ast.Call) -> bool:
    func = call.func
    if not isinstance(func, ast.Attribute):
        return False
    if ast.unparse(func).startswith("EmailAddress.objects"):
        return False  # the sign-in library's own table: no record
    if func.attr in WRITES:
        return not (isinstance(func.value, ast.Name) and func.value.id in ("path", "session", "workbook", "form"))
    return func.attr == "update" and ".objects" in ast.unparse(func.value)


def test_only_actions_write() -> None:
    found = []
    for path in CODE:
        if MAY_WRITE.search("/" + named(path)):
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and is_queryset_write(node):
                found.append(f"{named(path)}:{node.lineno} {ast.unparse(node.func)}")
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and WRITING_SQL.search(node.value):
                if " SET " in node.value or "INSERT INTO" in node.value or "DELETE FROM" in node.value:
                    found.append(f"{named(path)}:{node.lineno} writes by SQL")
    assert found == []


# ── words, sizes, addresses ─────────────────────────────────────────────────────────────────────────────────

# Law 9: a child is exploited; nothing here may say or hint that it is the child's doing.
BLAMING = re.compile(
    r"promiscuous|child prostitut|abscond|puts? (herself|himself|themsel\w+) at risk|streetwise|"
    r"engag(es|ed|ing) in (risky|sexual)|lifestyle choice|attention[- ]seeking|sexually active|"
    r"failed to (engage|disclose|attend)|refus(es|ed|ing) to engage|risky behaviour|"
    r"(plac|putt|expos)(es|ed|ing) (herself|himself|themsel\w+) (at risk|in danger)|prostitut|child porn|sugar dadd|"
    r"(bad|poor|unwise) choices|non-?compliant|uncooperative|manipulative|hard to (reach|engage)|disengag|non-?engag|"
    r"not engag(ed|ing)|sexual partner|willing(ly)? (participant|involved)|out of control|beyond parental control",
    re.IGNORECASE,
)
WORDED = (".html", ".txt", ".css", ".js", ".csv", ".typ", ".toml", ".md", ".py")


def test_no_word_blames_a_child() -> None:
    found = []
    for folder in ("meg", "docs"):
        for path in (HOUSE / folder).rglob("*"):
            if path.suffix in WORDED and path.is_file():
                found += [f"{named(path)}: {hit.group()}" for hit in BLAMING.finditer(path.read_text())]
    assert found == []


@pytest.mark.parametrize("said", [
    "She puts herself at risk", "placing themselves at risk", "He absconded", "refuses to engage", "makes poor choices",
    "a child prostitute", "Hard to engage", "sexually active", "not engaging",
])  # fmt: skip
def test_blaming_words_are_known(said: str) -> None:
    assert BLAMING.search(said)


def test_files_and_functions_stay_small() -> None:
    found = []
    for path in [*SOURCES, *(HOUSE / "bench").rglob("*.py"), *(HOUSE / "tests").rglob("*.py"), HOUSE / "conftest.py"]:
        text = path.read_text()
        if (lines := text.count("\n")) > 500:
            found.append(f"{named(path)}: {lines} lines")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno + 1 > 50:
                found.append(f"{named(path)}:{node.lineno} {node.name}")
    assert found == []


def test_only_intake_reads_files_from_outside() -> None:
    """Code lists, the specification and published figures read files of their own, which come with the package."""
    allowed = ("meg/intake/", "meg/partnership/codes/", "meg/partnership/published/", "meg/oversight/performance/")
    found = []
    for path in CODE:
        if named(path).startswith(allowed):
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Attribute) and ast.unparse(node) in ("csv.reader", "csv.DictReader"):
                found.append(f"{named(path)}:{node.lineno}")
    assert found == []


# ── the raw query of each person ────────────────────────────────────────────────────────────────────────────


def test_a_policy_holds_in_raw_sql_for_every_person(cast: Cast) -> None:
    """One child of each agency: who sees which, in every table that names a child."""
    from tests.sight import CHILD_TABLES, EXPECTED, seen, two_children

    ours, theirs = two_children(cast)
    for person, (sees_ours, sees_theirs) in EXPECTED.items():
        for table in CHILD_TABLES:
            there = seen(cast, person, table)
            if there is None:
                assert (sees_ours, sees_theirs) == (False, False), (person, table)
            else:
                assert (ours.pk in there, theirs.pk in there) == (sees_ours, sees_theirs), (person, table)


NOT_OF_A_CHILD = {
    "access_involvement": "who works with whom",
    "access_grant": "who was let in",
    "missing_passed": "information to the police, no part of the record",
}


def test_every_table_of_children_is_looked_at_in_raw_sql(db: None) -> None:
    """A new table that names a child is among those whose policy is tried for every person."""
    from tests.sight import CHILD_TABLES

    named = {
        name
        for (name,) in seats_check.rows(
            "SELECT table_name FROM information_schema.columns WHERE column_name = 'child_id'"
        )
    }
    cases = {table.name for table in seats_check.everything_declared().values() if table.holds is Holds.CASE}
    assert named & cases - set(NOT_OF_A_CHILD) <= set(CHILD_TABLES)


def test_what_runs_needs_nothing_of_what_only_tests_need() -> None:
    """Whatever the rooms import is in the lock of what runs: an installation has nothing else."""
    locked = re.findall(r"^([\w.-]+)==", (HOUSE / "requirements" / "run.txt").read_text(), re.MULTILINE)
    there = {plain(name) for name in locked}
    wanted = (
        {
            module.split(".")[0]
            for file in CODE
            for node in ast.walk(ast.parse(file.read_text()))
            for module in imported(node)
        }
        - set(sys.stdlib_module_names)
        - {"meg"}
    )
    of = importlib.metadata.packages_distributions()
    assert {module for module in wanted if not there & {plain(name) for name in of.get(module, [])}} == set()


def plain(name: str) -> str:
    """A package's name as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name.lower())


def imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module] if isinstance(node, ast.ImportFrom) and node.module and not node.level else []
