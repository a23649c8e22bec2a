"""Groups that the records show: which are proposed and why, and that none is opened by itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from conftest import Cast
from meg.partnership.seats import Refused, seated
from meg.partnership.trail.models import Entry
from meg.protect.children.models import Child
from meg.protect.children.rules import Unfit
from meg.protect.contexts import actions
from meg.protect.contexts.models import Answer, Context, Link
from meg.protect.contexts.proposals import Proposal, proposals, proposed
from meg.protect.contexts.rules import WITHIN_DAYS
from meg.protect.contexts.tests.conftest import SOON, STATION, Linked, Naming, Opened
from meg.protect.exploitation.models import Referral
from meg.protect.missing.models import Interview
from meg.protect.missing.models import Link as Told

Found = Callable[[], list[Proposal]]


@pytest.fixture
def found(cast: Cast) -> Found:
    def ask() -> list[Proposal]:
        with seated(cast.by("helen")):
            return proposals(timezone.now())[0]

    return ask


@pytest.fixture
def third(cast: Cast) -> Child:
    return cast.child("Mia", "Orr", date(2012, 5, 5))


def interviewed(cast: Cast, child: Child, kind: str, name: str, days: int = 2) -> Interview:
    with seated(cast.by("helen")):
        held = timezone.now() - timedelta(days=days)
        made = Interview.objects.create(
            child=child, due_at=held, state="held", held_at=held, held_by="Nadia", settled_at=held
        )
        Told.objects.create(interview=made, child=child, kind=kind, name=name)
        return made


def test_two_children_who_name_the_same_place(
    cast: Cast, keira: Child, kira: Child, naming: Naming, found: Found
) -> None:
    one = naming(keira, place="Mill Street  Arcade", days=9)
    assert found() == []
    other = naming(kira, place=" mill street arcade", days=2)
    (group,) = found()
    assert (group.kind, group.words, group.ids) == ("place", "mill street arcade", [keira.pk, kira.pk])
    said = [(first.called, records[0].record, records[0].name) for first, records in group.children]
    assert said == [
        ("Kira Hale", str(Referral.objects.get(pk=other.pk).reference), "mill street arcade"),
        ("Keira Dunstan", str(one.reference), "Mill Street  Arcade"),
    ]
    assert group.namings[0].at.date() == timezone.localdate() - timedelta(days=2)
    with seated(cast.by("helen")):
        assert not Context.objects.exists()


def test_a_referral_and_an_interview_name_the_same_person(
    cast: Cast, keira: Child, kira: Child, naming: Naming, found: Found
) -> None:
    naming(keira, people=(("Café Zoë", "Known there"),))
    interview = interviewed(cast, kira, "person", "CAFE ZOE")
    (group,) = found()
    assert (group.kind, group.would_be) == ("person", "peer")
    assert {(one.referral is None, one.interview) for one in group.namings} == {(True, interview.pk), (False, None)}


def test_a_place_online_is_no_place(keira: Child, kira: Child, naming: Naming, found: Found) -> None:
    naming(keira, online=("The Hub",))
    naming(kira, place="The Hub")
    assert found() == []
    naming(kira, online=("the hub",))
    assert [(one.kind, one.would_be) for one in found()] == [("online", "online")]


def test_what_is_not_proposed(cast: Cast, keira: Child, kira: Child, naming: Naming, found: Found) -> None:
    """Words that are nearly the same, one child alone, what was withdrawn, what is old."""
    naming(keira, place="Mill Street")
    naming(keira, place="Mill Street")
    naming(kira, place="Mill St")
    naming(kira, place="Mill Street", days=WITHIN_DAYS + 1)
    taken_back = naming(kira, place="Mill Street")
    with seated(cast.by("helen")):
        Referral.objects.filter(pk=taken_back.pk).update(withdrawn_at=timezone.now())
    assert found() == []


def test_set_aside_until_another_child_joins(
    cast: Cast, keira: Child, kira: Child, third: Child, naming: Naming, found: Found
) -> None:
    for child in (keira, kira):
        naming(child, place="The arcade")
    with seated(cast.by("helen")) as by:
        (group,) = found()
        with pytest.raises(Unfit, match="Say why it is set aside"):
            actions.set_aside(by=by, proposal=group, why=" ", now=timezone.now())
        actions.set_aside(by=by, proposal=group, why="Both live beside it", now=timezone.now())
        kept = Answer.objects.get()
        assert (kept.why, kept.children) == ("Both live beside it", [keira.pk, kira.pk])
    with seated(cast.operator):
        assert Entry.objects.about(str(keira.reference)).filter(sentence__startswith="Answered a proposed").exists()
    assert found() == []
    naming(kira, place="The arcade", days=1)
    assert found() == []
    naming(third, place="THE ARCADE")
    (again,) = found()
    assert again.ids == sorted([keira.pk, kira.pk, third.pk])


def test_opened_from_a_proposal(cast: Cast, keira: Child, kira: Child, naming: Naming, found: Found) -> None:
    referral = naming(keira, place="The arcade")
    interview = interviewed(cast, kira, "place", "The arcade")
    (group,) = found()
    chosen = {"children": [str(keira.reference), str(kira.reference)], "how": "seen"}
    with seated(cast.by("helen")) as by:
        with pytest.raises(Unfit, match="Choose which children"), transaction.atomic():
            actions.open_proposed(by=by, proposal=group, now=timezone.now(), **{**STATION, **chosen, "children": []})
        assert not Context.objects.exists()
        made = actions.open_proposed(by=by, proposal=group, now=timezone.now(), **{**STATION, **chosen})
        links = {(one.child_id, one.referral_id, one.interview_id) for one in Link.objects.filter(context=made)}
        assert links == {(keira.pk, referral.pk, None), (kira.pk, None, interview.pk)}
        assert Answer.objects.get().what == "opened"
    assert found() == []


def test_added_to_a_context(
    cast: Cast, keira: Child, kira: Child, naming: Naming, opened: Opened, linked: Linked, found: Found
) -> None:
    made = opened()
    link = linked(made, keira)
    for child in (keira, kira):
        naming(child, place="The arcade")
    (group,) = found()
    with seated(cast.by("helen")) as by:
        actions.add_proposed(by=by, proposal=group, context=made, children=[keira.reference, kira.reference], how="at_risk",
                             now=timezone.now())  # fmt: skip
        assert Link.objects.get(child=keira).pk == link.pk
        assert Link.objects.get(child=kira).how == "at_risk"
    assert found() == []


def test_children_who_stand_together_in_a_context_of_that_name(
    keira: Child, kira: Child, third: Child, naming: Naming, opened: Opened, linked: Linked, found: Found
) -> None:
    made = opened(name="The Arcade")
    for child in (keira, kira):
        naming(child, place="The arcade")
        linked(made, child)
    assert found() == []
    naming(third, place="The arcade")
    assert len(found()) == 1


def test_the_largest_group_first_and_25_a_page(
    cast: Cast, naming: Naming, keira: Child, kira: Child, third: Child
) -> None:
    places = tuple((f"Place {number}", "") for number in range(26))
    for child in (keira, kira):
        naming(child, places=places)
    naming(third, places=(("Place 9", ""),))
    with seated(cast.by("helen")):
        first, total = proposals(timezone.now())
        second, again = proposals(timezone.now(), page=2)
        assert (len(first), total, len(second), again) == (25, 26, 1, 26)
        assert first[0].words == "place 9"
        assert not {one.words for one in first} & {one.words for one in second}
        one = proposed(timezone.now(), second[0].digest)
        assert one is not None
        assert one.words == second[0].words
        assert proposed(timezone.now(), "0" * 16) is None


@pytest.mark.parametrize("person", ["daniel", "amina", "nadia", "grace", "fiona", "ruth"])
def test_nobody_else_is_proposed_anything(cast: Cast, keira: Child, kira: Child, naming: Naming, person: str) -> None:
    for child in (keira, kira):
        naming(child, place="The arcade")
    with seated(cast.by(person)) as by:
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            proposals(timezone.now())
        with pytest.raises(Refused):
            actions.set_aside(by=by, proposal=Proposal("place", "the arcade", []), why="x", now=timezone.now())
        with pytest.raises(Refused):
            actions.open_proposed(by=by, proposal=Proposal("place", "x", []), children=[], how="seen", now=timezone.now(),
                                  **{**STATION, "review_on": SOON})  # fmt: skip
