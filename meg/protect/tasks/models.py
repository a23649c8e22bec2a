"""Tasks: what someone is to do by a day, for a child or for a context, and what came of it."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models.functions import Coalesce, Now

from meg.partnership.access.models import Member
from meg.partnership.agencies.models import Agency, PartnershipRow
from meg.partnership.seats import By
from meg.partnership.trail.models import FromContext
from meg.protect.children.models import FULL_NAME, Child, Name
from meg.protect.tasks.rules import due_state, due_words


class TaskQuerySet(models.QuerySet["Task"]):
    def open(self) -> TaskQuerySet:
        """Tasks that nobody has done or dropped yet."""
        return self.filter(done_at__isnull=True, dropped_at__isnull=True)

    def mine(self, by: By) -> TaskQuerySet:
        """Tasks of this member."""
        return self.filter(member_id=by.member_id or 0)

    def of_agency(self, by: By) -> TaskQuerySet:
        """Tasks of the member's agency, whoever of it holds them."""
        return self.filter(agency_id=by.agency_id or 0)

    def over(self, on: date) -> TaskQuerySet:
        """Open tasks whose day has passed."""
        return self.open().filter(due_on__lt=on)

    def with_child(self) -> TaskQuerySet:
        """Tasks with their child, and the name the child is known by as `called`, empty where none is recorded."""
        name = Name.objects.current().filter(child=models.OuterRef("child"), kind=Name.Kind.NAME)
        called = models.Subquery(name.values_list(FULL_NAME)[:1])
        return self.select_related("child", "member").annotate(
            called=Coalesce(called, models.Value("", models.TextField()))
        )


class Task(PartnershipRow):
    """One thing to be done by a day. It sits in its owner's list until it is done, or dropped for a reason.

    The owner is an agency, and one of its members where that is known. `of` and `of_number` name what asked for it in a
    room above: a plan, a meeting, a context. `child` is empty where the task is about no one child.
    """

    class Of(models.TextChoices):
        REFERRAL = "referral", "Referral"
        PLAN = "plan", "Plan"
        CONTEXT = "context", "Context"
        MEETING = "meeting", "Meeting"
        TRANSITION = "transition", "Transition to adult services"

    child = models.ForeignKey(Child, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    of = models.TextField(choices=Of.choices)
    of_number = models.BigIntegerField()
    what = models.TextField()
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_index=False)
    member = models.ForeignKey(
        Member, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    due_on = models.DateField()
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.TextField(blank=True, db_default="")
    outcome = models.TextField(blank=True, db_default="")
    dropped_at = models.DateTimeField(null=True, blank=True)
    dropped_by = models.TextField(blank=True, db_default="")
    dropped_because = models.TextField(blank=True, db_default="")
    reminded_at = models.DateTimeField(null=True, blank=True)
    over_told_at = models.DateTimeField(null=True, blank=True)
    asked_at = models.DateTimeField(db_default=Now())
    asked_by = models.TextField(db_default=FromContext("meg.name", models.TextField()))

    objects = TaskQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["child", "-asked_at"], name="task_of_child"),
            models.Index(fields=["of", "of_number"], name="task_of_what"),
            models.Index(
                fields=["agency", "due_on"],
                name="task_open_of_agency",
                condition=models.Q(done_at__isnull=True, dropped_at__isnull=True),
            ),
            models.Index(
                fields=["member", "due_on"],
                name="task_open_of_member",
                condition=models.Q(done_at__isnull=True, dropped_at__isnull=True),
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=~models.Q(what=""), name="task_says_what"),
            models.CheckConstraint(
                condition=models.Q(of__in=["referral", "plan", "context", "meeting", "transition"]), name="task_of_is_known"
            ),
            models.CheckConstraint(
                condition=(models.Q(done_at__isnull=True, done_by="") | (models.Q(done_at__isnull=False) & ~models.Q(done_by="")))
                & (
                    models.Q(dropped_at__isnull=True, dropped_because="")
                    | (models.Q(dropped_at__isnull=False) & ~models.Q(dropped_because="") & ~models.Q(dropped_by=""))
                ),
                name="task_end_is_whole",
            ),
            models.CheckConstraint(
                condition=models.Q(done_at__isnull=True) | models.Q(dropped_at__isnull=True), name="task_ends_once"
            ),
        ]  # fmt: skip

    @property
    def is_open(self) -> bool:
        return self.done_at is None and self.dropped_at is None

    def state(self, on: date) -> str:
        """'done', 'dropped', or how near its day is: 'over', 'today', 'soon', 'later'."""
        if self.is_open:
            return due_state(self.due_on, on)
        return "done" if self.done_at else "dropped"

    def due(self, on: date) -> str:
        """How near its day is, in words."""
        return due_words(self.due_on, on)
