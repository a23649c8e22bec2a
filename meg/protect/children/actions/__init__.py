"""Verbs of a child's record: open it, find it, keep it. The only writes, and the only looks."""

from meg.protect.children.actions.caring import end_care, record_care
from meg.protect.children.actions.finding import Found, Match, find
from meg.protect.children.actions.keeping import Facts, add_child, change_child, sex_list
from meg.protect.children.actions.looking import open_child
from meg.protect.children.actions.naming import (
    add_identifier,
    add_other_name,
    namesakes,
    rename_child,
    take_back_identifier,
    take_back_name,
)

__all__ = [
    "Facts",
    "Found",
    "Match",
    "add_child",
    "add_identifier",
    "add_other_name",
    "change_child",
    "end_care",
    "find",
    "namesakes",
    "open_child",
    "record_care",
    "rename_child",
    "sex_list",
    "take_back_identifier",
    "take_back_name",
]
