"""What the governance officer asks of the trail."""

from __future__ import annotations

from typing import Any

from django import forms

from meg.partnership.trail.models import Kind


class TrailForm(forms.Form):
    """Lines by member, child, day and kind. Nothing is required."""

    member = forms.CharField(label="Member", required=False, max_length=100)
    reference = forms.CharField(label="Child’s reference", required=False, max_length=20)
    first = forms.DateField(
        label="From", required=False, widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"invalid": "From must be a date, like 2026-11-24."},
    )  # fmt: skip
    last = forms.DateField(
        label="To", required=False, widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"invalid": "To must be a date, like 2026-11-24."},
    )  # fmt: skip
    kind = forms.ChoiceField(label="Kind", required=False, choices=[("", "Everything"), *Kind.choices])

    def clean_reference(self) -> str:
        return str(self.cleaned_data["reference"]).strip().upper()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last and last < first:
            self.add_error("last", f"To must not be before {first:%-d %B %Y}, the day From names.")
        return cleaned

    def in_words(self) -> str:
        """What is asked, for the trail's own line."""
        if not self.is_valid():
            return "all"
        said = [f"{name} {value}" for name, value in self.cleaned_data.items() if value]
        return ", ".join(said) or "all"
