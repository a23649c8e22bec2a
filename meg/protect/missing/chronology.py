"""Missing episodes as lines of the chronology: began, was reported, returned; and what was done about each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import models
from django.db.models import F, Value
from django.db.models.functions import Cast
from django.utils import timezone

from meg.protect.children.chronology import MOST, Line, day_and_clock
from meg.protect.missing.models import (
    Challenge,
    Decision,
    Discussion,
    Episode,
    Prevention,
    Risk,
    Sheet,
    Status,
    Step,
    Threshold,
)
from meg.protect.missing.rules import took, when

LEVELS = {"VERY_LOW": "very low", "LOW": "low", "MEDIUM": "medium", "HIGH": "high", "ABSENT": "absent"}
FIELDS = ("at", "kind", "of", "code", "words", "by", "recorded_at", "recorded_by", "next_at")
Thresholds = dict[str, tuple[int, int]]
BY_CHILD = {"episode_id": "episode__child", "interview_id": "interview__child", "": "child"}
TEXT, MOMENT = models.TextField(), models.DateTimeField()


@dataclass(frozen=True)
class Done:
    """One thing that was done: what kind, of which episode or interview, and what is recorded of it.

    `next_at` is the next review of a level.
    """

    at: datetime
    kind: str
    of: int
    code: str
    words: str
    by: str
    recorded_at: datetime
    recorded_by: str
    next_at: datetime | None


def episodes_of(child_id: int) -> list[Episode]:
    """The child's episodes, newest first, each with its interview, its level of risk and whether it was corrected."""
    found = Episode.objects.current().filter(child=child_id).with_corrections().with_risk()
    return list(found.select_related("interview__allocated_to").order_by("-started_at")[:MOST])


# ── what was done, from every table in one question to the database ─────────────────────────────────────────


def _rows(kind: str, model: type[models.Model], child_id: int, of: str, **given: Any) -> models.QuerySet[Any]:
    """Rows of one table about a child, in the shape that all have. They are found through the child's episodes and
    interviews, by which they are indexed.
    """
    return _shaped(kind, model._default_manager.filter(**{BY_CHILD[of]: child_id}), of, **given)


def _shaped(kind: str, found: models.QuerySet[Any], of: str, **given: Any) -> models.QuerySet[Any]:
    """Rows in the shape that all have: the same columns in the same order."""
    shape = {"at": "at", "code": "", "words": "", "by": "recorded_by", "recorded_at": "recorded_at",
             "recorded_by": "recorded_by", "next_at": "", **given}  # fmt: skip
    kinds = {"at": MOMENT, "recorded_at": MOMENT, "next_at": MOMENT}
    columns = {
        f"c_{name}": Cast(F(column) if column else Value(None if name in kinds else ""), kinds.get(name, TEXT))
        for name, column in shape.items()
    }
    found = found.order_by().annotate(
        c_kind=Value(kind, TEXT), c_of=Cast(F(of) if of else Value(0), models.BigIntegerField()), **columns
    )
    rows: models.QuerySet[Any] = found.values_list(*(f"c_{name}" for name in FIELDS))
    return rows


def done_of(child_id: int, today: date | None = None) -> tuple[list[Done], Thresholds]:
    """What was done about the child's episodes, newest first: each table's rows through its own row policies.

    With `today`, also the thresholds of repeat episodes of that day, by setting: episodes and days.
    """
    found = [Done(*row) for row in _union(child_id, today)]
    kept = {one.code: (one.of, int(one.words)) for one in found if one.kind == "threshold"}
    return [one for one in found if one.kind != "threshold"], kept


def _union(child_id: int, today: date | None) -> models.QuerySet[Any]:
    asked = [
        _rows("risk", Risk, child_id, "episode_id", code="level", words="reason", by="assessor", next_at="review_at"),
        _rows("prevention", Prevention, child_id, "episode_id", code="held", words="not_held_because", by="by"),
        _rows("decision", Decision, child_id, "episode_id", code="what", words="why"),
        _rows("challenge", Challenge, child_id, "episode_id", words="why"),
        _rows("step", Step, child_id, "interview_id", code="what", words="words", by="by"),
        _rows("asked", Discussion, child_id, "", at="asked_at", words="why", by="asked_by", recorded_at="asked_at",
              recorded_by="asked_by", code="outcome"),
        _rows("sheet", Sheet, child_id, "", at="updated_at", by="updated_by", recorded_at="updated_at",
              recorded_by="updated_by"),
    ]  # fmt: skip
    police = _rows("police_status", Status, child_id, "episode_id", code="police_category", words="reason")
    answers = _rows("answer", Challenge, child_id, "episode_id", at="answered_at", code="answer", words="answer_why",
                    by="answered_by", recorded_at="answered_at")  # fmt: skip
    decided = _rows("decided", Discussion, child_id, "", at="decided_at", code="outcome", words="decision_why",
                    by="decided_by", recorded_at="decided_at", recorded_by="decided_by")  # fmt: skip
    care = _rows("care_status", Status, child_id, "episode_id", code="care_status", words="reason")
    asked += [
        care.exclude(care_status=""),
        police.filter(care_status=""),
        answers.exclude(answer=""),
        decided.exclude(outcome=""),
    ]
    if today is not None:
        asked.append(_shaped("threshold", Threshold.objects.on(today), "episodes", at="", code="setting", words="days",
                             by="by", recorded_at="", recorded_by="by"))  # fmt: skip
    return asked[0].union(*asked[1:], all=True).order_by("-c_at")[:MOST]


# ── the lines ───────────────────────────────────────────────────────────────────────────────────────────────


def source_of(episode: Episode) -> str:
    """Who recorded an episode, or which file brought it."""
    if episode.source != "form":
        return f"Looked-after children return {episode.year}" if episode.year else "From a file"
    return f"{episode.recorded_by or 'Recorded by form'}. {_recorded(episode.recorded_at)}"


def _recorded(at: datetime) -> str:
    local = timezone.localtime(at)
    return f"Recorded {local.day} {local:%b %Y %H:%M}"


def lines_of(episodes: Iterable[Episode]) -> Iterator[Line]:
    """What happened in each episode."""
    for episode in episodes:
        source, where = source_of(episode), f"From {episode.where.lower()}."
        if episode.last_seen_place:
            where += f" Last seen at {episode.last_seen_place.rstrip('.')}."
        started = day_and_clock(episode.started_at, episode.started_to_the_minute)
        yield Line(*started, "missing", f"{episode.recorded_as}.", where, source)
        if episode.reported_at:
            by = f"By {episode.reported_by}." if episode.reported_by else ""
            yield Line(*day_and_clock(episode.reported_at), "missing", "Reported.", by, source, step=1)
        if episode.returned_at:
            yield _returned(episode, source)


def _returned(episode: Episode, source: str) -> Line:
    assert episode.returned_at is not None
    kept = " A time was corrected; the earlier value is kept." if episode.corrected else ""  # type: ignore[attr-defined]
    words = f"After {episode.lasted(episode.returned_at)}.{kept}"
    returned = day_and_clock(episode.returned_at, episode.returned_to_the_minute)
    strong = "Turned 18 before a return was known." if episode.ended_as == Episode.Ended.EIGHTEEN else "Returned."
    return Line(*returned, "missing", strong, words, source, step=2)


def done_lines(done: Iterable[Done], episodes: Sequence[Episode]) -> Iterator[Line]:
    """What was done about the episodes: facts with who did them, judgements with whose they are. What was done about
    an episode that was withdrawn is left out with it.
    """
    known = {one.pk for one in episodes}
    for one in done:
        if one.of and one.kind != "step" and one.of not in known:
            continue
        strong, words = SAID[one.kind](one, episodes)
        yield Line(
            *day_and_clock(one.at), "missing", strong, words, _source(one), judgement=one.kind in JUDGEMENTS, step=3
        )


def _source(one: Done) -> str:
    """Whose it is, and by whom and when it was written down."""
    by = one.by or one.recorded_by or "Recorded by the operator"
    written = _recorded(one.recorded_at)
    return f"{by}. {written} by {one.recorded_by}" if one.recorded_by not in ("", by) else f"{by}. {written}"


def _whole(words: str) -> str:
    """Words somebody wrote, as a sentence."""
    words = words.strip()
    return words if not words or words[-1] in ".?!" else f"{words}."


def _risk(one: Done, episodes: Sequence[Episode]) -> tuple[str, str]:
    review = f" Next review {when(one.next_at, True, one.at)}." if one.next_at else ""
    return f"Police risk set at {LEVELS.get(one.code, one.code)}.", f"{_whole(one.words)}{review}"


def _status(one: Done, episodes: Sequence[Episode]) -> tuple[str, str]:
    names = Episode.CareStatus if one.kind == "care_status" else Episode.PoliceCategory
    label = names(one.code).label
    return f"Status changed: {label[0].lower()}{label[1:]} from now.", _whole(one.words)


def _prevention(one: Done, episodes: Sequence[Episode]) -> tuple[str, str]:
    if one.code == "true":
        return "Prevention interview held.", "By the police."
    return "No prevention interview held.", _whole(one.words)


def _decision(one: Done, episodes: Sequence[Episode]) -> tuple[str, str]:
    return f"Decided: {Decision.What(one.code).label.lower()}.", _whole(one.words)


def _challenge(one: Done, episodes: Sequence[Episode]) -> tuple[str, str]:
    return "Challenged: it should have been recorded as missing.", _whole(one.words)


def _answer(one: Done, episodes: Sequence[Episode]) -> tuple[str, str]:
    return f"Challenge answered. {Challenge.Answer(one.code).label}.", _whole(one.words)


def _step(one: Done, episodes: Sequence[Episode]) -> tuple[str, str]:
    words = _whole(one.words)
    if one.code == Step.What.HELD:
        words = " ".join(filter(None, [held_in_words(one.of, episodes), words]))
    elif one.code == Step.What.ALLOCATED and words:
        words = f"To {words}"
    return f"{Step.What(one.code).label}.", words


def held_in_words(interview: int, episodes: Sequence[Episode]) -> str:
    """How long after the earliest return that it answers an interview was held; empty where that is not known."""
    answered = [one for one in episodes if one.interview_id == interview and one.returned_at]
    held = answered[0].interview if answered else None
    if held is None or held.held_at is None:
        return ""
    first = min(answered, key=lambda one: one.returned_at or one.started_at)
    assert first.returned_at is not None
    return f"{took(first.returned_at, first.returned_to_the_minute, held.held_at, held.held_to_the_minute)}."


def _asked(one: Done, episodes: Sequence[Episode]) -> tuple[str, str]:
    return "Strategy discussion asked for.", _whole(one.words)


def _decided(one: Done, episodes: Sequence[Episode]) -> tuple[str, str]:
    label = Discussion.Outcome(one.code).label
    return f"Strategy discussion decided. {label}.", _whole(one.words)


def _sheet(one: Done, episodes: Sequence[Episode]) -> tuple[str, str]:
    return "Carer’s sheet updated.", "What carers know beforehand."


SAID = {
    "risk": _risk, "care_status": _status, "police_status": _status, "prevention": _prevention,
    "decision": _decision, "challenge": _challenge, "answer": _answer, "step": _step, "asked": _asked,
    "decided": _decided, "sheet": _sheet,
}  # fmt: skip
JUDGEMENTS = frozenset({"risk", "decision", "challenge", "answer", "asked", "decided"})
