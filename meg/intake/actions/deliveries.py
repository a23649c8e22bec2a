"""Verbs of deliveries: receive files, load them, take a batch back."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from meg.intake.actions.keeping import keep_file
from meg.intake.models import Batch, File, Row
from meg.intake.permissions import LOADERS, READERS
from meg.intake.reading import FileTrouble, Reading, SentFile
from meg.intake.rules import CollectionYear, collection_year
from meg.intake.sources.ssda903 import checks, stage
from meg.intake.sources.ssda903.handover import hand_over, name_children, over_others
from meg.partnership.seats import By, Refused, permit
from meg.partnership.trail.actions import record
from meg.partnership.trail.models import Kind
from meg.protect.children.actions import deliveries as children
from meg.protect.missing.actions import deliveries as missing

DATASET = "ssda903"
ONLY = "Only the exploitation team and the operator can load files."
ONLY_READERS = "Only the exploitation team and an analyst can see what was in the files."
Progress = Callable[[str, int], None]

ISSUE = ("code", "table", "row", "child", "fields", "message")  # the order in which JSON says it
STEPS = (
    ("reading", 5),
    ("checking", 30),
    ("children", 55),
    ("time looked after", 70),
    ("episodes", 85),
    ("numbers", 95),
)
"""What loading goes through, each with the per cent that is done when it begins."""


def quiet(step: str, done: int) -> None:
    """Tell nobody how far it is."""


@transaction.atomic
def receive(*, by: By, dataset: str, year: str, reading: Reading) -> Batch:
    """Keep the files of one delivery as they were sent, to be loaded.

    Raises: Refused, where the seat may not; YearTrouble, where the year is none.
    """
    permit(by, LOADERS, ONLY)
    batch = Batch.objects.create(
        dataset=dataset,
        year=collection_year(year).label,
        left_alone=[f"{file.name} ({file.table})" for file in reading.left] + list(reading.passed_over),
    )
    for file in reading.files:
        keep_file(batch=batch, name=file.name, table=file.table, stream=io.BytesIO(file.content))
    names = ", ".join(file.name for file in reading.files)
    record(by=by, kind=Kind.FILES_IN, sentence=f"Sent {names} as batch {batch.pk}.", detail={"batch": batch.pk})
    return batch


def sent_files(batch: Batch) -> list[SentFile]:
    """The files of a batch, to be read again."""
    return [SentFile.kept(file.name, file.table, bytes(file.content)) for file in batch.files.order_by("pk")]


def load(*, by: By, batch: Batch, progress: Progress | None = None) -> Batch:
    """Check and store a batch, whole or not at all.

    `progress` is told each step and the per cent done. Raises: FileTrouble, where it cannot be loaded: then `refuse`
    it in a transaction of its own; Refused, where the seat may not or the batch is in.
    """
    permit(by, LOADERS, ONLY)
    tell = progress or quiet
    with transaction.atomic():
        take_turn(batch)
        _store(by, batch, tell)
    batch.refresh_from_db()
    return batch


def take_turn(batch: Batch) -> None:
    """Wait until no other batch is being loaded, and see that this one is still to be.

    Raises: Refused, where it is in or was taken back.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('intake.load'), %s)", [batch.partnership_id])
    batch.refresh_from_db(fields=["state"])
    if batch.state == Batch.State.LOADED:
        raise Refused(f"Batch {batch.pk} is in already.")
    if batch.state == Batch.State.UNDONE:
        raise Refused(f"Batch {batch.pk} was taken back. Send the files again to load them.")


@transaction.atomic
def begin(*, by: By, batch: Batch) -> bool:
    """Say that a waiting batch is being loaded; one whose loading was cut short is begun again.

    Returns False where it is in, was taken back or could not be loaded: nothing is left to do.
    Raises: Refused, where the seat may not.
    """
    permit(by, LOADERS, ONLY)
    to_do = Batch.objects.filter(pk=batch.pk, state__in=(Batch.State.WAITING, Batch.State.LOADING))
    return bool(to_do.update(state=Batch.State.LOADING, started_at=timezone.now(), step=STEPS[0][0], done=0))


@transaction.atomic
def tell_progress(*, by: By, batch: int, step: str, done: int) -> None:
    """Show how far the loading of a batch is: the step, and the per cent done. No line in the trail: nothing is in.

    Raises: Refused, where the seat may not.
    """
    permit(by, LOADERS, ONLY)
    Batch.objects.filter(pk=batch, state=Batch.State.LOADING).update(step=step, done=done)


@transaction.atomic
def look(*, by: By, batch: Batch, what: str) -> None:
    """Put into the trail that somebody saw rows of a batch. Raises: Refused, where the seat may not."""
    permit(by, READERS, ONLY_READERS)
    record(by=by, kind=Kind.LOOK, sentence=f"Looked at {what} of batch {batch.pk}.", detail={"batch": batch.pk})


@transaction.atomic
def take_away(*, by: By, batch: Batch, table: str) -> list[dict[str, str]]:
    """The rejected rows of one table as they were sent, by heading, to be corrected elsewhere.

    Raises: Refused, where the seat may not.
    """
    permit(by, READERS, ONLY_READERS)
    found = batch.rows.rejected().filter(table=table).in_file_order().values_list("sent", flat=True)
    rows = [{name.upper(): str(value or "") for name, value in sent.items()} for sent in found]
    record(
        by=by,
        kind=Kind.TAKEN_AWAY,
        sentence=f"Took the rejected {table} rows of batch {batch.pk} away.",
        detail={"batch": batch.pk, "rows": len(rows)},
    )
    return rows


@transaction.atomic
def refuse(*, by: By, batch: Batch, sentence: str) -> None:
    """Keep, with the batch, why it could not be loaded. Nothing of it is in.

    Raises: Refused, where the seat may not, or the batch is in after all or was taken back.
    """
    permit(by, LOADERS, ONLY)
    not_in = Batch.objects.filter(pk=batch.pk).exclude(state__in=(Batch.State.LOADED, Batch.State.UNDONE))
    if not not_in.update(state=Batch.State.REFUSED, refusal=sentence, finished_at=timezone.now(), step="", done=0):
        raise Refused(f"Batch {batch.pk} is in already.")
    record(by=by, kind=Kind.FILES_IN, sentence=f"Batch {batch.pk} was not loaded.", detail={"why": sentence})


def _store(by: By, batch: Batch, tell: Progress) -> None:
    """Everything that loading is, in the caller's transaction. Raises: FileTrouble."""
    year = collection_year(batch.year)
    started = timezone.now()
    with connection.cursor() as cursor:
        tell(*STEPS[0])
        counts = stage.load(cursor, sent_files(batch))
        if sentence := stage.another_year(cursor, start=year.start, end=year.end):
            raise FileTrouble(sentence)
        tell(*STEPS[1])
        issues = _check(cursor, year)
        children.stage_deliveries()
        missing.stage_deliveries()
        tell(*STEPS[2])
        hand_over(cursor, "Header")
        children.take_in_children(by=by, batch=batch.pk)
        name_children(cursor)
        tell(*STEPS[3])
        if "Episodes" in counts:
            hand_over(cursor, "Episodes")
            children.take_in_care(by=by, batch=batch.pk, year=year.label)
        tell(*STEPS[4])
        if "Missing" in counts:
            hand_over(cursor, "Missing")
            missing.take_in(by=by, batch=batch.pk, year=year.label, source=DATASET)
            issues += over_others(cursor)
        missing.derive_missing_from(by=by, source=DATASET)
        tell(*STEPS[5])
        _keep_rows(cursor, batch, issues)
        _count(cursor, batch, counts, started)
    batch.refresh_from_db()
    record(
        by=by,
        kind=Kind.FILES_IN,
        sentence=f"Loaded batch {batch.pk}: {batch.accepted} rows accepted, {batch.rejected} rejected.",
        detail={"batch": batch.pk, "read": batch.rows_read, "unchanged": batch.unchanged},
    )


def _check(cursor: stage.Cursor, year: CollectionYear) -> list[checks.Issue]:
    cursor.execute(
        """INSERT INTO stage_known SELECT DISTINCT upper(value) FROM children_identifier
           WHERE partnership_id = meg.partnership() AND source = %s ON CONFLICT DO NOTHING""",
        [DATASET],
    )
    cursor.execute(
        """INSERT INTO stage_code SELECT DISTINCT list, upper(code) FROM codes_code
           WHERE (list LIKE 'ssda903%%' OR list LIKE 'sex%%' OR list = 'dfe_ethnicity')
             AND (valid_from IS NULL OR valid_from <= %(end)s) AND (valid_to IS NULL OR valid_to >= %(start)s)
           ON CONFLICT DO NOTHING""",
        {"start": year.start, "end": year.end},
    )
    return checks.run(cursor, start=year.start, end=year.end)


def _keep_rows(cursor: stage.Cursor, batch: Batch, issues: Sequence[checks.Issue]) -> None:
    """Keep the rows that broke a rule, as they were sent, and what changed records were before."""
    set_aside = {(table, number) for table, numbers in checks.rejected(cursor).items() for number in numbers}
    by_row: dict[tuple[str, int], list[checks.Issue]] = {}
    for issue in issues:
        by_row.setdefault((issue.table, issue.row), []).append(issue)
    rows = []
    for (table, number), found in by_row.items():
        rejected = (table, number) in set_aside
        rows.append(
            Row(
                batch=batch,
                table=table,
                number=number,
                child=found[0].child,
                state=Row.State.REJECTED if rejected else Row.State.FLAGGED,
                issues=[issue.as_json() for issue in found],
            )
        )
    Row.objects.bulk_create(rows, batch_size=2000)
    for table in ("Header", "Episodes", "Missing"):
        cursor.execute(
            f"""UPDATE intake_row r SET sent = to_jsonb(s) - ARRAY(
                  SELECT k FROM jsonb_object_keys(to_jsonb(s)) k WHERE k LIKE '%%\\_on' OR k LIKE '%%\\_key'
                    OR k IN ('number', 'missing_code'))
                FROM stage_{table.lower()} s WHERE r.batch_id = %s AND r."table" = %s AND s.number = r.number""",
            [batch.pk, table],
        )
    cursor.execute(
        """INSERT INTO intake_row (batch_id, "table", number, child, state, sent, issues, record, before)
           SELECT %s, in_table, COALESCE(number, 0), '', 'changed', '{}', '[]', record, before
           FROM delivered_done WHERE what IN ('changed', 'withdrawn')""",
        [batch.pk],
    )


def _count(cursor: stage.Cursor, batch: Batch, counts: dict[str, int], started: Any) -> None:
    cursor.execute("SELECT what, count(*) FROM delivered_done GROUP BY what")
    done = {what: int(count) for what, count in cursor.fetchall()}
    read = sum(counts.values())
    rejected = sum(len(numbers) for numbers in checks.rejected(cursor).values())
    Batch.objects.filter(pk=batch.pk).update(
        state=Batch.State.LOADED,
        refusal="",
        step="",
        done=100,
        started_at=started,
        finished_at=timezone.now(),
        rows_read=read,
        created=done.get("created", 0),
        changed=done.get("changed", 0),
        accepted=done.get("created", 0) + done.get("changed", 0),
        unchanged=done.get("unchanged", 0),
        withdrawn=done.get("withdrawn", 0),
        rejected=rejected,
    )
    for table, rows in counts.items():
        File.objects.filter(batch=batch, table=table).update(rows=rows)


GIVE_BACK = """INSERT INTO given_back SELECT "table", record, before FROM intake_row
WHERE batch_id = %s AND state = 'changed'"""


def worked_on_since(*, by: By, batch: Batch) -> int:
    """How many records of a batch have been worked on since: it can then not be taken back."""
    permit(by, LOADERS, ONLY)
    with transaction.atomic(), connection.cursor() as cursor:
        children.stage_deliveries()
        cursor.execute(GIVE_BACK, [batch.pk])
        return children.worked_on_since(batch=batch.pk) + missing.worked_on_since(
            batch=batch.pk, finished=batch.finished_at
        )


@transaction.atomic
def undo(*, by: By, batch: Batch) -> Batch:
    """Take a batch back: what it made is withdrawn, what it changed is as it was. Its files and rows are kept.

    Raises: Refused, where the seat may not, the batch is not in, or its records have been worked on since.
    """
    permit(by, LOADERS, ONLY)
    if batch.state != Batch.State.LOADED:
        raise Refused(f"Batch {batch.pk} is not in, so there is nothing to take back.")
    if since := worked_on_since(by=by, batch=batch):
        records = "1 record has" if since == 1 else f"{since:,} records have"
        raise Refused(
            f"Batch {batch.pk} cannot be taken back: {records} been worked on since. "
            "Take back the later batch first, or correct the records one by one."
        )
    missing.take_back(by=by, batch=batch.pk)
    children.take_back(by=by, batch=batch.pk)
    missing.derive_missing_from(by=by, source=DATASET)
    Batch.objects.filter(pk=batch.pk).update(state=Batch.State.UNDONE, undone_at=timezone.now(), undone_by_name=by.name)
    record(by=by, kind=Kind.FILES_IN, sentence=f"Took back batch {batch.pk}.", detail={"batch": batch.pk})
    batch.refresh_from_db()
    return batch


def as_json(batch: Batch) -> dict[str, Any]:
    """What `meg load --json` prints of a batch: its numbers, and every rule broken, by table and row."""
    rows = batch.rows.exclude(state=Row.State.CHANGED).in_file_order()
    found: dict[str, Any] = {
        "batch": batch.pk,
        "rows": {
            "read": batch.rows_read,
            "accepted": batch.accepted,
            "rejected": batch.rejected,
            "unchanged": batch.unchanged,
        },
        "issues": [
            {key: issue[key] for key in ISSUE} for issues in rows.values_list("issues", flat=True) for issue in issues
        ],
    }
    return found


@transaction.atomic
def record_export(*, by: By, dataset: str, year: str, rows: int) -> None:
    """A table of a return was written from the records: it is in the trail as taken away.

    Raises: Refused, where the seat may not.
    """
    permit(by, LOADERS, ONLY)
    record(
        by=by, kind=Kind.TAKEN_AWAY, sentence=f"Wrote {rows:,} rows of {dataset} for {year}.",
        detail={"dataset": dataset, "year": year, "rows": rows},
    )  # fmt: skip


@transaction.atomic
def record_comparison(*, by: By, dataset: str, file: str, rows: int) -> None:
    """A file was compared with the records, child by child: a look at each. Raises: Refused, where the seat may not."""
    permit(by, READERS | LOADERS, ONLY_READERS)
    record(
        by=by, kind=Kind.LOOK, sentence=f"Compared {rows:,} children of a file ({dataset}) with the records.",
        detail={"dataset": dataset, "file": file},
    )  # fmt: skip
