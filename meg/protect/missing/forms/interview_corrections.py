"""The form that corrects when a return interview was held, and by whom."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from meg.protect.children.forms_verbs import VerbForm
from meg.protect.missing.forms.episodes import MomentOrDayField, told_in_boxes
from meg.protect.missing.models import Interview
from meg.protect.missing.rules import HeldThen

SHORT = {"max_length": "Use 120 characters or fewer."}


class InterviewCorrectionForm(VerbForm):
    """When it was held, by whom, and why that is corrected."""

    held_at = MomentOrDayField(
        label="When it was held", help_text="Leave the time empty if only the day is known.",
        error_messages={"required": "Enter the date and the time."},
    )  # fmt: skip
    held_by = forms.CharField(
        label="Who held it", max_length=120, error_messages={"required": "Enter who held the interview.", **SHORT}
    )
    held_by_agency = forms.CharField(label="Works for", max_length=120, required=False, error_messages=SHORT)
    reason = forms.CharField(
        label="Why it is corrected", max_length=300,
        help_text="The earlier values stay with the interview, with this reason.",
        error_messages={
            "required": "Say why it is corrected: the reason stays with the earlier values.",
            "max_length": "Use 300 characters or fewer.",
        },
    )  # fmt: skip
    as_of = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, interview: Interview, **options: Any) -> None:
        super().__init__(*args, **options)
        self.interview = interview
        shown = {
            "held_at": told_in_boxes(interview.held_at, interview.held_to_the_minute),
            "held_by": interview.held_by,
            "held_by_agency": interview.held_by_agency,
        }
        self.initial = {**shown, **self.initial}

    def get_initial_for_field(self, field: forms.Field, field_name: str) -> Any:
        """What stands in a field beforehand. The change last seen is always the newest, also beside an older draft."""
        if field_name == "as_of":
            changed = self.interview.changed_at
            return changed.isoformat() if changed else ""
        return super().get_initial_for_field(field, field_name)

    def clean_as_of(self) -> datetime | None:
        try:
            return datetime.fromisoformat(self.cleaned_data["as_of"]) if self.cleaned_data["as_of"] else None
        except ValueError:
            raise ValidationError("This page was changed on its way. Open it again.") from None

    def told(self) -> HeldThen:
        """What is told. A moment that was not touched stays to the second."""
        moment, exact = self.cleaned_data["held_at"]
        was = self.interview.held_at
        if was is not None and exact and was.replace(second=0, microsecond=0) == moment:
            moment = was
        return HeldThen(moment, exact, self.cleaned_data["held_by"], self.cleaned_data["held_by_agency"])
