"""Sheets of one row a matter: loaded whole or not at all, shown before it happens, taken back.

A child is recognised by the sender's identifier, else by exactly the same name and date of birth. Anything less waits for a
person: the row is kept, with who it might be.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from meg.intake.actions.deliveries import ONLY, STEPS, Progress, quiet, take_turn
from meg.intake.actions.doors import DOORS
from meg.intake.actions.keeping import keep_file
from meg.intake.hurry import hurry
from meg.intake.models import Batch, File, Row
from meg.intake.permissions import LOADERS
from meg.intake.sources.sheet.columns import LISTS
from meg.intake.sources.sheet.reading_rows import Issue, Read, Reader
from meg.intake.sources.sheet.rows import Sheet
from meg.intake.sources.sheet.side_by_side import A_TIME, PERSON, Lines, blocks
from meg.partnership.codes.models import Code
from meg.partnership.seats import By, Refused, permit
from meg.partnership.trail.actions import record
from meg.partnership.trail.models import Kind as Line

SENTENCES = {
    "MEG35": "The episode lies over another one of the same child: {said}. Correct one of the two; this row was kept.",
    "MEG36": "No child here has this identifier, or exactly this name and date of birth.{said} Put MEG’s reference of the child "
    "in child_id, or add the identifier to the child’s record; then send the row again.",
    "MEG37": "The same matter stands in this file twice. The first row was taken.",
    "MEG38": "A person has worked on this since, and the row says something else. It was left as they wrote it.",
    "MEG39": "No missing episode of this child began then. Send the episode first, or correct the start.",
    "MEG40": "The child is not recorded as back from this episode. Record the return first.",
    "MEG41": "The interview is before the return of the episode it answers. Check both dates.",
    "MEG43": "This episode_id is of an episode of another child. Correct the number, or who the row is of; this row was kept.",
    "MEG44": "With what is recorded of this episode already, its times are not in order: the child left, was reported, found, "
    "came back. Send the row with all its times.",
    "MEG45": "This person was 18 or older when they were referred: fill in transition_reason.",
    "MEG46": "The level at the point of referral is given already, and stays. Leave level empty, or as it was given.",
    "MEG42": "Another return interview of this child waits. Settle that one first.",
}
WHO = {"MEG36"}
ABOUT = {"MEG36": ("child_id",), "MEG45": ("transition_reason",), "MEG46": ("level",)}
# Whose rows they are: each once, however many rows are of them.
WHOSE = ", ".join(PERSON)
PEOPLE = [
    f"""CREATE TEMP TABLE sheet_who ON COMMIT DROP AS SELECT row_number() OVER () AS number, {WHOSE}, NULL::bigint AS child_id,
          NULL::text AS might FROM (SELECT DISTINCT {WHOSE} FROM sheet_raw) people""",
    "ANALYZE sheet_who",
    # By identifier, where it is of one child only, and of the same birth where the row gives one.
    """UPDATE sheet_who w SET child_id = i.child_id FROM (
         SELECT upper(k.value) AS value, min(k.child_id) AS child_id FROM children_identifier k
         JOIN children_child c ON c.id = k.child_id AND c.withdrawn_at IS NULL
         WHERE k.partnership_id = meg.partnership() AND (%(identifier)s = '' OR k.source = %(identifier)s)
         GROUP BY upper(k.value) HAVING count(DISTINCT k.child_id) = 1) i
       JOIN children_child c ON c.id = i.child_id
       WHERE w.ident <> '' AND upper(w.ident) = i.value
         AND (w.born IS NULL OR c.date_of_birth IS NULL OR c.date_of_birth = w.born)""",
    """UPDATE sheet_who w SET child_id = c.id FROM children_child c WHERE w.child_id IS NULL AND c.withdrawn_at IS NULL
         AND c.partnership_id = meg.partnership() AND w.ident <> '' AND c.reference = upper(w.ident)
         AND (w.born IS NULL OR c.date_of_birth IS NULL OR c.date_of_birth = w.born)""",
    """CREATE TEMP TABLE sheet_named ON COMMIT DROP AS
       SELECT w.number, n.child_id, upper(n.given) = upper(w.given) AND upper(n.family) = upper(w.family) AS same_name
       FROM sheet_who w JOIN children_child c ON c.date_of_birth = w.born AND c.withdrawn_at IS NULL
         AND c.partnership_id = meg.partnership()
       JOIN children_name n ON n.child_id = c.id AND n.withdrawn_at IS NULL
       WHERE w.child_id IS NULL AND w.born IS NOT NULL
         AND (upper(n.given) = upper(w.given) OR upper(n.family) = upper(w.family))""",
    """UPDATE sheet_who w SET child_id = x.child_id FROM (SELECT number, min(child_id) AS child_id FROM sheet_named
         WHERE same_name GROUP BY number HAVING count(DISTINCT child_id) = 1) x
       WHERE x.number = w.number AND w.ident = ''""",
    """UPDATE sheet_who w SET might = x.might FROM (SELECT n.number, string_agg(DISTINCT c.reference, ', ') AS might
         FROM sheet_named n JOIN children_child c ON c.id = n.child_id GROUP BY n.number) x
       WHERE x.number = w.number AND w.child_id IS NULL""",
]


@dataclass
class Staged:
    """How many rows a sheet has, and how many of them are set aside. Those are kept as they come, some at a time."""

    batch: Batch
    sheet: Sheet
    read: int = 0
    rejected: int = 0
    waiting: list[Row] = field(default_factory=list)

    def aside(self, row: Read, issues: list[Issue]) -> None:
        self.rejected += 1
        self.waiting.append(_row(self.batch, self.sheet, row, issues))
        if len(self.waiting) == A_TIME:
            self.keep()

    def keep(self) -> None:
        Row.objects.bulk_create(self.waiting)
        self.waiting.clear()


@transaction.atomic
def receive_sheet(*, by: By, sheet: Sheet) -> Batch:
    """Keep one sheet as it was sent, with its mapping, to be loaded. Raises: Refused, where the seat may not."""
    permit(by, LOADERS, ONLY)
    batch = Batch.objects.create(dataset=sheet.dataset.name, year="", mapping=sheet.mapping.text)
    with sheet.source.open() as stream:
        keep_file(batch=batch, name=sheet.name, table=sheet.dataset.table, stream=stream)
    record(by=by, kind=Line.FILES_IN, sentence=f"Sent {sheet.name} as batch {batch.pk}.", detail={"batch": batch.pk})
    return batch


def load_sheet(*, by: By, batch: Batch, sheet: Sheet, progress: Progress | None = None) -> Batch:
    """Check and store a sheet, whole or not at all. `progress` is told each step and the per cent done.

    Raises: FileTrouble, where the file cannot be followed; Refused.
    """
    permit(by, LOADERS, ONLY)
    with transaction.atomic():
        take_turn(batch)
        _store(by, batch, sheet, progress or quiet)
    batch.refresh_from_db()
    return batch


def preview_sheet(*, by: By, sheet: Sheet, progress: Progress | None = None) -> dict[str, Any]:
    """What loading a sheet would do, without doing it: the same work, taken back. One line in the trail says it was shown.

    Raises: FileTrouble, Refused.
    """
    permit(by, LOADERS, ONLY)
    with transaction.atomic():
        found = would_do(by, receive_sheet(by=by, sheet=sheet), sheet, progress or quiet)
        transaction.set_rollback(True)
    with transaction.atomic():
        record(by=by, kind=Line.FILES_IN, sentence=f"Saw what loading {sheet.name} would do. Nothing was loaded.")
    return found


def would_do(by: By, batch: Batch, sheet: Sheet, tell: Progress) -> dict[str, Any]:
    """What loading did, to be taken back by the caller: numbers, the first of each kind, and every row set aside."""
    _store(by, batch, sheet, tell)
    batch.refresh_from_db()
    rejected = [issue for row in batch.rows.rejected().in_file_order() for issue in row.issues]
    return {
        "rows": {"read": batch.rows_read, "created": batch.created, "changed": batch.changed,
                 "unchanged": batch.unchanged, "rejected": batch.rejected},
        "to_be_matched": sum(issue["code"] in WHO for issue in rejected),
        **_examples(batch),
        "issues": rejected,
    }  # fmt: skip


SHOWN = 20  # rows of each kind that a preview names


def _examples(batch: Batch) -> dict[str, list[dict[str, str]]]:
    """The first rows that would create and change something: row, child by reference, and what in words."""
    door = DOORS[batch.dataset]
    with connection.cursor() as cursor:
        values = {"batch": batch.pk, "most": SHOWN}
        cursor.execute(door.new, values)
        new = cursor.fetchall()
        cursor.execute(door.other, values)
        other = cursor.fetchall()
    return {
        "created": [{"row": number, "child": child, "what": door.say_new(*said)} for number, child, *said in new],
        "changed": [{"row": number, "child": child, "what": door.say_other(*said)} for number, child, *said in other],
    }


def _store(by: By, batch: Batch, sheet: Sheet, tell: Progress) -> None:
    started, now = timezone.now(), timezone.now()
    door = DOORS[sheet.dataset.name]
    tell(*STEPS[0])
    door.stage()
    staged = Staged(batch, sheet)
    _stage(staged, now)
    tell(*STEPS[4])
    door.take_in(by=by, batch=batch.pk, now=now)
    tell(*STEPS[5])
    _keep(staged)
    _count(staged, started, door.counted)
    batch.refresh_from_db()
    record(
        by=by, kind=Line.FILES_IN, detail={"batch": batch.pk, "read": batch.rows_read, "unchanged": batch.unchanged},
        sentence=f"Loaded batch {batch.pk}: {batch.accepted} rows accepted, {batch.rejected} rejected.",
    )  # fmt: skip


def _stage(staged: Staged, now: datetime) -> None:
    """Read every row, set aside those that cannot be understood, and hand the others over with their child."""
    sheet = staged.sheet
    table = DOORS[sheet.dataset.name].table
    reader = Reader(sheet.dataset, sheet.mapping, now, lists(), police_words())
    columns = Lines(sheet.dataset).columns
    with connection.cursor() as cursor:
        hurry(cursor)
        cursor.execute("DROP TABLE IF EXISTS sheet_who, sheet_named, sheet_raw")
        cursor.execute(f"""CREATE TEMP TABLE sheet_raw (LIKE {table} INCLUDING DEFAULTS, ident text, given text, family text,
                             born date) ON COMMIT DROP""")
        for block in blocks(sheet, reader):
            staged.read += block.read
            for row in block.wrong:
                staged.aside(row, row.issues)
            with cursor.copy(f"COPY sheet_raw (number, {WHOSE}, {', '.join(columns)}) FROM STDIN") as copy:
                copy.write(block.lines)
        for statement in PEOPLE:
            cursor.execute(statement, {"identifier": sheet.mapping.identifier})
        of = "(r.ident, r.given, r.family) = (w.ident, w.given, w.family) AND r.born IS NOT DISTINCT FROM w.born"
        cursor.execute(f"""INSERT INTO sheet_aside SELECT r.number, 'MEG36', COALESCE(' It might be ' || w.might || '.', '')
                           FROM sheet_raw r JOIN sheet_who w ON {of} WHERE w.child_id IS NULL""")
        cursor.execute(f"""INSERT INTO {table} (number, child_id, {", ".join(columns)})
                           SELECT r.number, w.child_id, {", ".join(f"r.{column}" for column in columns)}
                           FROM sheet_raw r JOIN sheet_who w ON {of} WHERE w.child_id IS NOT NULL""")


def lists() -> dict[str, dict[str, str]]:
    """What may be written in the columns whose codes are a list of the partnership: the codes and their labels."""
    found: dict[str, dict[str, str]] = {}
    for column, name in LISTS.items():
        codes = Code.objects.of(name).values_list("code", "label")
        found[column] = {key.lower(): code for code, label in codes for key in (label, code)}
    return found


def police_words() -> list[Any]:
    return list(Code.objects.of("police_category").values_list("code", "valid_from", "valid_to"))


def _keep(staged: Staged) -> None:
    """Keep the rows that were set aside, as they were sent, and what changed records were before."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT number, code, said FROM sheet_aside ORDER BY number")
        late = {number: (code, said) for number, code, said in cursor.fetchall()}
    for row in _again(staged.sheet, set(late)):
        code, said = late[row.number]
        about = ABOUT.get(code, staged.sheet.dataset.column_of_time)
        staged.aside(row, [Issue(code, about, SENTENCES[code].format(said=said))])
    staged.keep()
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO intake_row (batch_id, "table", number, child, state, sent, issues, record, before)
               SELECT %s, in_table, COALESCE(number, 0), '', 'changed', '{}', '[]', record, before
               FROM sheet_done WHERE before IS NOT NULL""",
            [staged.batch.pk],
        )


def _again(sheet: Sheet, numbers: set[int]) -> Iterator[Read]:
    """Rows of a sheet by their numbers, as they were sent."""
    if not numbers:
        return
    for number, sent in enumerate(sheet.rows()):
        if number in numbers:
            yield Read(number, sent)


def _row(batch: Batch, sheet: Sheet, row: Read, issues: list[Issue]) -> Row:
    sent = dict(zip(sheet.dataset.names, row.sent, strict=True))
    child = sent["child_id"] or " ".join(filter(None, (sent["given_name"], sent["family_name"])))
    said = [
        {"code": one.code, "table": sheet.dataset.table, "row": row.number, "child": child, "fields": list(one.fields),
         "message": one.message}
        for one in issues
    ]  # fmt: skip
    return Row(batch=batch, table=sheet.dataset.table, number=row.number, child=child, state=Row.State.REJECTED, sent=sent,
               issues=said)  # fmt: skip


def _count(staged: Staged, started: datetime, table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT what, count(*) FROM sheet_done WHERE in_table = %s GROUP BY what", [table])
        done = {what: int(count) for what, count in cursor.fetchall()}
    created, changed = done.get("created", 0), done.get("changed", 0)
    Batch.objects.filter(pk=staged.batch.pk).update(
        state=Batch.State.LOADED, refusal="", step="", done=100, started_at=started, finished_at=timezone.now(),
        rows_read=staged.read, created=created, changed=changed, accepted=created + changed,
        unchanged=done.get("unchanged", 0), rejected=staged.rejected,
    )  # fmt: skip
    File.objects.filter(batch=staged.batch).update(rows=staged.read)


GIVE_BACK = """CREATE TEMP TABLE sheet_back ON COMMIT DROP AS SELECT "table" AS in_table, record, before FROM intake_row
WHERE batch_id = %s AND state = 'changed'"""


def sheet_worked_on_since(*, by: By, batch: Batch) -> int:
    """How many records of a sheet have been worked on since: it can then not be taken back."""
    permit(by, LOADERS, ONLY)
    since = DOORS[batch.dataset].worked_on_since
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS sheet_back")
        cursor.execute(GIVE_BACK, [batch.pk])
        cursor.execute("CREATE INDEX ON sheet_back (record)")
        cursor.execute("ANALYZE sheet_back")
        return since(batch=batch.pk, finished=batch.finished_at)


@transaction.atomic
def undo_sheet(*, by: By, batch: Batch) -> Batch:
    """Take a sheet back: what it made is withdrawn, what it changed is as it was. Its file and rows are kept.

    Raises: Refused, where the seat may not, the batch is not in, or its records have been worked on since.
    """
    permit(by, LOADERS, ONLY)
    if batch.state != Batch.State.LOADED:
        raise Refused(f"Batch {batch.pk} is not in, so there is nothing to take back.")
    if count := sheet_worked_on_since(by=by, batch=batch):
        records = "1 record has" if count == 1 else f"{count:,} records have"
        raise Refused(
            f"Batch {batch.pk} cannot be taken back: {records} been worked on since. Correct them one by one."
        )
    DOORS[batch.dataset].take_back(by=by, batch=batch.pk)
    Batch.objects.filter(pk=batch.pk).update(state=Batch.State.UNDONE, undone_at=timezone.now(), undone_by_name=by.name)
    record(by=by, kind=Line.FILES_IN, sentence=f"Took back batch {batch.pk}.", detail={"batch": batch.pk})
    batch.refresh_from_db()
    return batch
