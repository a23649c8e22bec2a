"""Figures that others publish of every authority: releases, and what they say. The latest release of a figure is used."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from meg.partnership.trail.models import FromContext

ENGLAND = "E92000001"


class Release(models.Model):
    """One publication of figures, with whom to name as its source. A later one may revise what an earlier one said."""

    dataset = models.TextField()
    first_year = models.PositiveSmallIntegerField()
    last_year = models.PositiveSmallIntegerField()
    title = models.TextField()
    publisher = models.TextField()
    licence = models.TextField()
    file_name = models.TextField()
    sha256 = models.CharField(max_length=64)
    loaded_at = models.DateTimeField(db_default=Now())
    loaded_by = models.TextField(db_default=FromContext("meg.name", models.TextField()))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["dataset", "sha256"], name="release_once"),
            models.CheckConstraint(
                condition=models.Q(first_year__lte=models.F("last_year")), name="release_years_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title}, {self.label} release"

    @property
    def label(self) -> str:
        """2020 to 2024."""
        return f"{self.first_year} to {self.last_year}" if self.first_year < self.last_year else f"{self.last_year}"

    @property
    def attribution(self) -> str:
        """Whom to name beside a figure."""
        return f"{self.publisher}, {self.title}, {self.label} release ({self.licence})"


class FigureQuerySet(models.QuerySet["PublishedFigure"]):
    def of(self, dataset: str, *measures: str) -> FigureQuerySet:
        return self.filter(release__dataset=dataset, measure__in=measures)

    def as_last_published(self) -> FigureQuerySet:
        """Of each figure what the last release says that has it: by the years it reaches to, then as loaded."""
        newest = ("year", "level", "code", "measure", "-release__last_year", "-release_id")
        return self.order_by(*newest).distinct("year", "level", "code", "measure")


class PublishedFigure(models.Model):
    """One figure of one area in one year, as a release gave it: a number, or the symbol that stands for it.

    `year` is the one in which the year to 31 March ends. `code` is the authority's number with the Department for
    Education; of a region or the country, its code with the Office for National Statistics.
    """

    class Level(models.TextChoices):
        AUTHORITY = "authority", "Local authority"
        REGION = "region", "Region"
        COUNTRY = "country", "England"

    class Symbol(models.TextChoices):
        SUPPRESSED = "c", "Hidden by the publisher"
        NOT_APPLICABLE = "z", "Not applicable"
        UNAVAILABLE = "x", "Not available"
        LOW = "k", "Rounds to nought"
        UNRELIABLE = "u", "Of low reliability"

    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    level = models.TextField(choices=Level.choices)
    code = models.TextField()
    name = models.TextField()
    region = models.TextField(blank=True)
    measure = models.TextField()
    value = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    symbol = models.CharField(max_length=1, choices=Symbol.choices, blank=True)

    objects = FigureQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["measure", "year", "level", "code"], name="published_by_measure")]
        constraints = [
            models.UniqueConstraint(
                fields=["release", "year", "level", "code", "measure"], name="published_once_a_release"
            ),
            models.CheckConstraint(
                condition=models.Q(value__isnull=True, symbol__in=["c", "z", "x", "k", "u"])
                | models.Q(value__isnull=False, symbol=""),
                name="published_number_or_symbol",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measure}, {self.name}, {self.year}"


class NeighbourQuerySet(models.QuerySet["Neighbour"]):
    def of(self, authority: str) -> list[str]:
        """The numbers of an authority's statistical neighbours, the closest first."""
        return list(self.filter(authority=authority).order_by("rank").values_list("neighbour", flat=True))


class Neighbour(models.Model):
    """An authority that is like another by the Department's statistics. `rank` 1 is the closest of ten."""

    authority = models.CharField(max_length=3)
    rank = models.PositiveSmallIntegerField()
    neighbour = models.CharField(max_length=3)
    closeness = models.TextField()

    objects = NeighbourQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["authority", "rank"], name="neighbour_once_a_rank")]

    def __str__(self) -> str:
        return f"{self.authority}: {self.rank}. {self.neighbour}"
