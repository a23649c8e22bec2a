"""Verbs of meetings."""

from meg.pursue.meetings.actions.agenda import (
    add_child,
    add_theme,
    ask_for,
    close_agenda,
    gather,
    move_item,
    take_off,
)
from meg.pursue.meetings.actions.looking import record_papers
from meg.pursue.meetings.actions.minutes import agree, correct
from meg.pursue.meetings.actions.planning import change_meeting, hold, plan_meeting, plan_next
from meg.pursue.meetings.actions.room import attend, begin, decide, end_meeting, give_action, take_back

__all__ = [
    "add_child",
    "add_theme",
    "agree",
    "ask_for",
    "attend",
    "begin",
    "change_meeting",
    "close_agenda",
    "correct",
    "decide",
    "end_meeting",
    "gather",
    "give_action",
    "hold",
    "move_item",
    "plan_meeting",
    "plan_next",
    "record_papers",
    "take_back",
    "take_off",
]
