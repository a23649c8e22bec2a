"""What carers know beforehand of a child who is likely to go missing. After the Philomena Protocol, which
Durham Constabulary began in 2019.
"""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from meg.partnership.agencies.models import PartnershipRow
from meg.partnership.trail.models import FromContext
from meg.protect.children.models import Child


class Sheet(PartnershipRow):
    """One state of a child's sheet. Each change adds a row: the newest is the sheet, the others its history."""

    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="+", db_index=False)
    description = models.TextField(blank=True)
    usual_clothes = models.TextField(blank=True)
    places = models.TextField(blank=True)
    people = models.TextField(blank=True)
    contact = models.TextField(blank=True)
    travel = models.TextField(blank=True)
    health = models.TextField(blank=True)
    helps = models.TextField(blank=True)  # what helps the child when found
    carer = models.TextField(blank=True)
    carer_phone = models.TextField(blank=True)
    photo_held_by = models.TextField(blank=True)
    updated_at = models.DateTimeField(db_default=Now())
    updated_by = models.TextField(db_default=FromContext("meg.name", models.TextField()))

    class Meta:
        indexes = [models.Index(fields=["child", "-updated_at"], name="sheet_of_child")]
