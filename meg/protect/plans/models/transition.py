"""A named decision on someone of 17 or older: the only way off the list of transition."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from meg.partnership.agencies.models import PartnershipRow
from meg.partnership.trail.models import FromContext
from meg.protect.children.models import Child


class DecisionQuerySet(models.QuerySet["Decision"]):
    def standing(self) -> DecisionQuerySet:
        """Decisions that nothing has overtaken."""
        return self.filter(overtaken_at__isnull=True)


class Decision(PartnershipRow):
    """What becomes of someone on the way to adulthood, who decided it, and why.

    It stands until it is taken back, a referral is taken on, or a level of medium or high is given: the database then writes
    what overtook it.
    """

    class What(models.TextChoices):
        HANDED_OVER = "handed_over", "Handed to adult services, and accepted"
        LOW_ENDED = "low_ended", "The risk is low: the work is ended"
        WISH = "wish", "The young person’s own wish"
        MOVED = "moved", "Moved to another area"

    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    what = models.TextField(choices=What.choices)
    accepted_by = models.TextField(blank=True, db_default="")
    decided_by = models.TextField()
    why = models.TextField()
    at = models.DateTimeField(db_default=Now())
    recorded_at = models.DateTimeField(db_default=Now())
    recorded_by = models.TextField(db_default=FromContext("meg.name", models.TextField()))
    overtaken_at = models.DateTimeField(null=True, blank=True)
    overtaken_because = models.TextField(blank=True, db_default="")

    objects = DecisionQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["child", "-at"], name="transition_of_child")]
        constraints = [
            models.UniqueConstraint(
                fields=["child"], condition=models.Q(overtaken_at__isnull=True), name="transition_one_stands"
            ),
            models.CheckConstraint(
                condition=models.Q(what__in=["handed_over", "low_ended", "wish", "moved"])
                & ~models.Q(decided_by="")
                & ~models.Q(why=""),
                name="transition_decision_is_named",
            ),
            models.CheckConstraint(
                condition=~models.Q(what="handed_over") | ~models.Q(accepted_by=""),
                name="transition_handed_over_is_accepted",
            ),
            models.CheckConstraint(
                condition=models.Q(overtaken_at__isnull=True, overtaken_because="")
                | (models.Q(overtaken_at__isnull=False) & ~models.Q(overtaken_because="")),
                name="transition_overtaken_says_why",
            ),
        ]

    def __str__(self) -> str:
        return str(self.What(self.what).label)
