"""Forms of the data specification: one indicator, from which day on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms

from meg.oversight.performance.measures import measures
from meg.oversight.performance.models import SUPPLIED, Indicator
from meg.partnership.access.fields import DateParts
from meg.partnership.access.models import Member

POLARITIES = [("more", "More is better"), ("less", "Less is better"), ("neutral", "No direction is judged")]
ABSENT, DAYS = "include_absent", "days"
OF_SUPPLIED = ("unit", "share", "add_up")
DAYS_WRONG = "The days must be a whole number from 1 to 365, like 14."
BY_SOURCE = "Nothing: it is supplied by its source"


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
    reported = forms.ChoiceField(
        label="How often it is reported", required=False, choices=[("", "Not said"), *Indicator.Often.choices],
        error_messages=choose("Choose how often it is reported."),
    )  # fmt: skip
    supplied = forms.ChoiceField(
        label="How often it is supplied", required=False, choices=[("", "Not said"), *Indicator.Often.choices],
        error_messages=choose("Choose how often it is supplied."),
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
    days = forms.IntegerField(
        label="Days that count as in time (optional)", required=False, min_value=1, max_value=365,
        help_text="Only where what is counted is a share in time, such as assessments. Left empty, the days of the measure hold.",
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), DAYS_WRONG),
    )  # fmt: skip
    unit = forms.CharField(
        label="What the number counts (optional)", max_length=40, required=False,
        help_text="For example: people, sessions, drivers.",
    )  # fmt: skip
    share = forms.BooleanField(label="It is a share, one number out of another", required=False)
    add_up = forms.BooleanField(
        label="Its periods add up", required=False,
        help_text="A year is then the sum of its quarters. People who come twice do not add up; sessions do.",
    )  # fmt: skip
    disclosure = forms.ChoiceField(
        label="Small numbers", required=False, initial="children", choices=Indicator.Disclosure.choices,
        error_messages=choose("Choose what happens to small numbers."),
    )  # fmt: skip
    supplier = forms.ChoiceField(
        label="Who supplies it", required=False, help_text="They are reminded when a figure is due; else the coordinator is.",
        error_messages=choose("Choose one of the people."),
    )  # fmt: skip
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
        choices = [("", "Nothing is counted yet"), (SUPPLIED, BY_SOURCE), *unpicked.items()]
        if present and present.measure and not present.is_supplied:
            choices.insert(1, (present.measure, measures()[present.measure].title))
        self._choose("measure", choices)
        people = [("", "Nobody"), *((key, one.name) for key, one in self.people.items())]
        self._choose("owner", people)
        self._choose("supplier", people)
        if present:
            del self.fields["number"]

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    @staticmethod
    def of(indicator: Indicator, since: date) -> dict[str, Any]:
        """What the form shows first: what the specification says now."""
        names = (
            "name", "title", "strand", "polarity", "type", "source", "reported", "supplied", "scorecard", "measure",
            "disclosure",
        )  # fmt: skip
        return {
            **{name: indicator.settings.get(name) for name in OF_SUPPLIED},
            "supplier": str(indicator.supplier_id or ""),
            **{name: getattr(indicator, name) for name in names},
            "owner": str(indicator.owner_id or ""),
            "include_absent": bool(indicator.settings.get(ABSENT)),
            DAYS: indicator.settings.get(DAYS),
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
        is_share = said.get("share") if measure == SUPPLIED else measure and measures()[measure].is_share
        if target is not None and is_share and target > 100:
            self.add_error("target", "The target of a share must be 100 or less.")
        if said.get(DAYS) and not (measure in measures() and measures()[measure].days):
            self.add_error(DAYS, "What is counted has no such time. Leave the days empty.")
        if measure == SUPPLIED:
            self._clean_supplied(said)
        elif said.get("disclosure") == Indicator.Disclosure.OPEN:
            self.add_error("disclosure", "What is counted here is of children: 1 to 5 are always hidden.")
        return said

    def _clean_supplied(self, said: dict[str, Any]) -> None:
        if not said.get("supplied") and "supplied" not in self.errors:
            self.add_error("supplied", "Choose how often it is supplied: that is when it is asked for.")
        if not said.get("share") and not said.get("unit"):
            self.add_error("unit", "Enter what the number counts, like people or sessions.")

    def said(self) -> dict[str, Any]:
        """What was typed, as the specification keeps it."""
        data = self.cleaned_data
        people = {name: self.people.get(data[name]) for name in ("owner", "supplier")}
        left = {"number", "since", ABSENT, DAYS, *OF_SUPPLIED, *people}
        kept = {name: value for name, value in data.items() if name not in left}
        is_supplied = data["measure"] == SUPPLIED
        settings = {name: data[name] for name in OF_SUPPLIED if data[name]} if is_supplied else {}
        if data[ABSENT] and not is_supplied:
            settings[ABSENT] = True
        if data[DAYS]:
            settings[DAYS] = data[DAYS]
        kept["disclosure"] = data["disclosure"] or Indicator.Disclosure.CHILDREN
        return {**kept, **people, "settings": settings}


def plain(number: Decimal | None) -> str:
    """95, not 95.000; nothing where there is none."""
    return "" if number is None else f"{number.normalize():f}"
