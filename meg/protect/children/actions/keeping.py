"""Keeping a record: a new child, and facts that change. What was before stands in the trail."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from meg.partnership.codes.models import Code
from meg.partnership.seats import By, permit
from meg.partnership.trail.actions import record
from meg.partnership.trail.models import Kind
from meg.protect.children.actions.naming import KEEP, as_name
from meg.protect.children.models import Child, Name
from meg.protect.children.permissions import KEEPERS
from meg.protect.children.rules import Unfit, check_birth


@dataclass(frozen=True)
class Facts:
    """What is recorded of a child beside names and identifiers. Codes are those valid on the day they are recorded."""

    date_of_birth: date | None = None
    estimated_birth_year: int | None = None
    sex: str = ""
    ethnicity: str = ""
    disabilities: tuple[str, ...] = ()
    responsible_authority: str = ""

    @classmethod
    def of(cls, child: Child) -> Facts:
        return cls(
            child.date_of_birth,
            child.estimated_birth_year,
            child.sex,
            child.ethnicity,
            tuple(child.disabilities),
            child.responsible_authority,
        )


def sex_list(on: date) -> str:
    """The list of codes for sex that a day has: SSDA903 changed it on 1 April 2024."""
    return "sex_from_2025" if on >= date(2024, 4, 1) else "sex_to_2024"


def _codes(facts: Facts) -> set[tuple[str, str]]:
    return {
        ("sex", facts.sex),
        ("ethnicity", facts.ethnicity),
        *(("disabilities", code) for code in facts.disabilities),
    }


def check(facts: Facts, on: date, was: Facts | None = None) -> None:
    """What has been recorded before may stay as it is; what is new must be right today.

    Raises: Unfit with the sentence and the field.
    """
    check_birth(facts.date_of_birth, facts.estimated_birth_year, on)
    if "NONE" in facts.disabilities and len(facts.disabilities) > 1:
        raise Unfit("Choose 'No disability' alone, or the disabilities.", "disabilities")
    authority = facts.responsible_authority
    if authority and not (len(authority) == 3 and authority.isascii() and authority.isdigit()):
        raise Unfit("The responsible authority is a number of three digits, like 840.", "responsible_authority")
    kept = _codes(was) if was else set()
    lists = {"sex": sex_list(on), "ethnicity": "dfe_ethnicity", "disabilities": "disability"}
    valid = {
        (name, code)
        for name, found in lists.items()
        for code in Code.objects.of(found, on).values_list("code", flat=True)
    }
    for name, code in sorted(_codes(facts) - kept - valid):
        if code:
            raise Unfit(f"'{code}' is not a code that can be recorded today.", name)


@transaction.atomic
def add_child(*, by: By, given: str, family: str, facts: Facts) -> Child:
    """A new record.

    Raises: Refused, where the seat may not; Unfit, where a fact cannot be.
    """
    permit(by, KEEPERS, KEEP)
    check(facts, timezone.localdate())
    child = Child.objects.create(**{**asdict(facts), "disabilities": list(facts.disabilities)})
    child.refresh_from_db(fields=["reference"])
    Name.objects.create(child=child, **as_name(given, family))
    record(by=by, kind=Kind.WRITE, sentence="Added a child.", reference=child.reference, detail=_plain(asdict(facts)))
    return child


@transaction.atomic
def change_child(*, by: By, child: Child, facts: Facts) -> list[str]:
    """Change what is recorded; the values before and after stand in the trail. Returns the names of what changed.

    Raises: Refused, where the seat may not; Unfit, where a fact cannot be.
    """
    permit(by, KEEPERS, KEEP)
    was = Facts.of(Child.objects.select_for_update().get(pk=child.pk))
    check(facts, timezone.localdate(), was)
    before, after = asdict(was), asdict(facts)
    changed = [name for name in after if after[name] != before[name]]
    if changed:
        new = {name: list(after[name]) if name == "disabilities" else after[name] for name in changed}
        Child.objects.filter(pk=child.pk).update(**new)
        record(
            by=by,
            kind=Kind.WRITE,
            sentence="Changed a child’s details.",
            reference=child.reference,
            detail={
                "before": _plain({name: before[name] for name in changed}),
                "after": _plain({name: after[name] for name in changed}),
            },
        )
    return changed


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    """As JSON has it: dates in ISO form, tuples as lists, what is empty left out."""
    return {
        name: value.isoformat() if isinstance(value, date) else list(value) if isinstance(value, tuple) else value
        for name, value in values.items()
        if value not in (None, "", ())
    }
