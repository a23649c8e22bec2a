"""The nouns of this room: plans, what they hold, and decisions on the way to adult services."""

from meg.protect.plans.models.plan import Aim, Given, OfPlan, Plan, PlanQuerySet, Review, Service, ServiceQuerySet
from meg.protect.plans.models.transition import Decision, DecisionQuerySet

__all__ = [
    "Aim",
    "Decision",
    "DecisionQuerySet",
    "Given",
    "OfPlan",
    "Plan",
    "PlanQuerySet",
    "Review",
    "Service",
    "ServiceQuerySet",
]
