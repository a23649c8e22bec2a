"""Names and identifiers of a child. A name or a number that is taken back stays as a row that no longer counts."""

from __future__ import annotations

from datetime import date

from django.db import IntegrityError, models, transaction
from django.db.models.functions import Now

from meg.partnership.codes.models import Code
from meg.partnership.seats import By, permit
from meg.partnership.trail.actions import record
from meg.partnership.trail.models import Kind
from meg.protect.children.models import Child, Identifier, Name
from meg.protect.children.permissions import KEEPERS
from meg.protect.children.rules import Unfit

KEEP = "Only the exploitation team can change a child’s record. Tell the team what is not right."


def as_name(given: str, family: str) -> dict[str, str]:
    """A name as it is kept, without superfluous spaces.

    Raises: Unfit, where there is no letter in it.
    """
    names = {"given": " ".join(given.split()), "family": " ".join(family.split())}
    if not any(letter.isalpha() for letter in names["given"] + names["family"]):
        raise Unfit("Enter a name, the first or the family name at least.", "given")
    return names


def namesakes(*, given: str, family: str, born: date | None) -> list[Child]:
    """Children the seat sees with exactly this name and date of birth: perhaps the same child."""
    if born is None:
        return []
    ordered = models.Func(models.Value(f"{given} {family}"), function="meg.in_order", output_field=models.TextField())
    words = Name.objects.current().filter(in_order=ordered).values("child_id")
    return list(Child.objects.current().with_names().filter(date_of_birth=born, pk__in=words).order_by("pk")[:5])


@transaction.atomic
def rename_child(*, by: By, child: Child, given: str, family: str, former: Name.Kind = Name.Kind.FORMER) -> Name:
    """Give a child a new name. The name so far stays, as a former name or as another one the child is known by.

    Raises: Refused, where the seat may not; Unfit, where no name is given or it is the one so far.
    """
    permit(by, KEEPERS, KEEP)
    names = as_name(given, family)
    so_far = Name.objects.current().select_for_update().filter(child=child, kind=Name.Kind.NAME)
    if so_far.filter(**names).exists():
        raise Unfit("This is the name so far.", "given")
    so_far.update(kind=former)
    others = Name.objects.current().filter(child=child, kind=Name.Kind.OTHER, **names)
    others.update(withdrawn_at=Now())
    made = Name.objects.create(child=child, **names)
    sentence = "Changed a child’s name; the name so far is kept."
    record(by=by, kind=Kind.WRITE, sentence=sentence, reference=child.reference)
    return made


@transaction.atomic
def add_other_name(*, by: By, child: Child, given: str, family: str, kind: Name.Kind = Name.Kind.OTHER) -> Name:
    """Record another name a child is known by, or was.

    Raises: Refused, where the seat may not; Unfit, where it is empty or recorded already.
    """
    permit(by, KEEPERS, KEEP)
    names = as_name(given, family)
    if Name.objects.current().filter(child=child, **names).exists():
        raise Unfit("This name is recorded already.", "given")
    made = Name.objects.create(child=child, kind=kind, **names)
    record(by=by, kind=Kind.WRITE, sentence=f"Recorded {_article(kind)} of a child.", reference=child.reference)
    return made


def _article(kind: Name.Kind) -> str:
    return "a former name" if kind == Name.Kind.FORMER else "another name"


@transaction.atomic
def take_back_name(*, by: By, child: Child, name: Name) -> None:
    """Take back a name that is not this child's. The row stays, and no longer counts.

    Raises: Refused, where the seat may not; Unfit, where it is the name the child is known by.
    """
    permit(by, KEEPERS, KEEP)
    if name.kind == Name.Kind.NAME:
        raise Unfit("A child keeps a name. Change it instead.")
    Name.objects.filter(pk=name.pk, child=child).update(withdrawn_at=Now())
    record(
        by=by,
        kind=Kind.WRITE,
        sentence="Took back a name that is not this child’s.",
        reference=child.reference,
        detail={"name": name.pk},
    )


@transaction.atomic
def add_identifier(*, by: By, child: Child, source: str, value: str) -> Identifier:
    """Record the number by which another system knows a child. One taken back from another child may be given here.

    Raises: Refused, where the seat may not; Unfit, where the source is not known or the number is another child's.
    """
    permit(by, KEEPERS, KEEP)
    number = value.strip()
    if not Code.objects.of("identifier_source").filter(code=source).exists():
        raise Unfit("Choose which system the number comes from.", "source")
    if not any(letter.isalnum() for letter in number):
        raise Unfit("Enter the number.", "value")
    held = Identifier.objects.select_for_update().filter(source=source, value=number).first()
    if held and held.withdrawn_at is None:
        same = held.child_id == child.pk
        raise Unfit("This number is recorded already." if same else "This number is another child’s.", "value")
    if held:
        Identifier.objects.filter(pk=held.pk).update(child=child, withdrawn_at=None)
    try:
        with transaction.atomic():
            made = held or Identifier.objects.create(child=child, source=source, value=number)
    except IntegrityError:
        raise Unfit("This number is another child’s.", "value") from None
    detail = {"identifier": made.pk, "source": source}
    record(by=by, kind=Kind.WRITE, sentence="Recorded an identifier.", reference=child.reference, detail=detail)
    return made


@transaction.atomic
def take_back_identifier(*, by: By, child: Child, identifier: Identifier) -> None:
    """Take back a number that is not this child's. The row stays, and no longer counts.

    Raises: Refused, where the seat may not.
    """
    permit(by, KEEPERS, KEEP)
    Identifier.objects.filter(pk=identifier.pk, child=child).update(withdrawn_at=Now())
    record(
        by=by,
        kind=Kind.WRITE,
        sentence="Took back an identifier that is not this child’s.",
        reference=child.reference,
        detail={"identifier": identifier.pk, "source": identifier.source, "value": identifier.value},
    )
