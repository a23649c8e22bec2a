"""The governance officer opens one record for an hour, for a written reason; nobody else can."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from conftest import PEOPLE, Cast
from meg.partnership.access.models import Grant
from meg.partnership.seats import Seat, seated
from meg.partnership.trail.models import Entry, Kind

SignIn = Callable[[str], Client]
REASON = "Complaint 12, asked by the board"
ADDRESS = "/open-a-record/"


def test_it_is_open_for_an_hour_and_then_no_more(cast: Cast, as_member: SignIn) -> None:
    child, grace = cast.child(), as_member("grace")
    grace.post(ADDRESS, {"reference": str(child.reference), "reason": REASON})
    grant = Grant.objects.get(child_id=child.pk)
    assert timedelta(minutes=59) < grant.until - grant.since <= timedelta(hours=1, seconds=5)
    page = grace.get(ADDRESS).content.decode()
    assert str(child.reference) in page
    assert REASON in page
    assert grace.get(f"/children/{child.reference}/").status_code == 200
    with seated(cast.operator):
        Grant.objects.filter(pk=grant.pk).update(
            since=grant.since - timedelta(hours=2), until=grant.until - timedelta(hours=2)
        )
    assert grace.get(f"/children/{child.reference}/").status_code == 404
    assert "No record is open to you." in grace.get(ADDRESS).content.decode()


def test_it_opens_one_record_and_no_other(cast: Cast, as_member: SignIn) -> None:
    child, other, grace = cast.child(), cast.child("Kira", "Hale"), as_member("grace")
    grace.post(ADDRESS, {"reference": str(child.reference), "reason": REASON})
    assert grace.get(f"/children/{other.reference}/").status_code == 404


BAD = [
    ({"reference": "", "reason": REASON}, "Enter the record’s reference."),
    ({"reference": "MEG-999999", "reason": REASON}, "There is no record with this reference."),
    ({"reference": "Keira", "reason": REASON}, "There is no record with this reference."),
    ({"reference": "x\0", "reason": REASON}, "Null characters are not allowed."),
    ({"reference": "MEG-000001", "reason": ""}, "Write why you must see this record."),
    ({"reference": "MEG-000001", "reason": "   short   "}, "Write the reason in a few words"),
]


@pytest.mark.parametrize(("sent", "sentence"), BAD)
def test_what_is_wrong_is_said_and_nothing_is_opened(
    cast: Cast, as_member: SignIn, sent: dict[str, str], sentence: str
) -> None:
    page = as_member("grace").post(ADDRESS, sent).content.decode()
    assert sentence in page
    assert "<title>Error: " in page
    assert not Grant.objects.exists()


def test_a_reference_that_no_record_has_is_in_the_trail(cast: Cast, as_member: SignIn) -> None:
    as_member("grace").post(ADDRESS, {"reference": "MEG-999999", "reason": REASON})
    assert Entry.objects.filter(kind=Kind.REFUSED, reference="MEG-999999", member_name="Grace Example").exists()


@pytest.mark.parametrize("person", [name for name in PEOPLE if name != "grace"])
def test_nobody_else_can(cast: Cast, as_member: SignIn, person: str) -> None:
    child = cast.child()
    refused = as_member(person).post(ADDRESS, {"reference": str(child.reference), "reason": REASON})
    assert refused.status_code == 403
    assert "Only an information governance officer" in refused.content.decode()
    assert not Grant.objects.exists()


@pytest.mark.parametrize("seat", [seat for seat in Seat if seat is not Seat.GOVERNANCE])
def test_no_other_seat_turns_a_reference_into_a_record(cast: Cast, seat: Seat) -> None:
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {seat.role}")
        cursor.execute("SELECT meg.child_number('MEG-000001')")
