"""Partnerships, and the agencies in them. An agency's name changes; its old records keep the name of their day."""

from __future__ import annotations

from datetime import date

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models.functions import Now

from meg.partnership.trail.models import FromContext


class Partnership(models.Model):
    """A safeguarding partnership: one county, by the number the Department for Education gives its authority."""

    name = models.TextField()
    authority = models.CharField(max_length=3)
    team_name = models.TextField(default="exploitation team")
    demonstration = models.BooleanField(default=False)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["authority"], name="partnership_once_an_authority"),
            models.CheckConstraint(
                condition=models.Q(authority__regex=r"^\d{3}$"), name="partnership_authority_is_three_digits"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PartnershipRow(models.Model):
    """A row that belongs to a partnership: filled in by the database, checked by its row policies."""

    partnership = models.ForeignKey(
        Partnership, on_delete=models.PROTECT, related_name="+", db_default=FromContext("meg.partnership")
    )

    class Meta:
        abstract = True


class RowOfAMatter(PartnershipRow):
    """A row that says something of another. One key to that row, over partnership and matter together, stands for a key to
    each: neither can be of another partnership (it is in the table's migration; Django has no word for it).
    """

    partnership = models.ForeignKey(
        Partnership, on_delete=models.PROTECT, related_name="+", db_default=FromContext("meg.partnership"), db_index=False,
        db_constraint=False,
    )  # fmt: skip

    class Meta:
        abstract = True


class AgencyQuerySet(models.QuerySet["Agency"]):
    def with_names(self, on: date) -> AgencyQuerySet:
        """Agencies with the name they have on a day as `name`, in the order of that name."""
        name = AgencyName.objects.filter(agency=models.OuterRef("pk"), valid__contains=on).values("name")[:1]
        return self.annotate(name=models.Subquery(name)).order_by("name")


class Agency(PartnershipRow):
    """An organisation that works in the partnership."""

    type = models.TextField()
    closed_on = models.DateField(null=True, blank=True)

    objects = AgencyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "agencies"


class AgencyName(PartnershipRow):
    """What an agency is called, from one day to another."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="names")
    name = models.TextField()
    valid = DateRangeField()

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="agency_one_name_a_day",
                expressions=[("agency", RangeOperators.EQUAL), ("valid", RangeOperators.OVERLAPS)],
            ),
            models.CheckConstraint(condition=~models.Q(name=""), name="agency_name_is_given"),
        ]

    def __str__(self) -> str:
        return self.name
