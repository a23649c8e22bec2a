"""Verbs of plans and of the way to adult services."""

from meg.protect.plans.actions.handing import Caseload, caseload_of, hand_over, why_not
from meg.protect.plans.actions.keeping import (
    add_action,
    add_aim,
    close_plan,
    end_service,
    give_service,
    hold_plan,
    open_plan,
    plan_transition,
    review_plan,
    settle_aim,
)
from meg.protect.plans.actions.listing import add_service, take_service_off
from meg.protect.plans.actions.transition import (
    decide,
    keep_everyone_in_view,
    record_outcomes,
    record_transition_list,
    take_back,
)

__all__ = [
    "Caseload",
    "add_action",
    "add_aim",
    "add_service",
    "caseload_of",
    "close_plan",
    "decide",
    "end_service",
    "give_service",
    "hand_over",
    "hold_plan",
    "keep_everyone_in_view",
    "open_plan",
    "plan_transition",
    "record_outcomes",
    "record_transition_list",
    "review_plan",
    "settle_aim",
    "take_back",
    "take_service_off",
    "why_not",
]
