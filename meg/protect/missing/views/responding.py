"""Pages of what is done about an episode: the police's level of risk, status, the prevention interview, 18."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from meg.partnership.access.request import by_of
from meg.partnership.seats import By, permit
from meg.protect.children.actions import open_child
from meg.protect.children.models import Child
from meg.protect.children.views_small import Small, small
from meg.protect.missing import actions
from meg.protect.missing.actions.recording import ONLY
from meg.protect.missing.forms.responding import EighteenForm, GradeForm, PreventionForm, StatusForm
from meg.protect.missing.models import Episode
from meg.protect.missing.permissions import RECORDERS
from meg.protect.missing.rules import london_day
from meg.protect.missing.views.episodes import episode_of


def _open(request: HttpRequest, reference: str, number: int, doing: str) -> tuple[By, Child, Episode]:
    by = by_of(request)
    permit(by, RECORDERS, ONLY)
    child = open_child(by=by, reference=reference, doing=doing)
    found = episode_of(child, number)
    found.child = child
    return by, child, found


def _page(child: Child, episode: Episode, verb: str, **words: Any) -> Small:
    beside = {"words": f"{episode.recorded_as}, since {episode.since(timezone.now())}", **words.pop("beside", {})}
    return Small(
        key=f"missing:{verb}:{episode.pk}", back=reverse("missing:episode", args=[child.reference, episode.pk]),
        beside=beside, **words,
    )  # fmt: skip


def grade(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """Record the police's level of risk. Each earlier one stays."""
    by, child, found = _open(request, reference, number, "Opened the form to record the police’s level of risk.")
    now = timezone.now()
    page = _page(
        child, found, "grade", title="Police level of risk", button="Record the level", done="The level is recorded.",
        lead="The level is the police’s. Earlier levels stay on the record.",
    )  # fmt: skip
    return small(
        request, by, child, page, GradeForm,
        lambda given: actions.grade_risk(by=by, episode=found, now=timezone.now(), **given),
        on=london_day(found.started_at), initial={"at": now, "held_by": found.held_by},
    )  # fmt: skip


def status(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """From some moment the child was missing, or away, within the same episode."""
    by, child, found = _open(request, reference, number, "Opened the form to change the status of an episode.")
    page = _page(
        child, found, "status", title="The status changed", button="Record the change", done="The change is recorded.",
        lead="An episode in which the child was missing at any time counts as missing. Is the first word wrong? "
        "Correct the episode instead.",
    )  # fmt: skip

    def act(given: dict[str, Any]) -> None:
        kind, _, value = given["status"].partition(":")
        care, police = (value, "") if kind == "care" else ("", value)
        actions.change_status(by=by, episode=found, care_status=care, police_category=police, reason=given["reason"],
                              at=given["at"], now=timezone.now())  # fmt: skip

    return small(request, by, child, page, StatusForm, act, episode=found, initial={"at": timezone.now()})


def prevention(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """The police's prevention interview at the return."""
    by, child, found = _open(request, reference, number, "Opened the form to record a prevention interview.")
    page = _page(
        child, found, "prevention", title="Prevention interview", button="Record it", done="It is recorded.",
        lead="The police see the child at the return. It is not the return interview.",
    )  # fmt: skip

    def act(given: dict[str, Any]) -> None:
        harm = {"yes": True, "no": False}.get(given.pop("harm"))
        actions.record_prevention(by=by, episode=found, harm=harm, held=given.pop("held") == "yes",
                                  now=timezone.now(), **given)  # fmt: skip

    return small(request, by, child, page, PreventionForm, act, initial={"at": timezone.now()})


def eighteen(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """Close an episode that was open on the 18th birthday."""
    by, child, found = _open(request, reference, number, "Opened the form to close an episode at 18.")
    page = _page(
        child, found, "eighteen", title="Close this episode at 18?", button="Close the episode",
        done="The episode is closed from the 18th birthday.",
        lead="It ends with the first minute of the 18th birthday. No return interview falls due. The young person may "
        "still be in danger: tell the police and adult services what is known.",
    )  # fmt: skip

    return small(
        request, by, child, page, EighteenForm,
        lambda given: actions.close_at_eighteen(by=by, episode=found, now=timezone.now(), **given),
    )  # fmt: skip
