"""Searching. The database looks, keeps to what the seat reaches, and writes the search to the trail."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db import connection

from meg.partnership.codes.models import Code
from meg.partnership.seats import By, Refused
from meg.protect.children.actions.looking import NO_CHILDREN
from meg.protect.children.models import Child, Identifier, Name
from meg.protect.children.rules import Called, reasons, same_name

MOST = 20
FIND = "SELECT child_id, same_birth, same_number FROM meg.find_children(%s, %s, %s, %s)"


@dataclass(frozen=True)
class Match:
    """A child that was found, and why. `exact`: the name, and the date of birth if one was given, are the same."""

    child: Child
    exact: bool
    reasons: list[str]
    also: list[str]


@dataclass(frozen=True)
class Found:
    """What a search found: at most 20, else only that there are more."""

    exact: list[Match] = field(default_factory=list)
    close: list[Match] = field(default_factory=list)
    too_many: bool = False


def find(*, by: By, words: str, born: date | None = None, exact_only: bool = False) -> Found:
    """Children whose name, other name, identifier, reference or date of birth is what was asked, or close to it.

    The closest first. Tolerant of spelling, word order, accents, hyphens, and of day and month swapped.
    Raises: Refused, where the seat works without children's records.
    """
    if not by.seat.sees_children:
        raise Refused(NO_CHILDREN)
    with connection.cursor() as cursor:
        cursor.execute(FIND, [words, born, MOST + 1, by.reason])
        hits = cursor.fetchall()
    if len(hits) > MOST:
        return Found(too_many=True)
    matches = _explained([child_id for child_id, _, _ in hits], {row[0] for row in hits if row[2]}, words, born)
    exact = [match for match in matches if match.exact]
    return Found(exact, [] if exact_only else [match for match in matches if not match.exact])


def _explained(ids: Sequence[int], numbered: set[int], words: str, born: date | None) -> list[Match]:
    """The children in the order given, under the seat's own eyes, each with why it was found."""
    if not ids:
        return []
    children = Child.objects.current().with_names().in_bulk(ids)
    names: dict[int, list[Called]] = {}
    for name in Name.objects.current().filter(child__in=ids).order_by("pk"):
        names.setdefault(name.child_id, []).append(Called(name.kind, name.given, name.family))
    numbers = _numbers(numbered, words)
    made = []
    for pk in ids:
        if child := children.get(pk):
            own = names.get(pk, [])
            same = pk in numbered or (same_name(words, own) and born in (None, child.date_of_birth))
            also = [f"{name.given} {name.family}".strip() for name in own if name.kind != Name.Kind.NAME]
            why = reasons(words, born, own, child.date_of_birth, numbers.get(pk, ""))
            made.append(Match(child, same, why, also))
    return made


def _numbers(numbered: set[int], words: str) -> dict[int, str]:
    """Child to the name of the identifier that was asked for; 'Reference' where it is our own."""
    if not numbered:
        return {}
    sources = Code.objects.labels("identifier_source")
    asked = "".join(letter for letter in words.upper() if letter.isalnum())
    kept = Identifier.objects.current().filter(child__in=numbered, folded=asked)
    named = {row.child_id: sources.get(row.source, row.source) for row in kept}
    return {pk: named.get(pk, "Reference") for pk in numbered}
