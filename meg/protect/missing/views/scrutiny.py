"""Pages of the team's scrutiny: decide, challenge, repeat episodes, thresholds."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from meg.partnership.access.request import by_of
from meg.partnership.seats import By, permit
from meg.protect.children.actions import open_child
from meg.protect.children.models import Child
from meg.protect.children.views_small import Small, small
from meg.protect.missing import actions
from meg.protect.missing.actions.deciding import ONLY
from meg.protect.missing.forms.responding import (
    AnswerForm,
    AskForm,
    ChallengeForm,
    DecideForm,
    OutcomeForm,
    ThresholdForm,
)
from meg.protect.missing.life import interview_in_words
from meg.protect.missing.models import Challenge, Decision, Discussion, Episode, Prevention, Risk, Threshold
from meg.protect.missing.permissions import DECIDERS
from meg.protect.missing.rules import REPEAT, london_day
from meg.protect.missing.views.episodes import episode_of
from meg.protect.missing.views.interviews import NOWHERE

DECISION_HINTS = {
    Decision.What.NONE.value: "The response so far was proportionate.",
    Decision.What.INTERVIEW.value: "The episode comes back to this queue when the interview is settled.",
    Decision.What.REFERRAL.value: "For exploitation, or another service.",
    Decision.What.DISCUSSION.value: "With the police and others.",
    Decision.What.PLAN.value: "A plan is made or changed.",
    Decision.What.POLICE.value: "It leaves by its own form.",
}
NEAR = timedelta(days=90)


def _open(request: HttpRequest, reference: str, doing: str) -> tuple[By, Child]:
    by = by_of(request)
    permit(by, DECIDERS, ONLY)
    return by, open_child(by=by, reference=reference, doing=doing)


def _episode(child: Child, number: int) -> Episode:
    found = episode_of(child, number)
    found.child = child
    return found


def decide(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """Decide on one episode, with what is known of it beside the form."""
    by, child = _open(request, reference, "Opened the form to decide on an episode.")
    found, now = _episode(child, number), timezone.now()
    near = Episode.objects.current().filter(child=child, started_at__gte=now - NEAR).exclude(pk=found.pk)
    page = Small(
        title="Decide on this episode", button="Keep the decision", key=f"missing:decide:{found.pk}",
        back=reverse("missing:episode", args=[child.reference, found.pk]), done="The decision is kept.",
        hints={"what": DECISION_HINTS}, template="missing/decide.html",
        beside={
            "episode": found, "moment": now, "interview_said": interview_in_words(found, found.interview),
            "risks": list(Risk.objects.filter(episode=found).order_by("-at")),
            "preventions": list(Prevention.objects.filter(episode=found).order_by("-at")),
            "decisions": list(Decision.objects.filter(episode=found).order_by("-at")),
            "near": list(near.order_by("-started_at")[:10]),
        },
    )  # fmt: skip
    return small(request, by, child, page, DecideForm, lambda given: actions.decide(by=by, episode=found, **given))


def challenge(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """An absent or away episode should have been recorded as missing."""
    by, child = _open(request, reference, "Opened the form to challenge how an episode was recorded.")
    found = _episode(child, number)
    page = Small(
        title="Challenge how it was recorded", button="Challenge", key=f"missing:challenge:{found.pk}",
        back=reverse("missing:episode", args=[child.reference, found.pk]), done="The challenge is kept.",
        lead=f"It is recorded as ‘{found.recorded_as}’. Your view and theirs are both kept, whatever the answer.",
    )  # fmt: skip
    return small(request, by, child, page, ChallengeForm,
                 lambda given: actions.challenge(by=by, episode=found, **given))  # fmt: skip


def answer(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """What whoever recorded the episode answered."""
    by, child = _open(request, reference, "Opened the form to record the answer to a challenge.")
    found = _episode(child, number)
    made = Challenge.objects.filter(episode=found, answer="").select_related("episode").first()
    if made is None:
        raise Http404(NOWHERE)
    page = Small(
        title="The answer to the challenge", button="Record the answer", key=f"missing:answer:{made.pk}",
        back=reverse("missing:episode", args=[child.reference, found.pk]), done="The answer is recorded.",
        lead=f"The team’s view, by {made.recorded_by}: {made.why}",
    )  # fmt: skip
    return small(request, by, child, page, AnswerForm,
                 lambda given: actions.answer_challenge(by=by, made=made, now=timezone.now(), **given))  # fmt: skip


def discussion(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask for a strategy discussion about repeat episodes, or record what it decided."""
    by, child = _open(request, reference, "Opened the strategy discussions of a child.")
    every = list(Discussion.objects.filter(child=child).order_by("-asked_at"))
    asked = next((one for one in every if not one.outcome), None)
    near = Episode.objects.current().filter(child=child, started_at__gte=timezone.now() - NEAR)
    beside = {"every": every, "near": list(near.order_by("-started_at")), "moment": timezone.now()}
    back, on = reverse("children:child", args=[child.reference]), reverse("missing:discussion", args=[child.reference])
    if asked is None:
        page = Small(
            title="Ask for a strategy discussion", button="Ask for it", key=f"missing:discussion:{child.reference}",
            back=back, on=on, done="The strategy discussion is asked for.", beside=beside, template="missing/discussion.html",
        )  # fmt: skip
        return small(request, by, child, page, AskForm,
                     lambda given: actions.ask_discussion(by=by, child=child, **given))  # fmt: skip
    asked.child = child
    page = Small(
        title="Record what was decided", button="Keep the decision", key=f"missing:discussion:{asked.pk}", back=back,
        on=on, done="The decision is kept.", beside=beside, template="missing/discussion.html",
        lead=f"Asked for by {asked.asked_by}: {asked.why}",
    )  # fmt: skip
    return small(request, by, child, page, OutcomeForm,
                 lambda given: actions.decide_discussion(by=by, asked=asked, now=timezone.now(), **given))  # fmt: skip


def thresholds(request: HttpRequest) -> HttpResponse:
    """From how many episodes in how many days a strategy discussion is asked for, by setting."""
    by = by_of(request)
    permit(by, DECIDERS, ONLY)
    today = london_day(timezone.now())
    held = {one.setting: one for one in Threshold.objects.on(today)}
    rows = [
        (label, held[value].episodes if value in held else REPEAT[0], held[value].days if value in held else REPEAT[1],
         held.get(value))
        for value, label in Episode.Setting.choices
    ]  # fmt: skip
    earlier = Threshold.objects.exclude(pk__in=[one.pk for one in held.values()]).order_by("setting", "-valid")
    page = Small(
        title="Repeat episodes: thresholds", button="Set the threshold", key="missing:thresholds",
        back=reverse("missing:board"), on=reverse("missing:thresholds"), done="The threshold is set from today.",
        lead="These are the partnership’s own, not a national rule. What was asked for before stays as it was.",
        template="missing/thresholds.html",
        beside={"rows": rows, "earlier": [(Episode.Setting(one.setting).label, one) for one in earlier]},
    )  # fmt: skip
    return small(request, by, None, page, ThresholdForm, lambda given: _set(by, given))


def _set(by: By, given: dict[str, Any]) -> None:
    actions.set_threshold(by=by, on=london_day(timezone.now()), **given)
