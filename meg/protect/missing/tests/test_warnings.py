"""Early warnings: once each, to the right person, without a name."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail

from conftest import Cast
from meg.partnership.access.models import Member
from meg.partnership.seats import Refused, seated
from meg.protect.missing.actions.warning import send_warnings
from meg.protect.missing.models import Interview
from meg.protect.missing.tests.conftest import NOW

DUE = NOW + timedelta(hours=72)


@pytest.fixture
def waiting(cast: Cast, settings: object) -> Interview:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"  # type: ignore[attr-defined]
    child = cast.child("Wilhelmina", "Ravensworth", agency="Penfield Academy", worker="nadia")
    with seated(cast.operator):
        member = Member.objects.get(pk=cast.members["nadia"].pk)
        return Interview.objects.create(child=child, due_at=DUE, allocated_to=member)


def sent(cast: Cast, hours: float) -> int:
    with seated(cast.operator):
        return send_warnings(by=cast.operator, now=NOW + timedelta(hours=hours))


@pytest.mark.parametrize(("hours", "expected"), [(47.9, 0), (48, 1), (71.9, 1), (72, 1), (72.1, 1)])
def test_one_warning_at_a_time(cast: Cast, waiting: Interview, hours: float, expected: int) -> None:
    assert sent(cast, hours) == expected
    assert sent(cast, hours) == 0


def test_the_worker_first_and_the_team_at_the_deadline(cast: Cast, waiting: Interview) -> None:
    sent(cast, 50)
    sent(cast, 73)
    assert [letter.to for letter in mail.outbox] == [["nadia@caldershire.example"], ["helen@caldershire.example"]]
    assert mail.outbox[0].subject == f"{waiting.child.reference}: return interview due in 22 h"
    assert mail.outbox[1].subject == f"{waiting.child.reference}: return interview 1 h over"


def test_no_message_names_a_child(cast: Cast, waiting: Interview) -> None:
    sent(cast, 50)
    sent(cast, 73)
    for letter in mail.outbox:
        said = f"{letter.subject} {letter.body} {letter.message()}"
        assert "Ravensworth" not in said
        assert "Wilhelmina" not in said
        assert f"/interviews/{waiting.pk}/" in letter.body


def test_nobody_allocated_warns_the_team(cast: Cast, waiting: Interview) -> None:
    with seated(cast.operator):
        Interview.objects.update(allocated_to=None)
    sent(cast, 50)
    assert [letter.to for letter in mail.outbox] == [["helen@caldershire.example"]]


def test_a_settled_interview_warns_nobody(cast: Cast, waiting: Interview) -> None:
    with seated(cast.operator):
        Interview.objects.update(state="declined", declined_by="child", settled_at=NOW)
    assert sent(cast, 50) == 0
    assert mail.outbox == []


def test_only_the_installation_sends_them(cast: Cast, waiting: Interview) -> None:
    with seated(cast.by("helen")) as by, pytest.raises(Refused):
        send_warnings(by=by, now=NOW + timedelta(hours=50))
