"""Times when a child was missing, or away from where they should have been."""

from __future__ import annotations

from datetime import datetime

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models.functions import Now

from meg.partnership.agencies.models import PartnershipRow
from meg.protect.children.models import Child


class Span(models.Func):
    """The time from start to return, the return itself excluded; open where the child has not returned."""

    function = "tstzrange"
    output_field = DateTimeRangeField()


class EpisodeQuerySet(models.QuerySet["Episode"]):
    def current(self) -> EpisodeQuerySet:
        """Episodes that have not been taken back."""
        return self.filter(withdrawn_at__isnull=True)

    def open(self) -> EpisodeQuerySet:
        """Children who are missing or away now."""
        return self.current().filter(returned_at__isnull=True)

    def started_between(self, start: datetime, end: datetime) -> EpisodeQuerySet:
        """Episodes that began at or after `start` and before `end`."""
        return self.current().filter(started_at__gte=start, started_at__lt=end)


class Episode(PartnershipRow):
    """One time a child was missing or away. Police and care words for it are two things and are kept apart.

    `started_at`: when the child left or was last seen, whichever is the later (SSDA903, MIS_START). Where a file gave
    only a day, it is that day's first minute in Europe/London and `started_to_the_minute` is False.
    """

    class From(models.TextChoices):
        HOME = "home", "Missing from home"
        CARE = "care", "Missing from care"

    class CareStatus(models.TextChoices):
        MISSING = "M", "Missing"
        AWAY = "A", "Away from placement without authorisation"

    class PoliceCategory(models.TextChoices):
        MISSING = "MISSING", "Missing"
        ABSENT = "ABSENT", "Absent"

    class Setting(models.TextChoices):
        OWN_HOME = "own_home", "Own home"
        FOSTER = "foster", "Foster care"
        CHILDRENS_HOME = "childrens_home", "Children’s home"
        SUPPORTED = "supported", "Supported lodgings"
        OTHER = "other", "Other"

    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="+")
    missing_from = models.TextField(choices=From.choices)
    care_status = models.CharField(max_length=1, choices=CareStatus.choices, blank=True)
    police_category = models.TextField(choices=PoliceCategory.choices, blank=True)
    setting = models.TextField(choices=Setting.choices)
    started_at = models.DateTimeField()
    started_to_the_minute = models.BooleanField(default=True)
    reported_at = models.DateTimeField(null=True, blank=True)
    reported_by = models.TextField(blank=True)
    returned_at = models.DateTimeField(null=True, blank=True)
    returned_to_the_minute = models.BooleanField(default=True)
    source = models.TextField(default="form")
    year = models.CharField(max_length=7, blank=True)
    batch = models.BigIntegerField(null=True, blank=True)
    changed_by_batch = models.BigIntegerField(null=True, blank=True)
    recorded_at = models.DateTimeField(db_default=Now())
    recorded_by = models.TextField(blank=True)
    changed_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = EpisodeQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["child", "-started_at"], name="episode_by_child"),
            models.Index(fields=["partnership", "started_at"], name="episode_by_start"),
            models.Index(
                fields=["partnership", "started_at"],
                name="episode_open",
                condition=models.Q(returned_at__isnull=True, withdrawn_at__isnull=True),
            ),
            models.Index(fields=["batch"], name="episode_by_batch", condition=models.Q(batch__isnull=False)),
        ]
        constraints = [
            ExclusionConstraint(
                name="episode_not_over_another",
                expressions=[
                    ("child", RangeOperators.EQUAL),
                    (Span("started_at", "returned_at", models.Value("[)")), RangeOperators.OVERLAPS),
                ],
                condition=models.Q(withdrawn_at__isnull=True),
            ),
            models.CheckConstraint(
                condition=models.Q(returned_at__isnull=True) | models.Q(returned_at__gte=models.F("started_at")),
                name="episode_return_after_start",
            ),
            models.CheckConstraint(
                condition=models.Q(reported_at__isnull=True) | models.Q(reported_at__gte=models.F("started_at")),
                name="episode_report_after_start",
            ),
            models.CheckConstraint(
                condition=~models.Q(care_status="", police_category=""), name="episode_is_missing_or_away"
            ),
            models.CheckConstraint(
                condition=models.Q(care_status__in=["", "M", "A"])
                & models.Q(police_category__in=["", "MISSING", "ABSENT"])
                & models.Q(missing_from__in=["home", "care"])
                & models.Q(setting__in=["own_home", "foster", "childrens_home", "supported", "other"]),
                name="episode_codes_are_known",
            ),
        ]

    @property
    def is_open(self) -> bool:
        return self.returned_at is None

    @property
    def counts_as_missing(self) -> bool:
        """Missing, by whichever word was recorded; an absent or away episode is counted apart."""
        return self.care_status == "M" or (self.care_status == "" and self.police_category == "MISSING")

    @property
    def recorded_as(self) -> str:
        """How the episode was recorded, in words."""
        if self.care_status:
            return self.CareStatus(self.care_status).label
        return self.PoliceCategory(self.police_category).label
