"""Seats: one PostgreSQL role for each kind of person, and the rows each may see.

Every room declares its tables once, in its `permissions.py`, as `Table`s. The declarations become grants and
row policies when a migration runs `Install`, and `meg check` compares the database with them. Nothing else in
the project decides who sees a row.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from importlib import import_module
from typing import Any

from django.apps import apps
from django.db import ProgrammingError, close_old_connections, connection, migrations, transaction
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.backends.utils import CursorWrapper
from psycopg.errors import UndefinedColumn

OWNER = "meg_owner"  # owns the tables, runs migrations and the functions that look wider than a seat
APP = "meg_app"  # the application's login: owns nothing, may take every seat


class Seat(StrEnum):
    """A kind of person. What each may see is in the `permissions.py` of every room."""

    PRACTITIONER = "practitioner"
    INTERVIEWER = "interviewer"
    TEAM = "team"
    INTELLIGENCE = "intelligence"
    ANALYST = "analyst"
    GROUP = "group"
    COORDINATOR = "coordinator"
    LEAD = "lead"
    GOVERNANCE = "governance"
    ADMINISTRATOR = "administrator"
    OPERATOR = "operator"

    @property
    def role(self) -> str:
        """The PostgreSQL role that this seat is."""
        return f"seat_{self.value}"

    @property
    def label(self) -> str:
        return LABELS[self]

    @property
    def reach(self) -> str:
        """What this seat may see, as the pages and the trail say it."""
        return REACH[self]

    @property
    def sees_children(self) -> bool:
        """True where the seat can reach a child's record: a second factor is then compulsory."""
        return self in SEES_CHILDREN


LABELS = {
    Seat.PRACTITIONER: "Practitioner",
    Seat.INTERVIEWER: "Return-interview worker",
    Seat.TEAM: "Exploitation team",
    Seat.INTELLIGENCE: "Police intelligence officer",
    Seat.ANALYST: "Analyst",
    Seat.GROUP: "Group member",
    Seat.COORDINATOR: "Coordinator",
    Seat.LEAD: "Lead officer",
    Seat.GOVERNANCE: "Information governance officer",
    Seat.ADMINISTRATOR: "Administrator",
    Seat.OPERATOR: "Operator",
}
REACH = {
    Seat.PRACTITIONER: "children your agency is involved with, and no other",
    Seat.INTERVIEWER: "children allocated to you, and no other",
    Seat.TEAM: "every child of the partnership",
    Seat.INTELLIGENCE: "intelligence, persons of concern and places; no child's record",
    Seat.ANALYST: "every record of the partnership, to read only",
    Seat.GROUP: "figures only, after disclosure control; never a child",
    Seat.COORDINATOR: "figures, plan and training; never a child",
    Seat.LEAD: "the delivery plan",
    Seat.GOVERNANCE: "the trail; a child's record only by a reasoned, time-limited grant",
    Seat.ADMINISTRATOR: "members, agencies and settings; no record",
    Seat.OPERATOR: "what a delivery of files needs",
}
SEES_CHILDREN = frozenset({Seat.PRACTITIONER, Seat.INTERVIEWER, Seat.TEAM, Seat.ANALYST, Seat.GOVERNANCE})
ALL_ROLES = tuple(seat.role for seat in Seat)


class Refused(Exception):
    """This person may not do this. The message is a sentence they can act on."""


@dataclass(frozen=True)
class By:
    """Who acts, in which seat, and by what right: passed to every action as `by=`."""

    member_id: int | None
    name: str
    seat: Seat
    partnership_id: int
    agency_id: int | None = None
    reason: str = ""


TAKE = """SELECT set_config('meg.member', %(member)s, true), set_config('meg.agency', %(agency)s, true),
  set_config('meg.partnership', %(partnership)s, true), set_config('meg.seat', %(seat)s, true),
  set_config('meg.name', %(name)s, true), set_config('role', %(role)s, true)"""
WAS = """SELECT current_setting('meg.member', true), current_setting('meg.agency', true),
  current_setting('meg.partnership', true), current_setting('meg.seat', true),
  current_setting('meg.name', true), current_setting('role', true)"""


def _take(member: Any, agency: Any, partnership: Any, seat: Any, name: Any, role: Any) -> None:
    values = {
        "member": str(member or ""),
        "agency": str(agency or ""),
        "partnership": str(partnership or ""),
        "seat": str(seat or ""),
        "name": str(name or ""),
        "role": str(role or "none"),
    }
    with connection.cursor() as cursor:
        cursor.execute(TAKE, values)


@contextmanager
def seated(by: By) -> Iterator[By]:
    """All database work of one person: one transaction, in which they are named and their seat is taken.

    Everything is local to the transaction, so a connection that goes back to the pool carries nothing with it.
    Inside another transaction (one action within another, a test) the former seat is taken again at the end.
    """
    nested = connection.in_atomic_block
    with transaction.atomic():
        was = None
        if nested:
            with connection.cursor() as cursor:
                cursor.execute(WAS)
                was = cursor.fetchone()
        _take(by.member_id, by.agency_id, by.partnership_id, by.seat.value, by.name, by.seat.role)
        yield by
        if was and not connection.needs_rollback:  # what is rolled back takes its seat back with it
            _take(*was)


def fresh() -> None:
    """Leave a connection that has grown old or broken, so that a job outlives a restart of the database."""
    if not connection.in_atomic_block:
        close_old_connections()


def permit(by: By, seats: frozenset[Seat], sentence: str) -> None:
    """Refuse unless the person is in one of these seats.

    Raises: Refused with the sentence.
    """
    if by.seat not in seats:
        raise Refused(sentence)


# ── declarations ────────────────────────────────────────────────────────────────────────────────────────────


class Holds(StrEnum):
    """What a table holds. CASE and PERSONAL tables refuse whoever has taken no seat."""

    CASE = "records of children"
    PERSONAL = "people who use the system"
    FIGURES = "figures"
    REFERENCE = "reference data"
    TRAIL = "the trail"
    SIGN_IN = "sign-in"
    PLUMBING = "the framework's own"


WITHIN = "partnership_id = meg.partnership()"
ALL = "true"
READ = "SELECT"
ADD = "SELECT, INSERT"
WRITE = "SELECT, INSERT, UPDATE"


def caseload(column: str = "child_id") -> str:
    """Rows of children that the member's agency is involved with, or that were granted."""
    return f"{column} = ANY (ARRAY(SELECT meg.my_children()))"


def allocated(column: str = "child_id") -> str:
    """Rows of children allocated to the member."""
    return f"{column} = ANY (ARRAY(SELECT meg.allocated_children()))"


def granted(column: str = "child_id") -> str:
    """Rows of children opened to the member by a reasoned, time-limited grant."""
    return f"{column} = ANY (ARRAY(SELECT meg.granted_children()))"


@dataclass(frozen=True)
class Access:
    """What one role may do with a table (`verbs`), and with which of its rows (SQL)."""

    verbs: str
    rows: str = WITHIN
    check: str | None = None


@dataclass(frozen=True)
class Table:
    """One table: what it holds and, for each seat (or APP, or OWNER), what it gives."""

    name: str
    holds: Holds
    access: Mapping[Any, Access] = field(default_factory=dict)

    @property
    def guarded(self) -> bool:
        """True where row security is forced: everything but the framework's own tables."""
        return self.holds not in (Holds.PLUMBING, Holds.SIGN_IN)


def case_table(name: str, column: str = "child_id", practitioner: str = READ, interviewer: str = READ) -> Table:
    """A table of children's records, with the usual reach of every seat."""
    return Table(
        name,
        Holds.CASE,
        {
            Seat.TEAM: Access(WRITE),
            Seat.OPERATOR: Access(WRITE),
            Seat.ANALYST: Access(READ),
            Seat.PRACTITIONER: Access(practitioner, caseload(column), f"{WITHIN} AND {caseload(column)}"),
            Seat.INTERVIEWER: Access(interviewer, allocated(column), f"{WITHIN} AND {allocated(column)}"),
            Seat.GOVERNANCE: Access(READ, granted(column)),
            OWNER: Access(WRITE, ALL),
        },
    )


OWN_CASES = {Seat.PRACTITIONER: caseload(), Seat.INTERVIEWER: allocated()}


def of_its_child(name: str, column: str, parent: str) -> str:
    """That what a row names in `parent` is of the child it names."""
    return f"EXISTS (SELECT FROM {parent} p WHERE p.id = {name}.{column} AND p.child_id = {name}.child_id)"


def said_of(name: str, column: str, parent: str, verbs: dict[Seat, str]) -> Table:
    """A table of what is said of a row of `parent`: the usual reach, and `verbs` for who writes. What is said names the child
    of what it is said of, so that nothing is hung on a row the writer cannot see."""
    usual, held = case_table(name), of_its_child(name, column, parent)
    writes = {
        seat: Access(verb, OWN_CASES.get(seat, WITHIN), " AND ".join(filter(None, (WITHIN, OWN_CASES.get(seat), held))))
        for seat, verb in verbs.items()
    }
    return Table(name, Holds.CASE, {**usual.access, **writes})


SERIAL = """SELECT d.objid::regclass::text FROM pg_depend d JOIN pg_class c ON c.oid = d.objid AND c.relkind = 'S'
WHERE d.refobjid = to_regclass(%s) AND d.deptype IN ('a', 'i')"""


def role_of(who: str) -> str:
    return who.role if isinstance(who, Seat) else who


def statements(table: Table, sequences: list[str]) -> list[str]:
    """The SQL that makes one table's grants and policies what is declared, whatever they were before."""
    roles = ", ".join((*ALL_ROLES, APP, "PUBLIC"))
    made = [f"REVOKE ALL ON {table.name} FROM {roles}"]
    if table.guarded:
        made.append(f"ALTER TABLE {table.name} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY")
    for who, access in table.access.items():
        role = role_of(who)
        if role != OWNER:
            made.append(f"GRANT {access.verbs} ON {table.name} TO {role}")
        if "INSERT" in access.verbs:
            made += [f"GRANT USAGE ON SEQUENCE {sequence} TO {role}" for sequence in sequences]
        if table.guarded:
            check = access.check or access.rows
            made.append(f"CREATE POLICY {role} ON {table.name} TO {role} USING ({access.rows}) WITH CHECK ({check})")
    return made


def declared(app_label: str) -> list[Table]:
    """The tables that an app's `permissions.py` declares; none where it has no such file."""
    module = import_module(f"{apps.get_app_config(app_label).name}.permissions")
    return list(module.TABLES)


def install(app_label: str) -> None:
    """Make the database's grants and policies for one app those of its `permissions.py`. A table that comes with a later
    migration, and one of which a policy names a column that does, are left to that one.
    """
    with connection.cursor() as cursor:
        present = set(connection.introspection.table_names(cursor))
        for table in declared(app_label):
            if table.name in present:
                try:
                    with transaction.atomic():
                        _install(table, cursor)
                except ProgrammingError as missing:
                    if not isinstance(missing.__cause__, UndefinedColumn):
                        raise


def _install(table: Table, cursor: CursorWrapper) -> None:
    cursor.execute("SELECT policyname FROM pg_policies WHERE tablename = %s", [table.name])
    for (policy,) in cursor.fetchall():
        cursor.execute(f'DROP POLICY "{policy}" ON {table.name}')
    cursor.execute(SERIAL, [table.name])
    sequences = [row[0] for row in cursor.fetchall()]
    for statement in statements(table, sequences):
        cursor.execute(statement)


class Install(migrations.RunPython):
    """A migration's step: install an app's declared grants and policies."""

    def __init__(self, app_label: str) -> None:
        def forwards(_apps: Any, _editor: BaseDatabaseSchemaEditor) -> None:
            install(app_label)

        super().__init__(forwards, migrations.RunPython.noop)


# The context that policies, defaults and functions read. First thing in the first migration.
CONTEXT = f"""
CREATE SCHEMA IF NOT EXISTS meg;
CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS unaccent;
CREATE EXTENSION IF NOT EXISTS fuzzystrmatch;
GRANT USAGE ON SCHEMA meg, public TO {APP}, {", ".join(ALL_ROLES)};
CREATE OR REPLACE FUNCTION meg.member() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT NULLIF(current_setting('meg.member', true), '')::bigint $$;
CREATE OR REPLACE FUNCTION meg.agency() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT NULLIF(current_setting('meg.agency', true), '')::bigint $$;
CREATE OR REPLACE FUNCTION meg.partnership() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT NULLIF(current_setting('meg.partnership', true), '')::bigint $$;
CREATE OR REPLACE FUNCTION meg.seat() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT NULLIF(current_setting('meg.seat', true), '') $$;
CREATE OR REPLACE FUNCTION meg.name() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT COALESCE(current_setting('meg.name', true), '') $$;
"""
