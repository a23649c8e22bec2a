"""Plain rules of frameworks and assessments. No Django, no clock: time is an argument."""

from meg.protect.assessments.rules.change import Change, changes
from meg.protect.assessments.rules.framework import (
    NOT_KNOWN,
    Answer,
    Band,
    Factor,
    Tool,
    band_of,
    bands_wrong,
    read_answers,
    read_bands,
    review_on,
    tool_wrong,
    written_answers,
    written_bands,
)
from meg.protect.assessments.rules.scoring import Given, Result, finish_wrong, harms, overrides, score

__all__ = [
    "NOT_KNOWN",
    "Answer",
    "Band",
    "Change",
    "Factor",
    "Given",
    "Result",
    "Tool",
    "band_of",
    "bands_wrong",
    "changes",
    "finish_wrong",
    "harms",
    "overrides",
    "read_answers",
    "read_bands",
    "review_on",
    "score",
    "tool_wrong",
    "written_answers",
    "written_bands",
]
