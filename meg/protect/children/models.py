"""A child: names, identifiers, and the time spent looked after."""

from __future__ import annotations

from datetime import date

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.functions import Now

from meg.partnership.agencies.models import PartnershipRow
from meg.partnership.codes.models import Code

FULL_NAME = models.functions.Trim(
    models.functions.Concat("given", models.Value(" "), "family", output_field=models.TextField())
)
SEX_LISTS = ("sex_from_2025", "sex_to_2024")


class ChildQuerySet(models.QuerySet["Child"]):
    def current(self) -> ChildQuerySet:
        """Children whose record has not been taken back."""
        return self.filter(withdrawn_at__isnull=True)

    def with_names(self) -> ChildQuerySet:
        """Children with the name they are known by as `called`, empty where none is recorded."""
        name = Name.objects.current().filter(child=models.OuterRef("pk"), kind=Name.Kind.NAME)
        called = models.Subquery(name.values_list(FULL_NAME)[:1])
        return self.annotate(called=models.functions.Coalesce(called, models.Value("", models.TextField())))

    def with_other_names(self) -> ChildQuerySet:
        """Children with the other names they go by as `other_names`, and former ones as `former_names`, oldest first."""
        names = Name.objects.current().filter(child=models.OuterRef("pk")).order_by("pk").values_list(FULL_NAME)
        return self.annotate(
            other_names=ArraySubquery(names.filter(kind=Name.Kind.OTHER)),
            former_names=ArraySubquery(names.filter(kind=Name.Kind.FORMER)),
        )

    def with_labels(self) -> ChildQuerySet:
        """Children with the words for their codes: `sex_label`, `ethnicity_label`, `disability_labels`."""
        codes = Code.objects.order_by("position")
        sex = codes.filter(list__in=SEX_LISTS, code=models.OuterRef("sex"))
        ethnicity = codes.filter(list="dfe_ethnicity", code=models.OuterRef("ethnicity"))
        place = models.Func(
            models.OuterRef("disabilities"), "code", function="array_position", output_field=models.IntegerField()
        )
        held = codes.annotate(place=place).filter(list="disability", place__isnull=False)
        return self.annotate(
            sex_label=models.Subquery(sex.values("label")[:1]),
            ethnicity_label=models.Subquery(ethnicity.values("label")[:1]),
            disability_labels=ArraySubquery(held.values("label")),
        )


class Child(PartnershipRow):
    """A child or young person known to the partnership. `sex` and `ethnicity` are codes of the day they were recorded."""

    reference = models.GeneratedField(
        expression=models.Func(
            template="'MEG-' || lpad(id::text, greatest(6, length(id::text)), '0')", output_field=models.TextField()
        ),
        output_field=models.TextField(),
        db_persist=True,
    )
    date_of_birth = models.DateField(null=True, blank=True)
    estimated_birth_year = models.PositiveSmallIntegerField(null=True, blank=True)
    sex = models.CharField(max_length=1, blank=True)
    ethnicity = models.CharField(max_length=4, blank=True)
    disabilities = ArrayField(models.CharField(max_length=4), default=list, blank=True)
    responsible_authority = models.CharField(max_length=3, blank=True)
    batch = models.BigIntegerField(null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now())
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = ChildQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "children"
        indexes = [
            models.Index(fields=["partnership", "date_of_birth"], name="child_by_birth"),
            models.Index(fields=["batch"], name="child_by_batch", condition=models.Q(batch__isnull=False)),
        ]
        constraints = [
            models.UniqueConstraint(fields=["reference"], name="child_reference_once"),
            models.UniqueConstraint(fields=["partnership", "id"], name="child_of_its_partnership"),
            models.CheckConstraint(
                condition=models.Q(estimated_birth_year__isnull=True)
                | models.Q(estimated_birth_year__gte=1990, estimated_birth_year__lte=2100),
                name="child_birth_year_is_near",
            ),
        ]

    def __str__(self) -> str:
        return str(self.reference)


class NameQuerySet(models.QuerySet["Name"]):
    def current(self) -> NameQuerySet:
        """Names that have not been taken back."""
        return self.filter(withdrawn_at__isnull=True)


class Name(PartnershipRow):
    """What a child is or was called. For searching: `folded` in capitals without accents, `in_order` its words sorted."""

    class Kind(models.TextChoices):
        NAME = "name", "Name"
        OTHER = "other", "Also known as"
        FORMER = "former", "Former name"

    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="names")
    kind = models.TextField(choices=Kind.choices, default=Kind.NAME)
    given = models.TextField(blank=True)
    family = models.TextField(blank=True)
    folded = models.GeneratedField(
        expression=models.Func(template="meg.fold(given || ' ' || family)", output_field=models.TextField()),
        output_field=models.TextField(),
        db_persist=True,
    )
    sounds = models.GeneratedField(
        expression=models.Func(
            template="meg.sounds(given || ' ' || family)", output_field=ArrayField(models.TextField())
        ),
        output_field=ArrayField(models.TextField()),
        db_persist=True,
    )
    in_order = models.GeneratedField(
        expression=models.Func(template="meg.in_order(given || ' ' || family)", output_field=models.TextField()),
        output_field=models.TextField(),
        db_persist=True,
    )
    recorded_at = models.DateTimeField(db_default=Now())
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = NameQuerySet.as_manager()

    class Meta:
        indexes = [
            GinIndex(fields=["folded"], name="name_by_letters", opclasses=["gin_trgm_ops"]),
            GinIndex(fields=["sounds"], name="name_by_sound"),
            models.Index(fields=["in_order"], name="name_by_words"),
        ]
        constraints = [
            models.CheckConstraint(condition=~models.Q(given="", family=""), name="name_is_not_empty"),
            models.UniqueConstraint(
                fields=["child"],
                condition=models.Q(kind="name", withdrawn_at__isnull=True),
                name="name_one_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.given} {self.family}".strip()


class IdentifierQuerySet(models.QuerySet["Identifier"]):
    def current(self) -> IdentifierQuerySet:
        """Identifiers that have not been taken back."""
        return self.filter(withdrawn_at__isnull=True)


class Identifier(PartnershipRow):
    """The number by which another system knows a child. Text, always: leading noughts count.

    One number of one source is one child's for good: taken back, it may be given to another child, never to two.
    """

    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="identifiers")
    source = models.TextField()
    value = models.TextField()
    folded = models.GeneratedField(
        expression=models.Func(template="meg.squeeze(value)", output_field=models.TextField()),
        output_field=models.TextField(),
        db_persist=True,
    )
    recorded_at = models.DateTimeField(db_default=Now())
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = IdentifierQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["folded"], name="identifier_folded")]
        constraints = [
            models.UniqueConstraint(fields=["partnership", "source", "value"], name="identifier_once_a_source"),
            models.CheckConstraint(condition=~models.Q(value=""), name="identifier_is_given"),
        ]

    def __str__(self) -> str:
        return self.value


class CareEpisodeQuerySet(models.QuerySet["CareEpisode"]):
    def current(self) -> CareEpisodeQuerySet:
        return self.filter(withdrawn_at__isnull=True)

    def on(self, day: date) -> CareEpisodeQuerySet:
        """Episodes that hold a day, first and last day included."""
        return self.current().filter(models.Q(ended__isnull=True) | models.Q(ended__gte=day), started__lte=day)

    def with_labels(self) -> CareEpisodeQuerySet:
        """Episodes with the words for their codes: `placement_label`, `legal_label`, `ended_label`; None for no code."""

        def label(name: str, field: str) -> models.Subquery:
            codes = Code.objects.filter(list=name, code=models.OuterRef(field)).order_by("-valid_from")
            return models.Subquery(codes.values("label")[:1])

        return self.annotate(
            placement_label=label("ssda903_placement", "placement_type"),
            legal_label=label("ssda903_legal_status", "legal_status"),
            ended_label=label("ssda903_ended", "reason_ended"),
        )


class CareEpisode(PartnershipRow):
    """An episode of care as the looked-after return has it: one placement under one legal status.

    `distance` is in miles from the child’s home; `in_area`: the placement lies in the responsible authority’s area. Both
    are empty where they are not recorded.
    """

    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="care_episodes")
    started = models.DateField()
    ended = models.DateField(null=True, blank=True)
    reason_new = models.CharField(max_length=1, blank=True)
    legal_status = models.CharField(max_length=2, blank=True)
    need = models.CharField(max_length=2, blank=True)
    placement_type = models.CharField(max_length=3, blank=True)
    provider = models.CharField(max_length=3, blank=True)
    reason_ended = models.CharField(max_length=3, blank=True)
    reason_change = models.CharField(max_length=6, blank=True)
    home_postcode = models.CharField(max_length=8, blank=True)
    placement_postcode = models.CharField(max_length=8, blank=True)
    urn = models.CharField(max_length=10, blank=True)
    distance = models.DecimalField(max_digits=5, decimal_places=1, null=True, blank=True)
    in_area = models.BooleanField(null=True, blank=True)
    source = models.TextField(default="form")
    year = models.CharField(max_length=7, blank=True)
    batch = models.BigIntegerField(null=True, blank=True)
    changed_by_batch = models.BigIntegerField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = CareEpisodeQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["child", "started"], name="care_by_child"),
            models.Index(fields=["batch"], name="care_by_batch", condition=models.Q(batch__isnull=False)),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["child", "started", "source"],
                condition=models.Q(withdrawn_at__isnull=True),
                name="care_once_a_start",
            ),
            models.CheckConstraint(
                condition=models.Q(ended__isnull=True) | models.Q(ended__gte=models.F("started")),
                name="care_ends_after_it_began",
            ),
            models.CheckConstraint(
                condition=models.Q(distance__isnull=True) | models.Q(distance__gte=0), name="care_distance_is_no_less"
            ),
        ]
