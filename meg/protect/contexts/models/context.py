"""A context: a peer group, a place or an online space as a case of its own, and what the team says of it."""

from __future__ import annotations

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Coalesce, Now

from meg.partnership.agencies.models import PartnershipRow, RowOfAMatter
from meg.partnership.trail.models import FromContext

NONE = models.Value("", models.TextField())


class ContextQuerySet(models.QuerySet["Context"]):
    def open(self) -> ContextQuerySet:
        """Contexts that are not closed."""
        return self.filter(closed_at__isnull=True)

    def as_said(self) -> ContextQuerySet:
        """Contexts with the latest level of concern as `level` (empty where none is given), `level_by` and `level_at`, and
        the day of the next review as `review_on`. For the seats that read what is said alone.
        """
        levels = apps.get_model("contexts", "Level")._default_manager.filter(context=models.OuterRef("pk"))
        latest = levels.order_by("-at", "-pk")
        said = apps.get_model("contexts", "Said")._default_manager.filter(context=models.OuterRef("pk"))
        planned = said.filter(next_on__isnull=False).order_by("-at", "-pk")
        return self.annotate(
            level=Coalesce(models.Subquery(latest.values("level")[:1]), NONE),
            level_by=models.Subquery(latest.values("by")[:1]),
            level_at=models.Subquery(latest.values("at")[:1]),
            review_on=models.Subquery(planned.values("next_on")[:1]),
        )


class Context(PartnershipRow):
    """A peer group, a place or an online space. Whoever reaches a child that is linked to it reads this row: so it holds
    what it is called and nothing that is known of it. `name` is in neutral words, and names no child.
    """

    class Kind(models.TextChoices):
        PEER = "peer", "Peer group"
        PLACE = "place", "Place"
        ONLINE = "online", "Online space"

    kind = models.TextField(choices=Kind.choices)
    name = models.TextField()
    reference = models.GeneratedField(
        expression=models.Func(
            template="'CTX-' || lpad(id::text, greatest(6, length(id::text)), '0')", output_field=models.TextField()
        ),
        output_field=models.TextField(),
        db_persist=True,
    )
    opened_at = models.DateTimeField(db_default=Now())
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = ContextQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["partnership", "-opened_at"], name="context_newest")]
        constraints = [
            models.UniqueConstraint(fields=["partnership", "id"], name="context_of_its_partnership"),
            models.CheckConstraint(
                condition=models.Q(kind__in=["peer", "place", "online"]) & ~models.Q(name=""), name="context_is_named"
            ),
            models.CheckConstraint(
                condition=models.Q(closed_at__isnull=True) | models.Q(closed_at__gte=models.F("opened_at")),
                name="context_closed_after_it_opened",
            ),
        ]

    def __str__(self) -> str:
        return str(self.reference)

    @property
    def is_open(self) -> bool:
        return self.closed_at is None


class OfContext(RowOfAMatter):
    """Something of a context, by one key over partnership and context."""

    context = models.ForeignKey(
        Context, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )

    class Meta:
        abstract = True


class Said(OfContext):
    """What the team says of a context: why it was opened, what is known, what a review said, why it was closed. Added, and
    never changed. `by`: whose words they are. `held_on`: the day of a review. `next_on`: the day of the next one.
    """

    class What(models.TextChoices):
        OPENED = "opened", "Opened"
        KNOWN = "known", "What is known"
        REVIEW = "review", "Reviewed"
        CLOSED = "closed", "Closed"

    what = models.TextField(choices=What.choices)
    words = models.TextField()
    by = models.TextField()
    held_on = models.DateField(null=True, blank=True)
    next_on = models.DateField(null=True, blank=True)
    at = models.DateTimeField(db_default=Now())
    recorded_by = models.TextField(db_default=FromContext("meg.name", models.TextField()))

    class Meta:
        indexes = [models.Index(fields=["context", "-at"], name="said_of_context")]
        constraints = [
            models.UniqueConstraint(
                fields=["context", "what"], condition=models.Q(what__in=["opened", "closed"]), name="context_said_once"
            ),
            models.CheckConstraint(
                condition=models.Q(what__in=["opened", "known", "review", "closed"])
                & ~models.Q(words="") & ~models.Q(by=""),
                name="context_said_by_someone",
            ),
            models.CheckConstraint(
                condition=~models.Q(what="review") | models.Q(held_on__isnull=False, next_on__isnull=False),
                name="context_review_has_its_days",
            ),
        ]  # fmt: skip


class Level(OfContext):
    """A level of concern: low, medium or high, a named person's, with a written reason. Added, and never changed."""

    class Of(models.TextChoices):
        LOW = "low", "Low"
        MEDIUM = "medium", "Medium"
        HIGH = "high", "High"

    level = models.TextField(choices=Of.choices)
    by = models.TextField()
    rationale = models.TextField()
    at = models.DateTimeField(db_default=Now())
    recorded_by = models.TextField(db_default=FromContext("meg.name", models.TextField()))

    class Meta:
        indexes = [models.Index(fields=["context", "-at"], name="level_of_context")]
        constraints = [
            models.CheckConstraint(condition=models.Q(level__in=["low", "medium", "high"]), name="concern_is_known"),
            models.CheckConstraint(
                condition=~models.Q(by="") & ~models.Q(rationale=""), name="concern_has_a_person_and_a_rationale"
            ),
        ]

    def __str__(self) -> str:
        return str(self.Of(self.level).label)


class Answer(PartnershipRow):
    """What the team did with a proposal: opened a context, added to one, or set it aside with a reason. Added, and never
    changed. `kind` and `words` are what the records have in common, `children` who was in the group then: it is proposed
    again when another child joins.
    """

    class What(models.TextChoices):
        OPENED = "opened", "A context was opened"
        ADDED = "added", "Added to a context"
        SET_ASIDE = "set_aside", "Set aside"

    kind = models.TextField()
    words = models.TextField()
    children = ArrayField(models.BigIntegerField())
    what = models.TextField(choices=What.choices)
    context = models.ForeignKey(
        Context, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False, db_constraint=False
    )
    why = models.TextField(blank=True, db_default="")
    at = models.DateTimeField(db_default=Now())
    recorded_by = models.TextField(db_default=FromContext("meg.name", models.TextField()))

    class Meta:
        indexes = [models.Index(fields=["partnership", "kind", "words"], name="answer_to_a_proposal")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=["place", "person", "online"]) & ~models.Q(words=""),
                name="answer_to_something",
            ),
            models.CheckConstraint(
                condition=(models.Q(what="set_aside", context__isnull=True) & ~models.Q(why=""))
                | models.Q(what__in=["opened", "added"], context__isnull=False),
                name="answer_is_whole",
            ),
        ]
