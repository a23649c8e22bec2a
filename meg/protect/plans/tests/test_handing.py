"""Handing over a caseload: all of it, or nothing; within an agency, to someone with the seats for it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from conftest import Cast
from meg.partnership.access.actions import add_member
from meg.partnership.access.models import Involvement, Member
from meg.partnership.seats import Refused, Seat, seated
from meg.partnership.trail.models import Entry
from meg.protect.children.models import Child
from meg.protect.children.rules import Unfit
from meg.protect.exploitation.actions import allocate
from meg.protect.exploitation.models import Referral
from meg.protect.missing.models import Interview
from meg.protect.missing.tests.pages import SignIn, summary, text_of
from meg.protect.plans.actions import hand_over
from meg.protect.plans.tests.conftest import Referred
from meg.protect.tasks.actions import ask_task
from meg.protect.tasks.models import Task


@pytest.fixture
def nora(cast: Cast) -> Member:
    """A second worker of Brightwater."""
    return another(cast, "nora", "Brightwater", Seat.INTERVIEWER)


def another(cast: Cast, name: str, agency: str, seat: Seat) -> Member:
    with seated(cast.operator) as by:
        return add_member(by=by, email=f"{name}@caldershire.example", name=f"{name.title()} Example", job="",
                          agency=cast.agencies[agency], seats=[seat])  # fmt: skip


@pytest.fixture
def held(cast: Cast, keira: Child) -> Child:
    """Keira is allocated to Nadia, with an interview that waits and a task."""
    today = timezone.localdate()
    nadia = cast.members["nadia"]
    with seated(cast.operator):
        Interview.objects.create(child=keira, due_at=timezone.now() + timedelta(hours=9), allocated_to=nadia)
    with seated(cast.by("helen")) as by:
        ask_task(by=by, child=keira, of=Task.Of.REFERRAL, of_number=1, what="See her", agency=nadia.agency, member=nadia,
                 due_on=today + timedelta(days=3), today=today)  # fmt: skip
    return keira


def test_all_of_it_moves(cast: Cast, held: Child, nora: Member) -> None:
    nadia = cast.members["nadia"]
    with seated(cast.by("helen")) as by:
        moved = hand_over(by=by, leaver=nadia, taker=nora, now=timezone.now(), seen=3)
        assert moved.total == 3
        assert Interview.objects.get(child=held).allocated_to_id == nora.pk
        assert Task.objects.get(child=held).member_id == nora.pk
        running = Involvement.objects.filter(child_id=held.pk, until__isnull=True, member__isnull=False)
        assert [one.member_id for one in running] == [nora.pk]
    with seated(cast.operator):
        assert Entry.objects.filter(sentence="Handed the caseload of Nadia Example over to Nora Example.").count() == 1
    with seated(cast.by("nadia")):
        assert not Child.objects.filter(pk=held.pk).exists()


def test_what_stands_in_the_way(cast: Cast, held: Child, nora: Member, referred: Referred) -> None:
    nadia, helen, now = cast.members["nadia"], cast.members["helen"], timezone.now()
    referral = referred(held)
    idle = another(cast, "ivor", "Brightwater", Seat.LEAD)
    reader = another(cast, "rosa", "Brightwater", Seat.PRACTITIONER)
    other = another(cast, "sven", "Children’s Services", Seat.PRACTITIONER)
    with seated(cast.by("helen")) as by:
        allocate(by=by, referral=referral, member=helen)
        for leaver, taker, sentence in (
            (nadia, nadia, "nobody hands over to themselves"), (nadia, helen, "works for another agency"),
            (nadia, idle, "no seat in which to work with children"), (nadia, reader, "does not hold return interviews"),
            (nora, nadia, "holds nothing"), (helen, other, "is not of the exploitation team"),
        ):  # fmt: skip
            with pytest.raises(Unfit, match=sentence):
                hand_over(by=by, leaver=leaver, taker=taker, now=now)
        with pytest.raises(Unfit, match="has changed since"):
            hand_over(by=by, leaver=nadia, taker=nora, now=now, seen=2)
        assert Referral.objects.get(pk=referral.pk).allocated_to_id == helen.pk
        assert Interview.objects.get(child=held).allocated_to_id == nadia.pk
    for name in ("daniel", "nadia", "arthur"):
        with seated(cast.by(name)) as by, pytest.raises(Refused, match="Only the exploitation team"):
            hand_over(by=by, leaver=nadia, taker=nora, now=now)


def test_the_page_shows_what_would_move(cast: Cast, as_member: SignIn, held: Child, nora: Member) -> None:
    helen, nadia = as_member("helen"), cast.members["nadia"]
    page = text_of(helen.get("/hand-over/", {"leaver": nadia.pk, "taker": nora.pk}))
    assert "3 in all" in page
    assert held.reference in page
    wrong = helen.get("/hand-over/", {"leaver": nadia.pk, "taker": nadia.pk})
    assert "Choose someone else: nobody hands over to themselves." in summary(wrong)
    sent = {"leaver": nadia.pk, "taker": nora.pk, "seen": 3}
    assert "All 3 that Nadia Example held went to Nora Example." in text_of(
        helen.post("/hand-over/", sent, follow=True)
    )
