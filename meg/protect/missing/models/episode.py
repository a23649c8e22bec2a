"""Times when a child was missing, or away from where they should have been."""

from __future__ import annotations

from datetime import datetime

from django.apps import apps
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models.functions import Coalesce, Now

from meg.partnership.agencies.models import RowOfAMatter
from meg.protect.children.models import FULL_NAME, Child, Name
from meg.protect.missing.rules import Told, how_long, when


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

    def returned_since(self, moment: datetime) -> EpisodeQuerySet:
        """Children who came back at or after a moment."""
        return self.current().filter(returned_at__gte=moment)

    def with_child(self) -> EpisodeQuerySet:
        """Episodes with their child, and the name the child is known by as `called`, empty where none is
        recorded.
        """
        name = Name.objects.current().filter(child=models.OuterRef("child"), kind=Name.Kind.NAME)
        called = models.Subquery(name.values_list(FULL_NAME)[:1])
        return self.select_related("child").annotate(called=Coalesce(called, models.Value("", models.TextField())))

    def with_corrections(self) -> EpisodeQuerySet:
        """Episodes with `corrected`: true where an earlier value is kept."""
        kept = apps.get_model("missing", "Correction")._default_manager.filter(
            episode=models.OuterRef("pk"), is_correction=True
        )
        return self.annotate(corrected=models.Exists(kept))

    def with_risk(self) -> EpisodeQuerySet:
        """Episodes with the police's latest level as `risk` (empty where there is none), and `review_at`."""
        latest = (
            apps.get_model("missing", "Risk")
            ._default_manager.filter(episode=models.OuterRef("pk"))
            .order_by("-at", "-pk")
        )
        return self.annotate(
            risk=Coalesce(models.Subquery(latest.values("level")[:1]), models.Value("", models.TextField())),
            review_at=models.Subquery(latest.values("review_at")[:1]),
        )

    def with_total(self) -> EpisodeQuerySet:
        """Episodes with `total`: how many there are, however few of them are asked for."""
        return self.annotate(total=models.Window(models.Count("pk")))


class Episode(RowOfAMatter):
    """One time a child was missing or away. Police and care words for it are two things and are kept apart.

    `started_at`: when the child left or was last seen, whichever is the later (SSDA903, MIS_START). Where a
    file gave only a day, it is that day's first minute in Europe/London and `started_to_the_minute` is
    False. `changed_by_batch`
    is the delivery that last wrote the episode, empty where a person did.
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

    class Ended(models.TextChoices):
        RETURNED = "returned", "Returned"
        EIGHTEEN = "eighteen", "Turned 18 before a return was known"

    class Needed(models.TextChoices):
        YES = "yes", "Required"
        NO = "no", "Not required"

    class Scrutiny(models.TextChoices):
        DUE = "due", "Waiting for the team"
        AFTER_INTERVIEW = "after_interview", "Waiting for the interview"
        DONE = "done", "Decided"
        HISTORY = "history", "From before, or from a yearly return"

    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    missing_from = models.TextField(choices=From.choices)
    care_status = models.CharField(max_length=1, choices=CareStatus.choices, blank=True)
    police_category = models.TextField(choices=PoliceCategory.choices, blank=True)
    setting = models.TextField(choices=Setting.choices)
    started_at = models.DateTimeField()
    started_to_the_minute = models.BooleanField(default=True)
    reported_at = models.DateTimeField(null=True, blank=True)
    reported_by = models.TextField(blank=True)
    located_at = models.DateTimeField(null=True, blank=True)
    returned_at = models.DateTimeField(null=True, blank=True)
    returned_to_the_minute = models.BooleanField(default=True)
    ended_as = models.TextField(choices=Ended.choices, blank=True, db_default="")
    last_seen_place = models.TextField(blank=True, db_default="")
    reported_to = models.TextField(blank=True, db_default="")
    held_by = models.TextField(blank=True, db_default="")
    interview = models.ForeignKey(
        "missing.Interview", on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    interview_needed = models.TextField(choices=Needed.choices, blank=True, db_default="")
    not_needed_because = models.TextField(blank=True, db_default="")
    scrutiny = models.TextField(choices=Scrutiny.choices, db_default=Scrutiny.HISTORY)
    source = models.TextField(default="form")
    year = models.CharField(max_length=7, blank=True)
    batch = models.BigIntegerField(null=True, blank=True)
    changed_by_batch = models.BigIntegerField(null=True, blank=True)
    sent = models.JSONField(null=True, blank=True)  # what the last return said: started, ended, care_status
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
            models.Index(
                fields=["partnership", "returned_at"],
                name="episode_by_return",
                condition=models.Q(returned_at__isnull=False, withdrawn_at__isnull=True),
            ),
            models.Index(fields=["batch"], name="episode_by_batch", condition=models.Q(batch__isnull=False)),
            models.Index(
                fields=["partnership", "started_at"],
                name="episode_for_scrutiny",
                condition=models.Q(scrutiny__in=["due", "after_interview"], withdrawn_at__isnull=True),
            ),
            models.Index(
                fields=["interview"], name="episode_of_interview", condition=models.Q(interview__isnull=False)
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["partnership", "child", "id"], name="episode_of_its_child"),
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
                condition=models.Q(located_at__isnull=True) | models.Q(located_at__gte=models.F("started_at")),
                name="episode_found_after_start",
            ),
            models.CheckConstraint(
                condition=~models.Q(care_status="", police_category=""), name="episode_is_missing_or_away"
            ),
            models.CheckConstraint(
                condition=models.Q(ended_as__in=["", "returned", "eighteen"])
                & models.Q(interview_needed__in=["", "yes", "no"])
                & models.Q(scrutiny__in=["due", "after_interview", "done", "history"])
                & (~models.Q(interview_needed="no") | ~models.Q(not_needed_because="")),
                name="episode_states_are_known",
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
    def told(self) -> Told:
        """What is recorded of the episode, as the rules take it."""
        return Told(**{name: getattr(self, name) for name in Told.names()})

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

    @property
    def where(self) -> str:
        """From where the child was missing, in words."""
        return self.Setting(self.setting).label

    def lasted(self, now: datetime) -> str:
        """How long, in words, until the return or until `now`."""
        return how_long(self.told, now)

    def since(self, now: datetime) -> str:
        """When it began, in words: 'Mon 23 Nov 19:15'."""
        return when(self.started_at, self.started_to_the_minute, now)

    def until(self, now: datetime) -> str:
        """When the child returned, in words; empty while they have not."""
        return when(self.returned_at, self.returned_to_the_minute, now) if self.returned_at else ""
