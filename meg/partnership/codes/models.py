"""Code lists: what a code means, and from when to when. An old record keeps the meaning of its day."""

from __future__ import annotations

from datetime import date

from django.db import models


class CodeQuerySet(models.QuerySet["Code"]):
    def of(self, name: str, on: date | None = None) -> CodeQuerySet:
        """The codes of one list, valid on a day (any day, if none is given), in the list's own order."""
        found = self.filter(list=name)
        if on:
            found = found.filter(
                models.Q(valid_from__isnull=True) | models.Q(valid_from__lte=on),
                models.Q(valid_to__isnull=True) | models.Q(valid_to__gte=on),
            )
        return found.order_by("position")

    def labels(self, name: str) -> dict[str, str]:
        """Code to label, for one list."""
        return dict(self.of(name).values_list("code", "label"))


class Code(models.Model):
    """One code of one list. `confidence`: V read in the primary source, P in a secondary one, K to be checked."""

    list = models.TextField()
    code = models.TextField()
    label = models.TextField()
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    source = models.TextField(blank=True)
    confidence = models.CharField(max_length=1, blank=True)
    position = models.PositiveIntegerField(default=0)

    objects = CodeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["list", "code", "valid_from"], nulls_distinct=False, name="code_once_from_a_day"
            ),
        ]

    def __str__(self) -> str:
        return self.label
