"""The forms of contexts. What cannot be is said by the rules, in the actions."""

from __future__ import annotations

from typing import Any

from django import forms

from meg.partnership.access.fields import DateParts
from meg.protect.children.forms_verbs import VerbForm
from meg.protect.contexts.models import Context, Level
from meg.protect.contexts.rules import SHORT
from meg.protect.plans.forms import Choices, box, choose

LATER = [*Level.Of.choices, ("", "No level yet")]
NEUTRAL = (
    "In neutral words, for example ‘Penfield bus station’. Agencies that work with a linked child read this: name no child and "
    "no person of concern."
)
NO_KIND = "Choose what it is: a peer group, a place or an online space."
NO_LEVEL = "Choose the level of concern."
NO_HOW = "Choose how the child is linked to it."
NO_CONTEXT = "Choose the context."
NO_RECORD = "Choose which record it comes from."


def radios(label: str, wrong: str, choices: Choices | None = None, optional: bool = False) -> forms.ChoiceField:
    """One of a few, each with its words; `wrong` is said where none is chosen, or one that is not there."""
    return forms.ChoiceField(
        label=label, choices=choices or [], required=not optional, widget=forms.RadioSelect,
        error_messages={"required": wrong, "invalid_choice": wrong},
    )  # fmt: skip


def listed(label: str, wrong: str, hint: str = "") -> forms.ChoiceField:
    """One of a list."""
    return forms.ChoiceField(label=label, help_text=hint, error_messages={"required": wrong, "invalid_choice": wrong})


def the_day(label: str, required: str, hint: str = "") -> DateParts:
    return DateParts(label=label, help_text=hint, error_messages={"required": required})


class OpenForm(VerbForm):
    """A new context: what it is, what is known, why, and when it is looked at again."""

    kind = radios("What it is", NO_KIND, Context.Kind.choices)
    name = box("What it is called", "Enter what the context is called, in neutral words.", NEUTRAL, long=False)
    known = box("What is known of it", "Write down what is known of the context.",
                "Of the place or the group, and of no child: children are linked afterwards.")  # fmt: skip
    why = box("Why it is opened", "Say why it is opened. The reason stays with the context.")
    level = radios("Level of concern", NO_LEVEL, LATER, optional=True)
    who = box("Whose judgement the level is", "", "By name and job.", optional=True, long=False)
    rationale = box("Why this level", "", "The reason stays with the level.", optional=True)
    review_on = the_day("Next review", "Enter the day of the next review.")


class ProposedForm(OpenForm):
    """A context from a proposal: also which of the children are linked, and how."""

    children = forms.MultipleChoiceField(
        label="Which children are linked to it", widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose which children are linked to it."},
    )  # fmt: skip
    how = radios("How they are linked to it", NO_HOW)
    field_order = ("kind", "name", "known", "why", "children", "how")

    def __init__(self, *args: Any, children: Choices, hows: Choices, **options: Any) -> None:
        super().__init__(*args, **options)
        many(self, "children", children)
        choose(self, "how", hows)


class AddForm(VerbForm):
    """Which context the children of a proposal are added to."""

    context = listed("Context", NO_CONTEXT)
    children = forms.MultipleChoiceField(
        label="Which children are linked to it", widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose which children are linked to it."},
    )  # fmt: skip
    how = radios("How they are linked to it", NO_HOW)

    def __init__(self, *args: Any, contexts: Choices, children: Choices, hows: Choices, **options: Any) -> None:
        super().__init__(*args, **options)
        choose(self, "context", [("", "Choose a context"), *contexts])
        many(self, "children", children)
        choose(self, "how", hows)


def many(form: forms.Form, name: str, choices: Choices) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.MultipleChoiceField)
    field.choices = choices


class AsideForm(VerbForm):
    """Why a proposal is set aside."""

    why = box("Why it is set aside", "Say why it is set aside. The reason is kept.")


class KnownForm(VerbForm):
    """What more is known of a context."""

    words = box("What is known of it", "Write down what is known of the context.",
                "It is added beside what was known. Of the place or the group, and of no child.")  # fmt: skip


class NameForm(VerbForm):
    """What a context is called."""

    name = box("What it is called", "Enter what the context is called, in neutral words.", NEUTRAL, long=False)


class LevelForm(VerbForm):
    """A level of concern, whose it is and why."""

    level = radios("Level of concern", NO_LEVEL, Level.Of.choices)
    who = box("Whose judgement it is", "Enter whose judgement the level is, by name.", "By name and job.", long=False)
    rationale = box("Why this level", "Say why. A level of concern has a written reason.")


class ReviewForm(VerbForm):
    """A review of a context."""

    held_on = the_day("Day of the review", "Enter the day of the review.")
    words = box("What was said", "Write down what was said.")
    level = radios("Level of concern now", NO_LEVEL, Level.Of.choices)
    who = box("Whose judgement it is", "Enter whose judgement the level is, by name.", "By name and job.", long=False)
    rationale = box("Why this level", "Say why. A level of concern has a written reason.")
    next_on = the_day("Next review", "Enter the day of the next review.")


class PlanForm(VerbForm):
    """A plan for a context."""

    words = box("What the plan is for", "Say what the plan is for.", "In a few words. Aims are added one by one.")
    review_on = the_day("Next review of the plan", "Enter the day of the next review.")


class CloseForm(VerbForm):
    """Why a context is closed."""

    why = box("Why it is closed", "Say why it is closed. The reason stays with the context.")


class LinkForm(VerbForm):
    """Which child is linked to a context, how and since when."""

    reference = forms.CharField(
        label="Reference of the child", max_length=SHORT, help_text="For example MEG-000123",
        error_messages={"required": "Enter the reference of the child."},
    )  # fmt: skip
    how = radios("How the child is linked to it", NO_HOW)
    since = the_day("Since when", "Enter the day since when.")
    asked_as = {"child": "reference"}

    def __init__(self, *args: Any, hows: Choices, **options: Any) -> None:
        super().__init__(*args, **options)
        choose(self, "how", hows)


class LinkHereForm(VerbForm):
    """Which context a child is linked to, how, since when and from which of their records."""

    context = listed("Context", NO_CONTEXT)
    how = radios("How the child is linked to it", NO_HOW)
    since = the_day("Since when", "Enter the day since when.")
    record = listed("Which record it comes from", NO_RECORD)
    asked_as = {"child": "context"}

    def __init__(self, *args: Any, contexts: Choices, hows: Choices, records: Choices, **options: Any) -> None:
        super().__init__(*args, **options)
        choose(self, "context", [("", "Choose a context"), *contexts])
        choose(self, "how", hows)
        choose(self, "record", [("typed", "From no record of MEG’s"), *records])


class EndForm(VerbForm):
    """Why a link ends."""

    why = box("Why the link ends", "Say why the link ends. The reason stays with the link.", long=False)
