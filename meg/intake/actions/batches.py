"""Batches of either kind, a return or a sheet: loaded, shown before, left, taken back."""

from __future__ import annotations

import io

from django.db import transaction
from django.utils import timezone

from meg.intake.actions import deliveries, sheets
from meg.intake.actions.deliveries import ONLY, Progress, take_turn
from meg.intake.models import Batch
from meg.intake.permissions import LOADERS
from meg.intake.reading import Source
from meg.intake.sources.sheet.columns import DATASETS
from meg.intake.sources.sheet.mapping import Mapping, read_mapping
from meg.intake.sources.sheet.rows import Sheet
from meg.partnership.seats import By, Refused, permit
from meg.partnership.trail.actions import record
from meg.partnership.trail.models import Kind

KEPT_ISSUES = 50  # rejected rows that a kept preview names


def is_sheet(batch: Batch) -> bool:
    """Whether a batch is one sheet, and not the files of a return."""
    return batch.dataset in DATASETS


def mapping_kept(batch: Batch) -> Mapping:
    """How the columns of a sheet were read. Corrected rows stand under our own headings."""
    if not batch.mapping:
        return Mapping()
    mapping = read_mapping("of this batch", batch.mapping, DATASETS[batch.dataset])
    return mapping if batch.again_of_id is None else mapping.bare


def sent_sheet(batch: Batch) -> Sheet:
    """The sheet of a batch, to be read again."""
    file = batch.files.get()
    content = bytes(file.content)
    source = Source(file.name, file.size, lambda: io.BytesIO(content))
    return Sheet(source, DATASETS[batch.dataset], mapping_kept(batch))


def load(*, by: By, batch: Batch, progress: Progress | None = None) -> Batch:
    """Check and store a batch, whole or not at all. `progress` is told each step and the per cent done.

    Raises: FileTrouble, where it cannot be loaded; Refused, where the seat may not or the batch is in.
    """
    if is_sheet(batch):
        return sheets.load_sheet(by=by, batch=batch, sheet=sent_sheet(batch), progress=progress)
    return deliveries.load(by=by, batch=batch, progress=progress)


def wants_a_look(batch: Batch) -> bool:
    """Whether what a batch would do is shown before it is loaded: a sheet from a page, but for corrected rows."""
    return is_sheet(batch) and batch.preview is None and batch.again_of_id is None


def preview(*, by: By, batch: Batch, progress: Progress | None = None) -> None:
    """Keep with a sheet what loading it would do, for a person to look at. Nothing of it is in.

    Raises: FileTrouble, where it cannot be loaded; Refused, where the seat may not or the batch is in.
    """
    permit(by, LOADERS, ONLY)
    with transaction.atomic():
        take_turn(batch)
        found = sheets.would_do(by, batch, sent_sheet(batch), progress or deliveries.quiet)
        transaction.set_rollback(True)
    found["issues"] = found["issues"][:KEPT_ISSUES]
    with transaction.atomic():
        Batch.objects.filter(pk=batch.pk).update(state=Batch.State.PREVIEWED, preview=found, step="", done=0)
        record(by=by, kind=Kind.FILES_IN, sentence=f"Saw what loading batch {batch.pk} would do. Nothing was loaded.",
               detail={"batch": batch.pk})  # fmt: skip


@transaction.atomic
def go_on(*, by: By, batch: Batch) -> None:
    """Have a batch loaded whose preview was looked at. Raises: Refused, where the seat may not or it was decided on."""
    permit(by, LOADERS, ONLY)
    if not Batch.objects.filter(pk=batch.pk, state=Batch.State.PREVIEWED).update(state=Batch.State.WAITING):
        raise Refused(f"Batch {batch.pk} was decided on already.")
    record(by=by, kind=Kind.FILES_IN, sentence=f"Decided to load batch {batch.pk}.", detail={"batch": batch.pk})


@transaction.atomic
def leave(*, by: By, batch: Batch) -> None:
    """Decide not to load a batch whose preview was looked at; it is kept.

    Raises: Refused, where the seat may not or it was decided on.
    """
    permit(by, LOADERS, ONLY)
    left = Batch.objects.filter(pk=batch.pk, state=Batch.State.PREVIEWED).update(
        state=Batch.State.REFUSED, refusal=f"{by.name} looked at what it would do and did not load it.",
        finished_at=timezone.now(),
    )  # fmt: skip
    if not left:
        raise Refused(f"Batch {batch.pk} was decided on already.")
    record(by=by, kind=Kind.FILES_IN, sentence=f"Decided not to load batch {batch.pk}.", detail={"batch": batch.pk})


def worked_on_since(*, by: By, batch: Batch) -> int:
    """How many records of a batch have been worked on since: it can then not be taken back."""
    return (sheets.sheet_worked_on_since if is_sheet(batch) else deliveries.worked_on_since)(by=by, batch=batch)


def undo(*, by: By, batch: Batch) -> Batch:
    """Take a batch back: what it made is withdrawn, what it changed is as it was. Its files and rows are kept.

    Raises: Refused, where the seat may not, the batch is not in, or its records have been worked on since.
    """
    return (sheets.undo_sheet if is_sheet(batch) else deliveries.undo)(by=by, batch=batch)
