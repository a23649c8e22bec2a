"""Verbs of missing episodes: record, say that the child is back, correct, withdraw; and what files
deliver.
"""

from meg.protect.missing.actions.listing import record_list
from meg.protect.missing.actions.recording import (
    Default,
    Unfits,
    correct_episode,
    default_for,
    record_episode,
    record_return,
    withdraw_episode,
)

__all__ = [
    "Default",
    "Unfits",
    "correct_episode",
    "default_for",
    "record_episode",
    "record_list",
    "record_return",
    "withdraw_episode",
]
