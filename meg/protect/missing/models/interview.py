"""Return interviews: offered, answered, held and written up, within 72 clock hours of the return."""

from __future__ import annotations

from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Coalesce, Now

from meg.partnership.access.models import Member
from meg.partnership.agencies.models import PartnershipRow
from meg.partnership.trail.models import FromContext
from meg.protect.children.models import FULL_NAME, Child, Name
from meg.protect.missing.rules import Clock, clock


class InterviewQuerySet(models.QuerySet["Interview"]):
    def current(self) -> InterviewQuerySet:
        """Interviews that have not been taken back."""
        return self.filter(withdrawn_at__isnull=True)

    def waiting(self) -> InterviewQuerySet:
        """Interviews that nobody has settled yet: not held, not declined, not given up."""
        return self.current().filter(settled_at__isnull=True)

    def with_child(self) -> InterviewQuerySet:
        """Interviews with their child, the name the child is known by as `called`, and who it is allocated to."""
        name = Name.objects.current().filter(child=models.OuterRef("child"), kind=Name.Kind.NAME)
        called = models.Subquery(name.values_list(FULL_NAME)[:1])
        return self.select_related("child", "allocated_to").annotate(
            called=Coalesce(called, models.Value("", models.TextField()))
        )


class Interview(PartnershipRow):
    """One return interview, from the day it falls due. It may answer several episodes of the same child: each names
    it in `Episode.interview`.

    `due_at`: 72 clock hours after the earliest return it answers. `settled_at`: when it needed nobody any more.
    """

    class State(models.TextChoices):
        DUE = "due", "Not offered yet"
        OFFERED = "offered", "Offered, no answer yet"
        ACCEPTED = "accepted", "Accepted, no time set"
        BOOKED = "booked", "Booked"
        HELD = "held", "Held"
        DECLINED = "declined", "Declined"
        NOT_CONTACTABLE = "not_contactable", "Not contactable"
        HANDED_OVER = "handed_over", "Handed to another authority"
        NOT_REQUIRED = "not_required", "Not required"

    class Who(models.TextChoices):
        CHILD = "child", "The child"
        PARENT = "parent", "A parent or carer"

    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="+", db_index=False)
    state = models.TextField(choices=State.choices, default=State.DUE)
    due_at = models.DateTimeField()
    allocated_to = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    offered_at = models.DateTimeField(null=True, blank=True)
    offered_by = models.TextField(blank=True, db_default="")
    accepted_at = models.DateTimeField(null=True, blank=True)
    booked_for = models.DateTimeField(null=True, blank=True)
    booked_where = models.TextField(blank=True, db_default="")
    attempts = models.PositiveSmallIntegerField(db_default=0)
    last_attempt_at = models.DateTimeField(null=True, blank=True)
    declined_by = models.TextField(choices=Who.choices, blank=True, db_default="")
    parent_view = models.TextField(blank=True, db_default="")  # 'taken', 'offered' or empty
    parent_view_words = models.TextField(blank=True, db_default="")
    handed_to = models.TextField(blank=True, db_default="")
    taken_from = models.TextField(blank=True, db_default="")
    held_at = models.DateTimeField(null=True, blank=True)
    held_to_the_minute = models.BooleanField(db_default=True)
    held_by = models.TextField(blank=True, db_default="")
    held_by_agency = models.TextField(blank=True, db_default="")
    independent = models.BooleanField(null=True, blank=True)  # of the care setting and of the family
    place = models.TextField(blank=True, db_default="")
    present = ArrayField(models.TextField(), db_default=[])
    harm = ArrayField(models.TextField(), db_default=[])
    harm_dealt_with = models.TextField(blank=True, db_default="")
    reasons = ArrayField(models.TextField(), db_default=[])
    reasons_words = models.TextField(blank=True, db_default="")
    would_help = models.TextField(blank=True, db_default="")
    information = ArrayField(models.TextField(), db_default=[])
    written_up_at = models.DateTimeField(null=True, blank=True)
    written_up_by = models.TextField(blank=True, db_default="")
    settled_at = models.DateTimeField(null=True, blank=True)
    warned_at = models.DateTimeField(null=True, blank=True)
    over_told_at = models.DateTimeField(null=True, blank=True)
    source = models.TextField(db_default="form")
    batch = models.BigIntegerField(null=True, blank=True)
    changed_by_batch = models.BigIntegerField(null=True, blank=True)
    sent = models.JSONField(null=True, blank=True)
    recorded_at = models.DateTimeField(db_default=Now())
    changed_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = InterviewQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["child", "-due_at"], name="interview_of_child"),
            models.Index(
                fields=["partnership", "due_at"],
                name="interview_waiting",
                condition=models.Q(settled_at__isnull=True, withdrawn_at__isnull=True),
            ),
            models.Index(fields=["batch"], name="interview_by_batch", condition=models.Q(batch__isnull=False)),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    state__in=[
                        "due", "offered", "accepted", "booked", "held", "declined", "not_contactable", "handed_over",
                        "not_required",
                    ]
                ),
                name="interview_state_is_known",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="held")
                | (models.Q(held_at__isnull=False, settled_at__isnull=False) & ~models.Q(held_by="")),
                name="interview_held_says_when_and_by_whom",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="declined")
                | models.Q(declined_by__in=["child", "parent"], settled_at__isnull=False),
                name="interview_declined_says_by_whom",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=["not_contactable", "not_required"])
                | models.Q(settled_at__isnull=False),
                name="interview_given_up_is_settled",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="booked") | models.Q(booked_for__isnull=False),
                name="interview_booked_says_when",
            ),
            models.UniqueConstraint(
                fields=["child"],
                condition=models.Q(settled_at__isnull=True, withdrawn_at__isnull=True),
                name="interview_one_waiting_of_a_child",
            ),
        ]  # fmt: skip

    def clock(self, now: datetime) -> Clock:
        """The 72-hour clock as it stands."""
        return clock(self.due_at, now)


class OfInterview(PartnershipRow):
    """Something that belongs to an interview."""

    interview = models.ForeignKey(Interview, on_delete=models.PROTECT, related_name="+", db_index=False)
    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="+", db_index=False)
    recorded_at = models.DateTimeField(db_default=Now())
    recorded_by = models.TextField(db_default=FromContext("meg.name", models.TextField()))

    class Meta:
        abstract = True


class Step(OfInterview):
    """One thing that was done towards an interview: when, by whom, by which way. Added, never changed."""

    class What(models.TextChoices):
        DUE = "due", "Return interview due"
        ALLOCATED = "allocated", "Return interview allocated"
        OFFERED = "offered", "Return interview offered"
        TRIED = "tried", "Tried to reach the child"
        ACCEPTED = "accepted", "Return interview accepted"
        BOOKED = "booked", "Return interview booked"
        DECLINED = "declined", "Return interview declined"
        NOT_CONTACTABLE = "not_contactable", "Not contactable"
        HANDED_OVER = "handed_over", "Return interview handed to another authority"
        TAKEN_OVER = "taken_over", "Return interview taken over for another authority"
        HELD = "held", "Return interview held"
        NOT_REQUIRED = "not_required", "Return interview not required"
        REOPENED = "reopened", "Return interview opened again"
        CORRECTED = "corrected", "Return interview corrected"

    what = models.TextField(choices=What.choices)
    at = models.DateTimeField()
    by = models.TextField(blank=True)
    way = models.TextField(blank=True)
    words = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["interview", "-at"], name="step_of_interview")]


class Link(OfInterview):
    """A place or a person named in an interview, as the child named them."""

    class Kind(models.TextChoices):
        PLACE = "place", "Place"
        PERSON = "person", "Person"

    kind = models.TextField(choices=Kind.choices)
    name = models.TextField()
    about = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["interview"], name="link_of_interview")]
        constraints = [models.CheckConstraint(condition=~models.Q(name=""), name="link_names_something")]


class Passed(PartnershipRow):
    """Information for the police that someone passed on. It is no part of the child's record: whoever writes it
    cannot read it again, and only the intelligence seat does.
    """

    child = models.ForeignKey(Child, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    reference = models.TextField(blank=True)
    words = models.TextField()
    how_known = models.TextField(blank=True)
    may_be_asked = models.BooleanField(default=False)
    passed_at = models.DateTimeField(db_default=Now())
    passed_by = models.TextField(db_default=FromContext("meg.name", models.TextField()))
    agency = models.BigIntegerField(null=True, db_default=FromContext("meg.agency", models.BigIntegerField()))
    taken_up_at = models.DateTimeField(null=True, blank=True)
    taken_up_by = models.TextField(blank=True, db_default="")

    class Meta:
        indexes = [models.Index(fields=["partnership", "-passed_at"], name="passed_newest")]
        constraints = [models.CheckConstraint(condition=~models.Q(words=""), name="passed_says_something")]
