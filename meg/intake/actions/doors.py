"""How the rows of each kind of sheet enter their room: which temporary table they are handed over in, and the room's verbs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from meg.intake.sources.sheet import words
from meg.protect.exploitation.actions import referrals_in
from meg.protect.missing.actions import interviews_in, sheets_in


@dataclass(frozen=True)
class Door:
    """One kind of sheet. `counted`: by which rows of `sheet_done` its rows are counted; `new` and `other`: the first rows that
    would create and change something, for a preview, each with what `say_new` and `say_other` tell of it.
    """

    table: str
    counted: str
    stage: Callable[[], None]
    take_in: Callable[..., None]
    worked_on_since: Callable[..., int]
    take_back: Callable[..., None]
    new: str
    other: str
    say_new: Callable[..., str]
    say_other: Callable[..., str]


DOORS = {
    "missing": Door(
        "sheet_episode", "Tracker", sheets_in.stage_sheet, sheets_in.take_in_tracker, sheets_in.tracker_worked_on_since,
        sheets_in.take_back_tracker,
        """SELECT d.number, c.reference, d.started, d.started_exact, d.returned, d.returned_exact, d.setting
        FROM sheet_episode d JOIN children_child c ON c.id = d.child_id WHERE d.what = 'created' ORDER BY d.number LIMIT %(most)s""",
        """SELECT d.number, c.reference, k.before, k.after, d.adds_risk, d.adds_prevention
        FROM sheet_episode d JOIN children_child c ON c.id = d.child_id
          LEFT JOIN missing_correction k ON k.episode_id = d.record AND k.batch = %(batch)s
        WHERE d.what = 'changed' ORDER BY d.number LIMIT %(most)s""",
        words.episode_words, words.change_words,
    ),
    "return-interviews": Door(
        "sheet_interview", "Row", interviews_in.stage_interviews, interviews_in.take_in_interviews,
        interviews_in.interviews_worked_on_since, interviews_in.take_back_interviews,
        """SELECT d.number, c.reference, i.state, i.held_at
        FROM sheet_interview d JOIN children_child c ON c.id = d.child_id LEFT JOIN missing_interview i ON i.id = d.interview
        WHERE d.what = 'created' ORDER BY d.number LIMIT %(most)s""",
        """SELECT d.number, c.reference, x.before ->> 'state', i.state
        FROM sheet_interview d JOIN children_child c ON c.id = d.child_id LEFT JOIN missing_interview i ON i.id = d.interview
          LEFT JOIN sheet_done x ON x.record = d.interview AND x.in_table = 'Interviews'
        WHERE d.what IN ('changed', 'not required') ORDER BY d.number LIMIT %(most)s""",
        words.interview_words, words.interview_change_words,
    ),
    "referrals": Door(
        "sheet_referral", "Referrals", referrals_in.stage_referrals, referrals_in.take_in_referrals,
        referrals_in.referrals_worked_on_since, referrals_in.take_back_referrals,
        """SELECT d.number, c.reference, d.received_at, d.received_to_the_minute, d.level, r.state
        FROM sheet_referral d JOIN children_child c ON c.id = d.child_id JOIN sheet_done x ON x.number = d.number
          JOIN exploitation_referral r ON r.id = x.record WHERE d.what = 'created' ORDER BY d.number LIMIT %(most)s""",
        """SELECT d.number, c.reference, x.before ->> 'state', r.state
        FROM sheet_referral d JOIN children_child c ON c.id = d.child_id JOIN sheet_done x ON x.number = d.number
          JOIN exploitation_referral r ON r.id = x.record WHERE d.what = 'changed' ORDER BY d.number LIMIT %(most)s""",
        words.referral_words, words.referral_change_words,
    ),
}  # fmt: skip
