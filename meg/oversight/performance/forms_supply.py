"""Supplying a figure, and a file of them."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

from django import forms

from meg.intake.reading import FileTrouble, Source
from meg.intake.rules import shown
from meg.oversight.performance.actions import Given, what_is_wrong
from meg.oversight.performance.models import Indicator, SuppliedFigure
from meg.oversight.performance.rules import Period
from meg.oversight.performance.supply_file import NOTE, read_supplied

LARGEST = 1_000_000  # bytes
WHOLE = {"invalid": "Enter a whole number, like 34."}


class FigureForm(forms.Form):
    """One figure of one period."""

    numerator = forms.IntegerField(required=False, localize=True, error_messages=WHOLE)
    denominator = forms.IntegerField(label="Out of how many", required=False, localize=True, error_messages=WHOLE)
    note = forms.CharField(
        label="A note (optional)",
        help_text="For example: two sessions were moved to the next quarter. It is published with the figure, on the scorecard "
        "and in the report. Name no child, and say nothing by which one could be known. Where the figure is hidden, so is the note.",
        widget=forms.Textarea,
        max_length=NOTE,
        required=False,
        error_messages={"max_length": f"Write {NOTE} characters at most."},
    )

    def __init__(self, *args: Any, indicator: Indicator, period: Period, today: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.indicator, self.period, self.today = indicator, period, today
        if indicator.settings.get("share"):
            self.fields["numerator"].label = "How many"
        else:
            self.fields["numerator"].label = f"Number of {indicator.settings.get('unit', '')}"
            del self.fields["denominator"]

    @staticmethod
    def of(one: SuppliedFigure | None) -> dict[str, Any]:
        """What the form shows first: what this person supplied before."""
        return {"numerator": one.numerator, "denominator": one.denominator, "note": one.note} if one else {}

    @property
    def given(self) -> Given:
        data = self.cleaned_data
        return Given(self.indicator, self.period, data.get("numerator"), data.get("denominator"), data.get("note", ""))

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if not self.errors and (wrong := what_is_wrong(self.given, self.today)):
            field = "denominator" if "out of" in wrong and "denominator" in self.fields else "numerator"
            self.add_error(field, wrong)
        return said


class FileForm(forms.Form):
    """A file of figures."""

    file = forms.FileField(
        label="The file",
        help_text="CSV as UTF-8, with the columns indicator, period, numerator and, where wanted, denominator and note. "
        "Notes are published with the figures: name no child in them.",
        error_messages={"required": "Choose a file.", "empty": "The file is empty."},
    )

    def __init__(self, *args: Any, indicators: list[Indicator], today: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.indicators, self.today = indicators, today
        self.given: list[Given] = []

    def clean_file(self) -> Any:
        sent = self.cleaned_data["file"]
        if sent.size > LARGEST:
            raise forms.ValidationError(f"{shown(sent.name)} is larger than 1 MB. Send fewer rows at a time.")
        content = sent.read()
        try:
            source = Source(sent.name, len(content), lambda: io.BytesIO(content))
            self.given = read_supplied(source, self.indicators, self.today)
        except FileTrouble as trouble:
            raise forms.ValidationError(str(trouble)) from trouble
        return sent
