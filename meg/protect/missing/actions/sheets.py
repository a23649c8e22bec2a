"""The carer's sheet, kept beforehand; and information passed to the police, which is no part of the child's record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import connection, transaction

from meg.partnership.seats import By, permit
from meg.partnership.trail.actions import record
from meg.partnership.trail.models import Kind
from meg.protect.children.models import Child
from meg.protect.children.rules import Unfit
from meg.protect.missing.models import Passed, Sheet
from meg.protect.missing.permissions import PASSED_READERS, PASSERS, SHEET_KEEPERS

FIELDS = (
    "description", "usual_clothes", "places", "people", "contact", "travel", "health", "helps", "carer", "carer_phone",
    "photo_held_by",
)  # fmt: skip


@transaction.atomic
def keep_sheet(*, by: By, child: Child, told: Mapping[str, str]) -> Sheet:
    """Keep a new state of a child's sheet; the earlier ones stay. Raises: Refused; Unfit, where nothing is told."""
    permit(by, SHEET_KEEPERS, "Only those who work with the child can change this sheet.")
    given = {name: told.get(name, "").strip() for name in FIELDS}
    if not any(given.values()):
        raise Unfit("Fill in at least one part of the sheet.")
    last = Sheet.objects.filter(child=child).order_by("-updated_at", "-pk").first()
    if last is not None and all(getattr(last, name) == value for name, value in given.items()):
        raise Unfit("Nothing is different from the sheet as it is. Change something, or go back.")
    made = Sheet.objects.create(child=child, **given)
    record(by=by, kind=Kind.WRITE, sentence="Updated what carers know beforehand.", reference=child.reference,
           detail={"sheet": made.pk})  # fmt: skip
    return made


READS = "Only a police intelligence officer reads what was passed on."
PASS = """INSERT INTO missing_passed (child_id, reference, words, how_known, may_be_asked)
VALUES (%s, %s, %s, %s, %s)"""


@transaction.atomic
def pass_information(*, by: By, child: Child | None, words: str, how_known: str, may_be_asked: bool) -> None:
    """Pass information to the police. It is not kept in the child's record, and whoever passes it cannot read it again.

    Raises: Refused; Unfit, where nothing is said.
    """
    permit(by, PASSERS, "Only those who work with children pass information on here.")
    if not words.strip():
        raise Unfit("Write down the information.", "words")
    reference = str(child.reference) if child else ""
    with connection.cursor() as cursor:  # without RETURNING: the writer may not read it
        cursor.execute(PASS, [child.pk if child else None, reference, words.strip(), how_known.strip(), may_be_asked])
    record(by=by, kind=Kind.WRITE, sentence="Passed information to the police.", reference=reference)


@transaction.atomic
def take_up(*, by: By, passed: Passed, now: datetime) -> None:
    """The intelligence officer has taken an item up. Raises: Refused; Unfit, where it was taken up already."""
    permit(by, PASSED_READERS, READS)
    done = Passed.objects.filter(pk=passed.pk, taken_up_at__isnull=True).update(taken_up_at=now, taken_up_by=by.name)
    if not done:
        raise Unfit("This was taken up already.")
    record(by=by, kind=Kind.WRITE, sentence="Took up information that was passed on.", detail={"passed": passed.pk})


@transaction.atomic
def record_passed_read(*, by: By, numbers: Sequence[int]) -> None:
    """Items that were passed on were shown: a look at each. Raises: Refused, where the seat may not."""
    permit(by, PASSED_READERS, READS)
    if numbers:
        record(by=by, kind=Kind.LOOK, sentence="Read what was passed on.", detail={"passed": list(numbers)})
