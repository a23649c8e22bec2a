"""The nouns of this room: episodes and what is done about each, interviews, and what carers know beforehand."""

from meg.protect.missing.models.correction import PRECISION, Correction, value_in_words
from meg.protect.missing.models.episode import Episode, EpisodeQuerySet
from meg.protect.missing.models.interview import Interview, Link, Passed, Step
from meg.protect.missing.models.repeat import Discussion, Threshold
from meg.protect.missing.models.response import Challenge, Decision, Prevention, Risk, Status
from meg.protect.missing.models.sheet import Sheet

__all__ = [
    "PRECISION",
    "Challenge",
    "Correction",
    "Decision",
    "Discussion",
    "Episode",
    "EpisodeQuerySet",
    "Interview",
    "Link",
    "Passed",
    "Prevention",
    "Risk",
    "Sheet",
    "Status",
    "Step",
    "Threshold",
    "value_in_words",
]
