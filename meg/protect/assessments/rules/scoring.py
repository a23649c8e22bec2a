"""What a tool makes of the answers: points, what is unanswered, what it proposes. A named person decides."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from meg.protect.assessments.rules.framework import Band, Factor, Tool, band_of
from meg.protect.exploitation.rules import LEVELS

LONG = 4000


@dataclass(frozen=True)
class Result:
    """`points` are of what was answered alone. `at_most` is what they could be if every unanswered factor weighed most.

    `unanswered` counts factors without an answer and those answered 'not known': neither is nought. `band` is what the
    tool proposes; None where too much is unanswered.
    """

    points: int
    at_most: int
    unanswered: int
    total: int
    band: Band | None
    could_be: Band | None

    @property
    def proposed(self) -> str:
        return self.band.level if self.band else ""


def score(tool: Tool, answers: Mapping[str, str]) -> Result:
    """Points and proposal of a tool from answers, factor code to answer code. An answer the factor does not have is none."""
    points, open_points, unanswered = 0, 0, 0
    for factor in tool.factors:
        given = factor.answer(answers.get(factor.code, ""))
        if given is None or given.weight is None:
            unanswered += 1
            open_points += factor.heaviest
        else:
            points += given.weight
    enough = bool(tool.factors) and unanswered <= tool.most_missing
    band = band_of(tool.bands, points) if enough else None
    most = points + open_points
    return Result(points, most, unanswered, len(tool.factors), band, band_of(tool.bands, most) if enough else None)


def harms(tool: Tool, answers: Mapping[str, str]) -> list[tuple[Factor, str]]:
    """Factors that are actual harm and were answered with a weight, with the words of the answer."""
    found = []
    for factor in tool.factors:
        given = factor.answer(answers.get(factor.code, ""))
        if factor.harm and given is not None and given.weight:
            found.append((factor, given.label))
    return found


def overrides(proposed: str, level: str) -> bool:
    """Whether a decided level differs from what the tool proposed. Where it proposed nothing, nothing is overridden."""
    return bool(proposed) and bool(level) and proposed != level


@dataclass(frozen=True)
class Given:
    """What an assessment says when it is finished. `notes`: section to the words it rests on."""

    answers: Mapping[str, str]
    level: str
    who: str
    rationale: str
    notes: Mapping[str, str] = field(default_factory=dict)
    voice: str = ""
    strengths: str = ""
    review_on: date | None = None


def finish_wrong(given: Given, today: date) -> list[tuple[str, str]]:
    """Why an assessment cannot be finished: each field with its sentence."""
    return list(_wrong(given, today))


def _wrong(given: Given, today: date) -> Iterator[tuple[str, str]]:
    if given.level not in LEVELS:
        yield "level", "Choose the level you decide on."
    if not given.who.strip():
        yield "who", "Enter whose judgement the level is."
    if not given.rationale.strip():
        yield "rationale", "Say why you decide on this level. A score is not a reason."
    if given.review_on is not None and given.review_on <= today:
        yield "review_on", "The review must be after today."
    for name in ("rationale", "voice", "strengths"):
        if len(getattr(given, name)) > LONG:
            yield name, f"Use {LONG:,} characters or fewer."
