"""Verbs of access: members and their seats, work with children, grants, drafts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models.functions import Now
from django.utils import timezone

from meg.partnership.access.models import Account, Draft, Grant, Involvement, Member
from meg.partnership.access.permissions import GLASS_BREAKERS, KEEPERS, SHARERS
from meg.partnership.agencies.models import Agency
from meg.partnership.seats import By, Refused, Seat, permit, seated
from meg.partnership.trail.actions import record, record_sign_in
from meg.partnership.trail.models import Kind

KEEP = "Only an administrator can change the members of the partnership."
CLOSE = "Only an administrator can change the agencies of the partnership."
SHARE = "Only the exploitation team can change who works with a child."
GLASS = timedelta(hours=1)
NAMED = """SELECT name, set_config('meg.partnership', partnership_id::text, true),
  set_config('meg.member', member_id::text, true) FROM meg.who(%s)"""
UNNAMED = "SELECT set_config('meg.partnership', '', true), set_config('meg.member', '', true)"


@transaction.atomic
def add_member(
    *, by: By, email: str, name: str, job: str, agency: Agency, seats: Iterable[Seat], password: str | None = None
) -> Member:
    """Bring a person into the partnership. Without a password they choose one by the link they are sent.

    Raises: Refused, where the seat may not or the address has an account already.
    """
    permit(by, KEEPERS, KEEP)
    if Account.objects.filter(email__iexact=email).exists():
        raise Refused("This e-mail address has an account already.")
    account = Account.objects.create_user(email, password)
    chosen = sorted(seat.value for seat in seats)
    member = Member.objects.create(account=account, agency=agency, name=name, job=job, seats=chosen)
    record(
        by=by,
        kind=Kind.ACCESS,
        sentence=f"Added the member {name} with the seats {', '.join(Seat(seat).label for seat in chosen)}.",
        detail={"member": member.pk, "seats": chosen},
    )
    return member


@transaction.atomic
def change_member(
    *, by: By, member: Member, name: str, job: str, agency: Agency, seats: Iterable[Seat], email: str | None = None
) -> None:
    """Change a member's name, job, agency, seats or e-mail address. It holds from their next request.

    Raises: Refused, where the seat may not, the address has an account already, or an administrator would take their
    own last way to administer, or would give themselves a seat: that is another administrator's to do.
    """
    permit(by, KEEPERS, KEEP)
    chosen, was = sorted(seat.value for seat in seats), member.account.email
    if member.pk == by.member_id and Seat.ADMINISTRATOR.value not in chosen:
        raise Refused("You cannot take your own administrator's seat away. Ask another administrator.")
    if member.pk == by.member_id and set(chosen) - set(member.seats):
        raise Refused("You cannot give yourself a seat. Ask another administrator.")
    if email and Account.objects.filter(email__iexact=email).exclude(pk=member.account_id).exists():
        raise Refused("This e-mail address has an account already.")
    before = {"name": member.name, "job": member.job, "agency": member.agency_id, "seats": member.seats, "email": was}
    after = {"name": name, "job": job, "agency": agency.pk, "seats": chosen, "email": (email or was).lower()}
    Member.objects.filter(pk=member.pk).update(name=name, job=job, agency=agency, seats=chosen)
    Account.objects.filter(pk=member.account_id).update(email=after["email"])
    changed = {key: [before[key], after[key]] for key in before if before[key] != after[key]}
    record(
        by=by,
        kind=Kind.ACCESS,
        sentence=f"Changed the member {name}.",
        detail={"member": member.pk, **{f"{key} was": pair[0] for key, pair in changed.items()},
                **{f"{key} is": pair[1] for key, pair in changed.items()}},
    )  # fmt: skip


@transaction.atomic
def end_member(*, by: By, member: Member, on: date) -> None:
    """A member leaves: they can no longer sign in, and what they did stays in the trail.

    Raises: Refused, where the seat may not, or the member is oneself.
    """
    permit(by, KEEPERS, KEEP)
    if member.pk == by.member_id:
        raise Refused("You cannot end your own membership. Ask another administrator.")
    Member.objects.filter(pk=member.pk).update(left_on=on)
    Account.objects.filter(pk=member.account_id).update(is_active=False)
    record(
        by=by,
        kind=Kind.ACCESS,
        sentence=f"Ended the membership of {member.name}.",
        detail={"member": member.pk, "on": on.isoformat()},
    )


@transaction.atomic
def welcome_back(*, by: By, member: Member) -> None:
    """A member who had left comes back, in no seat until one is given: they can sign in again.

    Raises: Refused, where the seat may not.
    """
    permit(by, KEEPERS, KEEP)
    Member.objects.filter(pk=member.pk).update(left_on=None, seats=[])
    Account.objects.filter(pk=member.account_id).update(is_active=True)
    record(
        by=by,
        kind=Kind.ACCESS,
        sentence=f"Took the member {member.name} back.",
        detail={"member": member.pk, "left on": str(member.left_on)},
    )


@transaction.atomic
def send_for_password(*, by: By, member: Member, send: Callable[[Account], object]) -> None:
    """Send a member the link by which they choose a password, once this line stands. No child is named in it.

    Raises: Refused, where the seat may not or the member has left.
    """
    permit(by, KEEPERS, KEEP)
    if member.left_on:
        raise Refused(f"{member.name} has left. Take them back first.")
    record(
        by=by,
        kind=Kind.ACCESS,
        sentence=f"Sent {member.name} a link to choose a password.",
        detail={"member": member.pk},
    )
    account = member.account
    transaction.on_commit(lambda: send(account))


@transaction.atomic
def close_agency(*, by: By, agency: Agency, name: str, on: date) -> None:
    """An agency no longer works in the partnership. Its old records keep its name.

    Raises: Refused, where the seat may not, or people still work for it.
    """
    permit(by, KEEPERS, CLOSE)
    people = Member.objects.filter(agency=agency, left_on__isnull=True).count()
    if people:
        said = "1 member works" if people == 1 else f"{people} members work"
        raise Refused(f"{said} for {name}. Move them to another agency or end their membership first.")
    Agency.objects.filter(pk=agency.pk).update(closed_on=on)
    record(
        by=by, kind=Kind.ACCESS, sentence=f"Closed the agency {name}.",
        detail={"agency": agency.pk, "on": on.isoformat()},
    )  # fmt: skip


@transaction.atomic
def open_agency_again(*, by: By, agency: Agency, name: str) -> None:
    """An agency that was closed works in the partnership again.

    Raises: Refused, where the seat may not.
    """
    permit(by, KEEPERS, CLOSE)
    Agency.objects.filter(pk=agency.pk).update(closed_on=None)
    record(by=by, kind=Kind.ACCESS, sentence=f"Opened the agency {name} again.", detail={"agency": agency.pk})


@transaction.atomic
def involve(
    *, by: By, child_id: int, reference: str, agency: Agency, member: Member | None = None, role: str = ""
) -> Involvement:
    """Record that an agency, or one of its people, works with a child: they can then see the child's record.

    Raises: Refused, where the seat may not or the person is not of the agency: it would see the record by them.
    """
    permit(by, SHARERS, SHARE)
    if member and member.agency_id != agency.pk:
        raise Refused(f"{member.name} works for another agency.")
    made = Involvement.objects.create(child_id=child_id, agency=agency, member=member, role=role)
    whom = f"Allocated {member.name} to a child." if member else "Recorded that an agency works with a child."
    record(by=by, kind=Kind.ACCESS, sentence=whom, reference=reference, detail={"agency": agency.pk, "role": role})
    return made


@transaction.atomic
def end_involvement(*, by: By, involvement: Involvement, reference: str) -> None:
    """An agency or a person no longer works with a child, and no longer sees the record.

    Raises: Refused, where the seat may not.
    """
    permit(by, SHARERS, SHARE)
    Involvement.objects.filter(pk=involvement.pk, until__isnull=True).update(until=Now())
    record(by=by, kind=Kind.ACCESS, sentence="Ended an agency's work with a child.", reference=reference)


@transaction.atomic
def grant(
    *,
    by: By,
    child_id: int,
    reference: str,
    reason: str,
    until: datetime,
    agency: Agency | None = None,
    member: Member | None = None,
) -> Grant:
    """Share one child's record with an agency or a person, for a reason and until a time.

    Raises: Refused, where the seat may not or no reason is given.
    """
    permit(by, SHARERS, SHARE)
    if not reason.strip():
        raise Refused("Say why the record is shared.")
    made = Grant.objects.create(
        child_id=child_id, agency=agency, member=member, reason=reason, until=until, granted_by_id=by.member_id
    )
    record(
        by=by,
        kind=Kind.ACCESS,
        sentence=f"Shared a record until {timezone.localtime(until):%-d %B %Y %H:%M}.",
        reference=reference,
        detail={"reason": reason, "agency": agency and agency.pk, "member": member and member.pk},
    )
    return made


@transaction.atomic
def revoke(*, by: By, grant: Grant, reference: str) -> None:
    """Take a grant back before its time.

    Raises: Refused, where the seat may not.
    """
    permit(by, SHARERS, SHARE)
    Grant.objects.filter(pk=grant.pk, revoked_at__isnull=True).update(revoked_at=Now())
    record(by=by, kind=Kind.ACCESS, sentence="Took back sight of a record.", reference=reference)


@transaction.atomic
def break_glass(*, by: By, child_id: int, reference: str, reason: str, at: datetime) -> Grant:
    """Open one record to the governance officer for an hour, for a written reason.

    Raises: Refused, where the seat may not or no reason is given.
    """
    permit(by, GLASS_BREAKERS, "Only an information governance officer can open a record this way.")
    if len(reason.strip()) < 10:
        raise Refused("Write the reason in a few words: it stays in the trail.")
    made = Grant.objects.create(
        child_id=child_id,
        why=Grant.Why.BROKEN_GLASS,
        member_id=by.member_id,
        reason=reason,
        until=at + GLASS,
        granted_by_id=by.member_id,
    )
    record(
        by=by,
        kind=Kind.ACCESS,
        sentence="Opened a record for one hour, for a stated reason.",
        reference=reference,
        detail={"reason": reason},
    )
    return made


@transaction.atomic
def save_draft(*, by: By, form: str, fields: Mapping[str, Any]) -> None:
    """Keep what a member has typed so far. No trail line: a draft is not yet an act, and only its writer sees it."""
    Draft.objects.bulk_create(
        [Draft(member_id=by.member_id or 0, form=form, fields=dict(fields), saved_at=Now())],
        update_conflicts=True,
        unique_fields=["member", "form"],
        update_fields=["fields", "saved_at"],
    )


def clear_draft(*, by: By, form: str) -> None:
    """Empty a draft whose form has been sent."""
    Draft.objects.filter(member_id=by.member_id or 0, form=form).update(fields={})


@transaction.atomic
def record_at_the_door(*, account: Account | None, sentence: str) -> None:
    """A line about someone who has no seat yet: signed in, signed out, turned away.

    An account that belongs to a member is named, in the trail of their partnership; any other is 'Nobody known'.
    """
    with connection.cursor() as cursor:
        cursor.execute(UNNAMED)
        cursor.execute(NAMED, [account.pk if account else None])
        row = cursor.fetchone()
    record_sign_in(name=row[0] if row else "Nobody known", sentence=sentence)


def take_seat(*, by: By) -> None:
    """A member with several kinds of work says in which they are now."""
    with seated(by):
        record(by=by, kind=Kind.SIGN_IN, sentence=f"Took the seat {by.seat.label}.")


def record_refusal(*, by: By, sentence: str, reference: str = "") -> None:
    """Someone asked for what their seat may not do, and was told so in this sentence."""
    record(by=by, kind=Kind.REFUSED, sentence=sentence, reference=reference)


@transaction.atomic
def forget_second_factor(*, by: By, member: Member) -> None:
    """A member has lost their second factor. They set up a new one at the next sign-in.

    Raises: Refused, where the seat may not or the member is oneself.
    """
    permit(by, KEEPERS, KEEP)
    if member.pk == by.member_id:
        raise Refused("You cannot take away your own second factor here. Ask another administrator.")
    with connection.cursor() as cursor:
        cursor.execute("SELECT meg.forget_second_factor(%s)", [member.pk])
    record(
        by=by,
        kind=Kind.ACCESS,
        sentence=f"Took away the second factor of {member.name}, to be set up anew.",
        detail={"member": member.pk},
    )
