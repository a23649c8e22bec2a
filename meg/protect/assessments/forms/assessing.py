"""The forms of an assessment: which tool, one section a page, and the decision on the last."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils import timezone

from meg.partnership.access.fields import DateParts, wrong
from meg.protect.assessments.models import Assessment, Framework, FrameworkFactor
from meg.protect.assessments.rules import Given
from meg.protect.children.forms_verbs import VerbForm

LONG = {"max_length": "Use 4,000 characters or fewer."}
HARM = "A sign of actual harm: it is shown apart from the risk."


@dataclass(frozen=True)
class Section:
    """One page of an assessment: its heading, what it asks, and what was answered last time."""

    title: str
    factors: Sequence[FrameworkFactor]
    before: Mapping[str, str]


def sections_of(framework: Framework, before: Mapping[str, str]) -> list[Section]:
    """The sections of a framework in their order."""
    found: dict[str, list[FrameworkFactor]] = {}
    for one in FrameworkFactor.objects.filter(framework=framework, left_out=False).order_by("position", "pk"):
        found.setdefault(one.section, []).append(one)
    return [Section(title, factors, before) for title, factors in found.items()]


class BeginForm(VerbForm):
    """What kind of assessment it is, and by which tool."""

    kind = forms.ChoiceField(
        label="What kind of assessment is it?", widget=forms.RadioSelect,
        error_messages={"required": "Choose what kind of assessment it is."},
    )  # fmt: skip
    framework = forms.ChoiceField(
        label="By which tool?", widget=forms.RadioSelect, error_messages={"required": "Choose the tool."}
    )

    def __init__(self, *args: Any, has_one: bool, frameworks: Sequence[Framework], **options: Any) -> None:
        super().__init__(*args, **options)
        kinds = Assessment.Kind.choices[1:] if has_one else Assessment.Kind.choices[:1]
        _choose(self, "kind", [(str(value), str(label)) for value, label in kinds])
        _choose(self, "framework", [(str(one.pk), str(one)) for one in frameworks])
        if not has_one:
            self.initial.setdefault("kind", Assessment.Kind.FIRST.value)
        if len(frameworks) == 1:
            self.initial.setdefault("framework", str(frameworks[0].pk))


def _choose(form: forms.Form, name: str, choices: list[tuple[str, str]]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = choices


class SectionForm(VerbForm):
    """One section: a factor a question, none of which must be answered, and what the answers rest on."""

    def __init__(self, *args: Any, section: Section, **options: Any) -> None:
        super().__init__(*args, **options)
        self.section = section
        for one in section.factors:
            factor = one.factor
            then = factor.answer(section.before.get(one.code, ""))
            hints = [one.help, HARM if one.harm else "", f"Last time: {then.label.lower()}." if then else ""]
            self.fields[one.code] = forms.ChoiceField(
                label=one.label, required=False, widget=forms.RadioSelect, help_text=" ".join(filter(None, hints)),
                choices=[(answer.code, answer.label) for answer in factor.answers],
                error_messages={"invalid_choice": "Choose one of the answers."},
            )  # fmt: skip
            if then:
                self.initial.setdefault(one.code, then.code)
        self.fields["notes"] = forms.CharField(
            label="What this rests on", required=False, max_length=4000, widget=forms.Textarea, error_messages=LONG,
            help_text="What was seen or told, by whom and when. Keep facts and judgements apart.",
        )  # fmt: skip

    def answered(self) -> dict[str, str]:
        """Factor code to answer code, for what is answered rightly."""
        self.is_valid()
        given = self.cleaned_data
        return {one.code: given[one.code] for one in self.section.factors if given.get(one.code)}

    def notes(self) -> str:
        self.is_valid()
        return str(self.cleaned_data.get("notes", ""))


class FinishForm(VerbForm):
    """What a person decides, and why."""

    level = forms.ChoiceField(
        label="Which level do you decide on?", widget=forms.RadioSelect, choices=Assessment.Level.choices,
        error_messages={"required": "Choose the level you decide on."},
    )  # fmt: skip
    who = forms.CharField(
        label="Whose judgement is it?",
        max_length=120,
        error_messages={"required": "Enter whose judgement the level is."},
    )
    rationale = forms.CharField(
        label="Why this level?", max_length=4000, widget=forms.Textarea,
        help_text="Your own words. Where you decide otherwise than the tool, say why.",
        error_messages={"required": "Say why you decide on this level. A score is not a reason.", **LONG},
    )  # fmt: skip
    voice = forms.CharField(
        label="What the child says (optional)", max_length=4000, required=False, widget=forms.Textarea,
        error_messages=LONG,
    )  # fmt: skip
    strengths = forms.CharField(
        label="What keeps the child safe (optional)", max_length=4000, required=False, widget=forms.Textarea,
        error_messages=LONG,
    )  # fmt: skip
    review_on = DateParts(label="Review by (optional)", required=False)

    def __init__(self, *args: Any, days: Mapping[str, int], **options: Any) -> None:
        super().__init__(*args, **options)
        said = ", ".join(f"{level} after {days[level]} days" for level in ("high", "medium", "low") if level in days)
        self.fields["review_on"].help_text = f"Leave it empty for the day the tool asks for: {said}."

    def clean_review_on(self) -> Any:
        found = self.cleaned_data["review_on"]
        if found and found <= timezone.localdate():
            raise wrong("The review must be after today.", 0)
        return found

    def given(self, answers: Mapping[str, str], notes: Mapping[str, str]) -> Given:
        """Everything that the assessment says, once this form is right."""
        said = self.cleaned_data
        return Given(
            answers=answers, notes=notes, level=said["level"], who=said["who"], rationale=said["rationale"],
            voice=said["voice"], strengths=said["strengths"], review_on=said["review_on"],
        )  # fmt: skip


class WhyForm(VerbForm):
    """Why an assessment is taken back; and where the level of today rests on it, which level stands now."""

    why = forms.CharField(
        label="Why is it withdrawn?", max_length=500,
        error_messages={"required": "Say why it is withdrawn. The reason stays with it."},
    )  # fmt: skip

    def __init__(self, *args: Any, rests: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        if rests:
            self.fields["stands"] = forms.ChoiceField(
                label="Which level stands now?", widget=forms.RadioSelect, choices=Assessment.Level.choices,
                help_text="A person decides. The level that was given before is chosen.",
                error_messages={"required": "Choose which level stands now."},
            )  # fmt: skip
            self.fields["who"] = forms.CharField(
                label="Whose judgement is it?", max_length=120,
                error_messages={"required": "Enter whose judgement the level is."},
            )  # fmt: skip
