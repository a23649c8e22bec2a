"""The forms of a framework: what it says of itself, and one factor."""

from __future__ import annotations

from typing import Any

from django import forms

from meg.protect.assessments.actions import FactorSaid, FrameworkSaid
from meg.protect.assessments.models import Framework, FrameworkFactor
from meg.protect.assessments.rules import read_answers, read_bands, written_answers
from meg.protect.children.forms_verbs import VerbForm
from meg.protect.exploitation.rules import LEVELS

LONG = {"max_length": "Use 2,000 characters or fewer."}
DAYS = dict.fromkeys(("invalid", "min_value", "max_value", "required"), "Enter the days until a review, from 1 to 366.")
MISSING = dict.fromkeys(("invalid", "min_value", "max_value", "required"), "Enter how many, from 0 to 200.")


def _days(level: str) -> forms.IntegerField:
    return forms.IntegerField(
        label=f"Days until a review of {level}", min_value=1, max_value=366, error_messages=DAYS,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )  # fmt: skip


def _words(label: str, help_text: str = "") -> forms.CharField:
    return forms.CharField(
        label=label, max_length=2000, required=False, widget=forms.Textarea, help_text=help_text, error_messages=LONG
    )


class FrameworkForm(VerbForm):
    """What a framework says of itself, and how a score becomes a proposal."""

    title = forms.CharField(label="Title", max_length=120, error_messages={"required": "Enter the title."})
    about = _words("What it is", "Where it comes from, and what is known of how well it works.")
    scored = _words("How it is scored, in plain words")
    caution = _words(
        "Caution",
        "Shown where a child under 13 or with a learning disability has actual harm recorded. It decides nothing.",
    )
    bands = forms.CharField(
        label="Bands", max_length=1000, widget=forms.Textarea,
        help_text="One a line: points, level, name. For example ‘6-10, low, Category 2’, and the last like ‘16+, high, Category 4’.",
        error_messages={"required": "Enter the bands.", **LONG},
    )  # fmt: skip
    high, medium, low = _days("high"), _days("medium"), _days("low")
    most_missing = forms.IntegerField(
        label="How many factors may be unanswered", min_value=0, max_value=200, error_messages=MISSING,
        help_text="With more, the tool proposes nothing.", widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )  # fmt: skip

    def clean_bands(self) -> str:
        text = str(self.cleaned_data["bands"])
        try:
            read_bands(text)
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error
        return text

    def said(self) -> FrameworkSaid:
        given = self.cleaned_data
        return FrameworkSaid(
            title=given["title"].strip(), about=given["about"].strip(), scored=given["scored"].strip(),
            caution=given["caution"].strip(), bands=given["bands"].strip(), most_missing=given["most_missing"],
            review_days={level: given[level] for level in LEVELS},
        )  # fmt: skip

    @staticmethod
    def of(framework: Framework) -> dict[str, Any]:
        """What stands in the form beforehand."""
        names = ("title", "about", "scored", "caution", "bands", "most_missing")
        return {**{name: getattr(framework, name) for name in names}, **framework.review_days}


class FactorForm(VerbForm):
    """One thing that is asked."""

    section = forms.CharField(
        label="Heading it stands under",
        max_length=80,
        error_messages={"required": "Enter the heading it stands under."},
    )
    label = forms.CharField(label="What is asked", max_length=200, error_messages={"required": "Enter what is asked."})
    help = forms.CharField(label="A word of help (optional)", max_length=300, required=False)
    harm = forms.BooleanField(
        label="It is actual harm, and not a risk of harm", required=False, help_text="It is shown apart from the risk."
    )
    answers = forms.CharField(
        label="Answers", max_length=1000, widget=forms.Textarea,
        help_text="One a line: weight, words. For example ‘1, Some concern’. ‘Not known’ is added, without a weight.",
        error_messages={"required": "Enter the answers.", **LONG},
    )  # fmt: skip

    def clean_answers(self) -> Any:
        try:
            return read_answers(str(self.cleaned_data["answers"]))
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error

    def said(self) -> FactorSaid:
        given = self.cleaned_data
        return FactorSaid(
            section=given["section"].strip(), label=given["label"].strip(), help=given["help"].strip(),
            harm=given["harm"], answers=given["answers"],
        )  # fmt: skip

    @staticmethod
    def of(one: FrameworkFactor) -> dict[str, Any]:
        """What stands in the form beforehand."""
        return {
            "section": one.section, "label": one.label, "help": one.help, "harm": one.harm,
            "answers": written_answers(one.factor.answers),
        }  # fmt: skip
