"""Who works here, in which seats, for which agency, with which children; and what they were in the middle of typing."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from meg.partnership.agencies.models import Agency, Partnership, PartnershipRow
from meg.partnership.seats import Seat
from meg.partnership.trail.models import FromContext


class AccountManager(BaseUserManager["Account"]):
    def create_user(self, email: str, password: str | None = None, **extra: Any) -> Account:
        account = self.model(email=self.normalize_email(email).lower(), **extra)
        account.set_password(password)
        account.save()
        return account

    def get_by_natural_key(self, username: str | None) -> Account:
        return self.get(email__iexact=username)


class Account(AbstractBaseUser):
    """How a person signs in. What they may see is their Member's seats, never this."""

    email = models.EmailField(unique=True)
    is_active = models.BooleanField(default=True)
    partnership = models.ForeignKey(
        Partnership, on_delete=models.PROTECT, related_name="+", db_default=FromContext("meg.partnership")
    )
    created_at = models.DateTimeField(db_default=Now())

    objects = AccountManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def __str__(self) -> str:
        return self.email


class Member(PartnershipRow):
    """A person of the partnership, in the service of one agency. `seats` are the kinds of work they do."""

    account = models.OneToOneField(Account, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    name = models.TextField()
    job = models.TextField(blank=True)
    seats = ArrayField(models.TextField(choices=[(seat.value, seat.label) for seat in Seat]), default=list)
    left_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(name=""), name="member_name_is_given"),
            models.CheckConstraint(
                condition=models.Q(seats__contained_by=[seat.value for seat in Seat]), name="member_seats_are_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def seat_labels(self) -> list[str]:
        return [Seat(seat).label for seat in self.seats]


class Involvement(PartnershipRow):
    """An agency works with a child; with `member`, that person is allocated.

    The child is a number here: this room is below the children's. Their migration makes it a foreign key.
    """

    child_id = models.BigIntegerField()
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    role = models.TextField(blank=True)
    since = models.DateTimeField(db_default=Now())
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["agency", "child_id"], name="involved_by_agency"),
            models.Index(fields=["member", "child_id"], name="involved_by_member"),
            models.Index(fields=["child_id"], name="involved_by_child"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(until__isnull=True) | models.Q(until__gte=models.F("since")),
                name="involvement_ends_after_it_began",
            ),
        ]


class Grant(PartnershipRow):
    """Sight of one child, for a reason and a time: for an agency, for a member, or broken open in an emergency."""

    class Why(models.TextChoices):
        SHARED = "shared", "Shared"
        BROKEN_GLASS = "broken_glass", "Opened for a stated reason"

    child_id = models.BigIntegerField()
    why = models.TextField(choices=Why.choices, default=Why.SHARED)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.TextField()
    granted_by = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+")
    since = models.DateTimeField(db_default=Now())
    until = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["agency", "child_id"], name="granted_by_agency"),
            models.Index(fields=["member", "child_id"], name="granted_by_member"),
        ]
        constraints = [
            models.CheckConstraint(condition=~models.Q(reason=""), name="grant_has_a_reason"),
            models.CheckConstraint(condition=models.Q(until__gt=models.F("since")), name="grant_ends_after_it_began"),
            models.CheckConstraint(
                condition=models.Q(agency__isnull=False) ^ models.Q(member__isnull=False),
                name="grant_is_to_an_agency_or_a_member",
            ),
        ]


class Draft(PartnershipRow):
    """What a member had typed into a form and not yet sent. Only they can see it."""

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+", db_default=FromContext("meg.member"))
    form = models.TextField()
    fields = models.JSONField(default=dict)
    saved_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "form"], name="draft_one_a_form")]
