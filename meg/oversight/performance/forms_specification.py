"""Forms of the data specification: one indicator, from which day on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms

from meg.oversight.performance.measures import measures
from meg.oversight.performance.models import Indicator
from meg.partnership.access.fields import DateParts
from meg.partnership.access.models import Member

POLARITIES = [("more", "More is better"), ("less", "Less is better"), ("neutral", "No direction is judged")]
ABSENT = "include_absent"


def choose(sentence: str) -> dict[str, str]:
    """The one sentence of a field that offers choices."""
    return {"required": sentence, "invalid_choice": sentence}


class IndicatorForm(forms.Form):
    """What the specification says of one indicator, from a day on."""

    number = forms.CharField(label="Number", max_length=8, error_messages={"required": "Enter the number."})
    name = forms.CharField(
        label="Name on the scorecard", max_length=120, error_messages={"required": "Enter the name."}
    )
    title = forms.CharField(
        label="Title", max_length=400, widget=forms.Textarea, error_messages={"required": "Enter the title."}
    )
    strand = forms.ChoiceField(
        label="Strand", choices=Indicator.Strand.choices, error_messages=choose("Choose one of the strands.")
    )
    polarity = forms.ChoiceField(
        label="Direction", choices=POLARITIES, widget=forms.RadioSelect, error_messages=choose("Choose a direction.")
    )
    type = forms.CharField(
        label="Type", max_length=60, initial="Tracker", error_messages={"required": "Enter the type."}
    )
    source = forms.CharField(label="Source (optional)", max_length=200, required=False)
    frequency = forms.CharField(
        label="How often it is reported and supplied (optional)", max_length=200, required=False,
        help_text="For example: Reported monthly, supplied quarterly.",
    )  # fmt: skip
    scorecard = forms.CharField(label="Reference on the Board’s scorecard (optional)", max_length=60, required=False)
    owner = forms.ChoiceField(
        label="Owner", required=False, help_text="Who is asked for the commentary.",
        error_messages=choose("Choose one of the people."),
    )  # fmt: skip
    measure = forms.ChoiceField(
        label="What is counted", required=False, error_messages=choose("Choose one of the measures.")
    )
    include_absent = forms.BooleanField(label="Count absent episodes too", required=False)
    target = forms.DecimalField(
        label="Target (optional)", required=False, min_value=0, max_digits=12, decimal_places=3,
        help_text="In the unit of the figure. Without one there is no red, amber or green.",
        error_messages={"invalid": "The target must be a number, like 95.", "min_value": "The target must be 0 or more."},
    )  # fmt: skip
    tolerance = forms.DecimalField(
        label="Tolerance (optional)", required=False, min_value=0, max_digits=12, decimal_places=3,
        help_text="How far from the target is still amber.",
        error_messages={"invalid": "The tolerance must be a number, like 5.", "min_value": "The tolerance must be 0 or more."},
    )  # fmt: skip
    since = DateParts(label="This holds from")

    def __init__(
        self, *args: Any, owners: Sequence[Member], unpicked: dict[str, str], present: Indicator | None, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.people = {str(one.pk): one for one in owners}
        choices = [("", "Nothing is counted yet"), *unpicked.items()]
        if present and present.measure:
            choices.insert(1, (present.measure, measures()[present.measure].title))
        self._choose("measure", choices)
        self._choose("owner", [("", "Nobody"), *((key, one.name) for key, one in self.people.items())])
        if present:
            del self.fields["number"]

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    @staticmethod
    def of(indicator: Indicator, since: date) -> dict[str, Any]:
        """What the form shows first: what the specification says now."""
        names = ("name", "title", "strand", "polarity", "type", "source", "frequency", "scorecard", "measure")
        return {
            **{name: getattr(indicator, name) for name in names},
            "owner": str(indicator.owner_id or ""),
            "include_absent": bool(indicator.settings.get(ABSENT)),
            "target": plain(indicator.target),
            "tolerance": plain(indicator.tolerance),
            "since": since,
        }

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        target, measure = said.get("target"), said.get("measure")
        if target is not None and said.get("polarity") == "neutral":
            self.add_error("target", "A target needs a direction: choose whether more or less is better.")
        if said.get("tolerance") is not None and target is None and "target" not in self.errors:
            self.add_error("tolerance", "A tolerance needs a target.")
        if target is not None and measure and measures()[measure].is_share and target > 100:
            self.add_error("target", "The target of a share must be 100 or less.")
        return said

    def said(self) -> dict[str, Any]:
        """What was typed, as the specification keeps it."""
        data = self.cleaned_data
        kept = {name: value for name, value in data.items() if name not in ("number", "since", ABSENT, "owner")}
        return {**kept, "owner": self.people.get(data["owner"]), "settings": {ABSENT: True} if data[ABSENT] else {}}


def plain(number: Decimal | None) -> str:
    """95, not 95.000; nothing where there is none."""
    return "" if number is None else f"{number.normalize():f}"
