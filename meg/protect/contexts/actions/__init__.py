"""Verbs of contexts."""

from meg.protect.contexts.actions.keeping import (
    add_known,
    close_context,
    give_level,
    hold,
    open_context,
    plan_for,
    rename,
    review_context,
)
from meg.protect.contexts.actions.linking import end_link, link_child
from meg.protect.contexts.actions.looking import open_one, record_contexts
from meg.protect.contexts.actions.proposing import add_proposed, open_proposed, set_aside

__all__ = [
    "add_known",
    "add_proposed",
    "close_context",
    "end_link",
    "give_level",
    "hold",
    "link_child",
    "open_context",
    "open_one",
    "open_proposed",
    "plan_for",
    "record_contexts",
    "rename",
    "review_context",
    "set_aside",
]
