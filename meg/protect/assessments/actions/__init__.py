"""Verbs of frameworks and assessments."""

from meg.protect.assessments.actions.assessing import answers_of, begin, finish, result_of, why_not_begin, withdraw
from meg.protect.assessments.actions.frameworks import (
    FactorSaid,
    FrameworkSaid,
    change_framework,
    draft_of,
    end_framework,
    keep_factor,
    leave_out,
    new_version,
    publish,
    start_framework,
)
from meg.protect.assessments.actions.shipped import bring_frameworks_up_to_date

__all__ = [
    "FactorSaid",
    "FrameworkSaid",
    "answers_of",
    "begin",
    "bring_frameworks_up_to_date",
    "change_framework",
    "draft_of",
    "end_framework",
    "finish",
    "keep_factor",
    "leave_out",
    "new_version",
    "publish",
    "result_of",
    "start_framework",
    "why_not_begin",
    "withdraw",
]
