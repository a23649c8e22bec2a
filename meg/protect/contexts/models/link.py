"""A child linked to a context: how, since when, from which record, by whom; and why the link ended."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Coalesce, Now

from meg.partnership.trail.models import FromContext
from meg.protect.children.models import FULL_NAME, Child, Name
from meg.protect.contexts.models.context import OfContext
from meg.protect.exploitation.models import Referral
from meg.protect.missing.models import Interview

HOW = "context_link"
"""The code list of how a child is linked to a context."""


class LinkQuerySet(models.QuerySet["Link"]):
    def now(self) -> LinkQuerySet:
        """Links that have not ended."""
        return self.filter(ended_at__isnull=True)

    def with_child(self) -> LinkQuerySet:
        """Links with their child and the name it is known by as `called`, empty where none is recorded; and their record."""
        name = Name.objects.current().filter(child=models.OuterRef("child"), kind=Name.Kind.NAME)
        called = Coalesce(models.Subquery(name.values_list(FULL_NAME)[:1]), models.Value("", models.TextField()))
        return self.select_related("child", "referral", "interview").annotate(called=called)


class Link(OfContext):
    """One child's link to one context. `how` is a code of the list `context_link`. Where the link comes from a referral or a
    return interview, it names that record of the same child; otherwise it was typed. An ended link is kept.
    """

    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    how = models.TextField()
    since = models.DateField()
    referral = models.ForeignKey(
        Referral, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False, db_constraint=False
    )
    interview = models.ForeignKey(
        Interview, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    linked_at = models.DateTimeField(db_default=Now())
    linked_by = models.TextField(db_default=FromContext("meg.name", models.TextField()))
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.TextField(blank=True, db_default="")
    ended_because = models.TextField(blank=True, db_default="")

    objects = LinkQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["context", "child"], name="link_of_context"),
            models.Index(fields=["child"], name="context_link_of_child"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["context", "child"], condition=models.Q(ended_at__isnull=True), name="context_link_once_a_child"
            ),
            models.CheckConstraint(condition=~models.Q(how=""), name="context_link_says_how"),
            models.CheckConstraint(
                condition=models.Q(referral__isnull=True) | models.Q(interview__isnull=True),
                name="context_link_from_one_record",
            ),
            models.CheckConstraint(
                condition=models.Q(ended_at__isnull=True, ended_by="", ended_because="")
                | models.Q(ended_at__isnull=False) & ~models.Q(ended_by="") & ~models.Q(ended_because=""),
                name="context_link_end_says_why",
            ),
        ]
