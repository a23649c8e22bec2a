"""Verbs of tasks: ask, do, drop, pass on, remind."""

from meg.protect.tasks.actions.doing import (
    ask_task,
    drop_task,
    finish_task,
    hold_task,
    may_end,
    pass_task,
    record_task_list,
)
from meg.protect.tasks.actions.reminding import send_reminders

__all__ = [
    "ask_task",
    "drop_task",
    "finish_task",
    "hold_task",
    "may_end",
    "pass_task",
    "record_task_list",
    "send_reminders",
]
