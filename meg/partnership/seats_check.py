"""The database against the declarations: who may do what with which row, as it is and as it should be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connection, transaction

from meg.partnership.seats import ALL_ROLES, APP, OWNER, Table, declared, role_of

OURS = (*ALL_ROLES, APP)

GRANTS = """SELECT c.relname, COALESCE(r.rolname, 'PUBLIC'), a.privilege_type
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public'
CROSS JOIN LATERAL aclexplode(c.relacl) a LEFT JOIN pg_roles r ON r.oid = a.grantee
WHERE c.relkind IN ('r', 'p', 'v', 'm') AND COALESCE(r.rolname, 'PUBLIC') <> %s"""
COLUMN_GRANTS = """SELECT c.relname, COALESCE(r.rolname, 'PUBLIC'), a.privilege_type
FROM pg_attribute t JOIN pg_class c ON c.oid = t.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
  AND n.nspname = 'public' CROSS JOIN LATERAL aclexplode(t.attacl) a LEFT JOIN pg_roles r ON r.oid = a.grantee
WHERE t.attacl IS NOT NULL AND COALESCE(r.rolname, 'PUBLIC') <> %s"""
SECURITY = """SELECT c.relname, c.relrowsecurity, c.relforcerowsecurity FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public' WHERE c.relkind IN ('r', 'p')"""
POLICIES = """SELECT c.relname, p.polname, pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid),
  p.polpermissive, p.polcmd = '*', p.polroles = ARRAY[r.oid]
FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid LEFT JOIN pg_roles r ON r.rolname = p.polname"""
COLUMNS = """SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute
WHERE attrelid = to_regclass(%s) AND attnum > 0 AND NOT attisdropped ORDER BY attnum"""
ROLES = """SELECT rolname, rolsuper, rolbypassrls, rolcreaterole, rolcanlogin FROM pg_roles
WHERE rolname = ANY (%s)"""
OWNED = "SELECT c.relname FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner WHERE r.rolname = ANY (%s)"
FUNCTIONS = """SELECT p.proname, p.prosecdef, COALESCE(array_to_string(p.proconfig, ','), '') LIKE '%%search_path=%%',
  has_function_privilege('public', p.oid, 'EXECUTE')
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace AND n.nspname = 'meg'"""


@dataclass(frozen=True)
class Found:
    """What the catalogue says."""

    grants: set[tuple[str, str, str]]
    security: dict[str, tuple[bool, bool]]
    policies: dict[tuple[str, str], tuple[str, str, bool]]


def rows(query: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, list(values) or None)
        return list(cursor.fetchall())


def everything_declared() -> dict[str, Table]:
    """Every table that some room declares, by name."""
    found: dict[str, Table] = {}
    for config in apps.get_app_configs():
        if config.name.startswith("meg."):
            for table in declared(config.label):
                found[table.name] = table
    return found


def catalogue() -> Found:
    """Grants, row security and policies as they are in the database."""
    return Found(
        set(rows(GRANTS, OWNER)) | set(rows(COLUMN_GRANTS, OWNER)),
        {name: (on, forced) for name, on, forced in rows(SECURITY)},
        {(table, role): (using, check, all(flags)) for table, role, using, check, *flags in rows(POLICIES)},
    )


def differences() -> list[str]:
    """One sentence for each thing that is not as declared; none where all is well."""
    wanted, found = everything_declared(), catalogue()
    return [
        *_tables(wanted, found),
        *_grants(wanted, found),
        *_policies(wanted, found),
        *_roles(),
        *_functions(),
    ]


def _tables(wanted: dict[str, Table], found: Found) -> Iterator[str]:
    for name in sorted(set(found.security) - set(wanted)):
        yield f"Table {name}: no permissions.py declares it."
    for name in sorted(set(wanted) - set(found.security)):
        yield f"Table {name}: it is declared and not in the database."
    for name, table in wanted.items():
        if table.guarded and found.security.get(name) not in (None, (True, True)):
            yield f"Table {name}: row security is not on and forced."


def _grants(wanted: dict[str, Table], found: Found) -> Iterator[str]:
    should = {
        (name, role_of(who), verb.strip())
        for name, table in wanted.items()
        for who, access in table.access.items()
        if role_of(who) != OWNER
        for verb in access.verbs.split(",")
    }
    for name, role, verb in sorted(found.grants - should):
        yield f"Table {name}: {role} may {verb}, which is not declared."
    for name, role, verb in sorted(should - found.grants):
        yield f"Table {name}: {role} may not {verb}, which is declared."


def _policies(wanted: dict[str, Table], found: Found) -> Iterator[str]:
    should = {key: said for table in wanted.values() if table.guarded for key, said in _as_written(table).items()}
    for key in sorted(set(found.policies) - set(should)):
        yield f"Table {key[0]}: the policy {key[1]} is not declared."
    for (name, role), said in sorted(should.items()):
        there = found.policies.get((name, role))
        if there is None:
            yield f"Table {name}: the policy for {role} is missing."
        elif there != (*said, True):
            yield f"Table {name}: the policy for {role} is not the declared one."


def _as_written(table: Table) -> dict[tuple[str, str], tuple[str, str]]:
    """The declared policies as the database itself writes them out: made on a temporary twin, and taken back."""
    columns = ", ".join(f'"{name}" {kind}' for name, kind in rows(COLUMNS, table.name))
    if not columns:
        return {}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMP TABLE {table.name} ({columns})")
        for who, access in table.access.items():
            cursor.execute(
                f"CREATE POLICY {role_of(who)} ON pg_temp.{table.name} USING ({access.rows}) WITH CHECK ({access.check or access.rows})"
            )
        cursor.execute(POLICIES + " WHERE c.relnamespace = pg_my_temp_schema() AND c.relname = %s", [table.name])
        said = {(table.name, role): (using, check) for _, role, using, check, *_ in cursor.fetchall()}
        cursor.execute(f"DROP TABLE pg_temp.{table.name}")
    return said


def _roles() -> Iterator[str]:
    there = {name: flags for name, *flags in rows(ROLES, [*OURS, OWNER])}
    for role in (*OURS, OWNER):
        if role not in there:
            yield f"The role {role} is missing."
            continue
        above, past, makes, signs_in = there[role]
        if above or past or makes:
            yield f"The role {role} is a superuser, makes roles or passes row security."
        if signs_in != (role in (APP, OWNER)):
            yield f"The role {role} {'can' if signs_in else 'cannot'} sign in."
    for (name,) in rows(OWNED, list(OURS)):
        yield f"{name} is owned by a role of the application."


def _functions() -> Iterator[str]:
    for name, definer, fixed, public in rows(FUNCTIONS):
        if definer and not fixed:
            yield f"The function meg.{name} looks with its owner's eyes and has no fixed search path."
        if definer and public:
            yield f"The function meg.{name} looks with its owner's eyes and anyone may call it."
