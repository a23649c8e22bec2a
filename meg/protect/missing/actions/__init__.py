"""Verbs of missing episodes and return interviews: what people record and decide, and what files deliver."""

from meg.protect.missing.actions.deciding import (
    answer_challenge,
    ask_discussion,
    challenge,
    decide,
    decide_discussion,
    set_threshold,
)
from meg.protect.missing.actions.interview_corrections import correct_interview, held_then
from meg.protect.missing.actions.interviewing import (
    accept,
    allocate,
    book,
    decline,
    give_up,
    hand_over,
    not_required,
    offer,
    reopen,
    required,
    take_over,
    try_to_reach,
    write_up,
)
from meg.protect.missing.actions.listing import record_list, record_taken_list
from meg.protect.missing.actions.recording import (
    Default,
    correct_episode,
    default_for,
    record_episode,
    record_return,
    withdraw_episode,
)
from meg.protect.missing.actions.responding import change_status, close_at_eighteen, grade_risk, record_prevention
from meg.protect.missing.actions.sheets import keep_sheet, pass_information, record_passed_read, take_up

__all__ = [
    "Default",
    "accept",
    "allocate",
    "answer_challenge",
    "ask_discussion",
    "book",
    "challenge",
    "change_status",
    "close_at_eighteen",
    "correct_episode",
    "correct_interview",
    "decide",
    "decide_discussion",
    "decline",
    "default_for",
    "give_up",
    "grade_risk",
    "hand_over",
    "held_then",
    "keep_sheet",
    "not_required",
    "offer",
    "pass_information",
    "record_episode",
    "record_list",
    "record_passed_read",
    "record_prevention",
    "record_return",
    "record_taken_list",
    "reopen",
    "required",
    "set_threshold",
    "take_over",
    "take_up",
    "try_to_reach",
    "withdraw_episode",
    "write_up",
]
