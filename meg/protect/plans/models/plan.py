"""A plan for a child, or for a context: its aims, the services given, what was said at reviews."""

from __future__ import annotations

from datetime import date

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models.functions import Now, Upper

from meg.partnership.agencies.models import Agency, PartnershipRow, RowOfAMatter
from meg.partnership.trail.models import FromContext
from meg.protect.children.models import Child
from meg.protect.exploitation.models import Referral
from meg.protect.tasks.models import Task, TaskQuerySet


class PlanQuerySet(models.QuerySet["Plan"]):
    def open(self) -> PlanQuerySet:
        """Plans that are not closed."""
        return self.filter(closed_at__isnull=True)


class Plan(PartnershipRow):
    """What is to be reached for a child after a referral, or in a context of the room above, and until when it is reviewed.

    `context` names a peer group, a place or a place online by its number; child and referral are empty then. `automatic`:
    the database opened it, because someone of 17 or older at medium or high had none. From `transition_since` it is also
    the plan towards adult services: `adult_agency`, whom there, and by when. Actions are tasks: of the plan, or of the context
    where it is one's, so that an agency which may not read the plan can tell of what its own task is.
    """

    class Outcome(models.TextChoices):
        MET = "met", "Its aims are reached"
        PARTLY = "partly", "Its aims are reached in part"
        ADULTS = "adults", "It goes on with adult services"
        MOVED = "moved", "It goes on in another area"
        ENDED = "ended", "It ended for another reason"

    child = models.ForeignKey(
        Child, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False, db_constraint=False
    )
    referral = models.ForeignKey(
        Referral, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False, db_constraint=False
    )
    context = models.BigIntegerField(null=True, blank=True)
    words = models.TextField()
    review_on = models.DateField()
    automatic = models.BooleanField(default=False, db_default=False)
    transition_since = models.DateField(null=True, blank=True)
    adult_agency = models.ForeignKey(
        Agency, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    adult_contact = models.TextField(blank=True, db_default="")
    adult_by = models.DateField(null=True, blank=True)
    opened_at = models.DateTimeField(db_default=Now())
    opened_by = models.TextField(db_default=FromContext("meg.name", models.TextField()))
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.TextField(blank=True, db_default="")
    outcome = models.TextField(choices=Outcome.choices, blank=True, db_default="")
    closed_because = models.TextField(blank=True, db_default="")

    objects = PlanQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["child", "-opened_at"], name="plan_of_child"),
            models.Index(fields=["context"], name="plan_of_context", condition=models.Q(context__isnull=False)),
        ]
        constraints = [
            models.UniqueConstraint(fields=["partnership", "id"], name="plan_of_its_partnership"),
            models.UniqueConstraint(fields=["partnership", "child", "id"], name="plan_of_its_child"),
            models.UniqueConstraint(
                fields=["referral"], condition=models.Q(closed_at__isnull=True), name="plan_one_open_of_a_referral"
            ),
            models.UniqueConstraint(
                fields=["context"], condition=models.Q(closed_at__isnull=True), name="plan_one_open_of_a_context"
            ),
            models.CheckConstraint(
                condition=models.Q(child__isnull=False, referral__isnull=False, context__isnull=True)
                | models.Q(child__isnull=True, referral__isnull=True, context__isnull=False),
                name="plan_is_of_a_referral_or_a_context",
            ),
            models.CheckConstraint(condition=~models.Q(words=""), name="plan_says_what_for"),
            models.CheckConstraint(
                condition=models.Q(closed_at__isnull=True, outcome="", closed_because="")
                | (
                    models.Q(closed_at__isnull=False, outcome__in=["met", "partly", "adults", "moved", "ended"])
                    & ~models.Q(closed_because="")
                    & ~models.Q(closed_by="")
                ),
                name="plan_closed_says_how",
            ),
        ]

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def tasks(self) -> TaskQuerySet:
        """What was asked for under this plan; of a context, under any of its plans."""
        if self.context is not None:
            return Task.objects.filter(of=Task.Of.CONTEXT, of_number=self.context)
        return Task.objects.filter(of__in=[Task.Of.PLAN, Task.Of.TRANSITION], of_number=self.pk)


class OfPlan(RowOfAMatter):
    """Something of a plan. Its child is the plan's; empty for a plan of a context."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    child = models.ForeignKey(
        Child, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False, db_constraint=False
    )
    recorded_at = models.DateTimeField(db_default=Now())
    recorded_by = models.TextField(db_default=FromContext("meg.name", models.TextField()))

    class Meta:
        abstract = True


class Aim(OfPlan):
    """What is to be reached, and how it will be known; later, whether it was."""

    words = models.TextField()
    known_by = models.TextField()
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.TextField(blank=True, db_default="")
    reached = models.BooleanField(null=True, blank=True)
    settled_words = models.TextField(blank=True, db_default="")

    class Meta:
        indexes = [models.Index(fields=["plan"], name="aim_of_plan")]
        constraints = [
            models.CheckConstraint(condition=~models.Q(words="") & ~models.Q(known_by=""), name="aim_says_how_known"),
            models.CheckConstraint(
                condition=models.Q(settled_at__isnull=True, reached__isnull=True)
                | models.Q(settled_at__isnull=False, reached__isnull=False),
                name="aim_is_settled_whole",
            ),
        ]


class ServiceQuerySet(models.QuerySet["Service"]):
    def on(self, day: date) -> ServiceQuerySet:
        """Services on offer on a day, by name."""
        return self.filter(valid__contains=day).order_by("name", "pk")

    def ended(self, day: date) -> ServiceQuerySet:
        """Services that were on offer until a day, and are not any more."""
        return self.annotate(upto=Upper("valid")).filter(upto__lte=day).order_by("name", "pk")


class Service(PartnershipRow):
    """A service that an agency offers, in the partnership's own list, from one day to another."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    name = models.TextField()
    about = models.TextField(blank=True, db_default="")
    valid = DateRangeField()
    recorded_by = models.TextField(db_default=FromContext("meg.name", models.TextField()))

    objects = ServiceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(name=""), name="service_has_a_name"),
            ExclusionConstraint(
                name="service_once_at_a_time",
                expressions=[
                    ("agency", RangeOperators.EQUAL),
                    ("name", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Given(OfPlan):
    """A service given under a plan, by which agency, from when until when, and what came of it."""

    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="+", db_index=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_index=False)
    given_from = models.DateField()
    given_until = models.DateField(null=True, blank=True)
    outcome = models.TextField(blank=True, db_default="")

    class Meta:
        indexes = [models.Index(fields=["plan"], name="given_of_plan")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(given_until__isnull=True, outcome="")
                | models.Q(given_until__gte=models.F("given_from")) & ~models.Q(outcome=""),
                name="given_ends_after_it_began",
            ),
        ]


class Review(OfPlan):
    """A review of a plan: what was said, by whom, and when the next one is. Added, and never changed."""

    at = models.DateTimeField(db_default=Now())
    by = models.TextField()
    words = models.TextField()
    next_on = models.DateField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["plan", "-at"], name="review_of_plan")]
        constraints = [
            models.CheckConstraint(condition=~models.Q(by="") & ~models.Q(words=""), name="plan_review_says_who"),
        ]
