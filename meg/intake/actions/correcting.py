"""Rejected rows corrected here, and sent again as a batch of their own."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence

from django.db import transaction
from django.utils import timezone

from meg.intake.actions.batches import is_sheet, mapping_kept
from meg.intake.actions.deliveries import DATASET, ONLY, sent_files
from meg.intake.actions.keeping import keep_file
from meg.intake.actions.sheets import lists, police_words
from meg.intake.models import Batch, Row
from meg.intake.permissions import LOADERS
from meg.intake.reading import NUL_SHOWN, SentFile, Source
from meg.intake.sources.sheet.columns import DATASETS
from meg.intake.sources.sheet.reading_rows import Issue, Reader
from meg.intake.sources.sheet.rows import Sheet
from meg.intake.sources.ssda903.tables import LOADED
from meg.partnership.seats import By, Refused, permit
from meg.partnership.trail.actions import record
from meg.partnership.trail.models import Kind
from meg.protect.children.rules import Unfit

NOT_THERE = "This row was sent again already, or its batch is not in. Open the batch to see where it stands."
LONGEST = 4000  # characters of one value


def headings(batch: Batch, table: str) -> tuple[str, ...]:
    """The columns of a table of a batch, as their values are kept."""
    if is_sheet(batch):
        return DATASETS[batch.dataset].names
    return tuple(column.name.lower() for column in LOADED.get(table, ()))


def what_is_wrong(batch: Batch, values: Mapping[str, str]) -> list[Issue]:
    """What is wrong with a sheet's row by itself, before it is sent: its dates, codes, lengths and order."""
    dataset = DATASETS[batch.dataset]
    content = as_csv(dataset.names, [values])
    sheet = Sheet(Source("row", len(content), lambda: io.BytesIO(content)), dataset, mapping_kept(batch).bare)
    sent = next(sheet.rows(), None)
    reader = Reader(dataset, sheet.mapping, timezone.now(), lists(), police_words())
    return (
        reader.read(0, sent).issues
        if sent
        else [Issue("MEG32", dataset.column_of_time, "The row is empty. Fill it in, or leave it as it is.")]
    )


@transaction.atomic
def correct_row(*, by: By, row: Row, values: Mapping[str, str]) -> None:
    """Keep how a rejected row should be, until it is sent again. What was sent stays beside it.

    Raises: Refused, where the seat may not or the row cannot be corrected any more; Unfit, where a value cannot be kept or
    a sheet's row is wrong by itself.
    """
    permit(by, LOADERS, ONLY)
    kept = (
        Row.objects.select_for_update(of=("self",))
        .to_correct()
        .filter(pk=row.pk, batch__state=Batch.State.LOADED)
        .first()
    )
    if kept is None:
        raise Refused(NOT_THERE)
    given = {name: values.get(name, "").strip() for name in headings(kept.batch, kept.table)}
    for name, value in given.items():
        if "\0" in value or NUL_SHOWN in value:
            raise Unfit("This holds a NUL character (shown as ␀), which is not text. Take it out.", name)
        if len(value) > LONGEST:
            raise Unfit(f"This has {len(value):,} characters; the most is {LONGEST:,}.", name)
    if is_sheet(kept.batch) and (wrong := what_is_wrong(kept.batch, given)):
        raise Unfit(wrong[0].message, wrong[0].fields[0])
    Row.objects.filter(pk=kept.pk).update(corrected=given, corrected_by_name=by.name)
    record(by=by, kind=Kind.FILES_IN, sentence=f"Corrected row {kept.number} of batch {kept.batch_id}.",
           detail={"batch": kept.batch_id, "table": kept.table, "row": kept.number})  # fmt: skip


@transaction.atomic
def send_again(*, by: By, batch: Batch) -> Batch:
    """Send the corrected rows of a batch again, as a batch that is to be loaded. A return goes whole, with those rows in it.

    Raises: Refused, where the seat may not, none is corrected, or a later return of the same year is in.
    """
    permit(by, LOADERS, ONLY)
    rows = list(Row.objects.select_for_update(of=("self",)).to_send().filter(batch=batch).in_file_order())
    if batch.state != Batch.State.LOADED or not rows:
        raise Refused(f"No corrected row of batch {batch.pk} waits to be sent again.")
    if batch.dataset == DATASET and (later := _later(batch)):
        raise Refused(f"Batch {later} holds a later return for {batch.year}. Correct the rows of that batch instead.")
    again = Batch.objects.create(
        dataset=batch.dataset, year=batch.year, mapping=batch.mapping, again_of=batch, left_alone=batch.left_alone
    )
    for name, table, content in _contents(batch, rows):
        keep_file(batch=again, name=name, table=table, stream=io.BytesIO(content))
    Row.objects.filter(pk__in=[row.pk for row in rows]).update(sent_again=again)
    record(by=by, kind=Kind.FILES_IN, sentence=f"Sent corrected rows of batch {batch.pk} again as batch {again.pk}.",
           detail={"batch": again.pk, "again_of": batch.pk, "rows": len(rows)})  # fmt: skip
    return again


def _later(batch: Batch) -> int | None:
    """The latest later return of the same year that is in."""
    same = Batch.objects.filter(dataset=batch.dataset, year=batch.year, state=Batch.State.LOADED, pk__gt=batch.pk)
    return same.order_by("-pk").values_list("pk", flat=True).first()


def _contents(batch: Batch, rows: Sequence[Row]) -> list[tuple[str, str, bytes]]:
    """The files of the next batch: name, table, content."""
    if is_sheet(batch):
        dataset, file = DATASETS[batch.dataset], batch.files.defer("content").get()
        name = f"{file.name.rsplit('.', 1)[0]}, corrected.csv"
        return [(name, dataset.table, as_csv(dataset.names, [row.corrected or {} for row in rows]))]
    right = {(row.table, row.number): row.corrected or {} for row in rows}
    return [(file.name, file.table, _with(file, right)) for file in sent_files(batch)]


def _with(file: SentFile, right: Mapping[tuple[str, int], Mapping[str, str]]) -> bytes:
    """A file of a return with some of its rows as they should be. One without any stays as it was sent."""
    if not any(table == file.table for table, _ in right):
        return file.content
    found = (
        right.get((file.table, number)) or dict(zip((name.lower() for name in file.columns), row, strict=True))
        for number, row in enumerate(file.rows())
    )
    return as_csv(tuple(name.lower() for name in file.columns), list(found), upper=True)


def as_csv(names: Sequence[str], rows: Sequence[Mapping[str, str]], *, upper: bool = False) -> bytes:
    """Rows under headings, as CSV in UTF-8. Not for a spreadsheet: nothing is escaped against formulas."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([name.upper() if upper else name for name in names])
    writer.writerows([row.get(name, "") for name in names] for row in rows)
    return text.getvalue().encode()
