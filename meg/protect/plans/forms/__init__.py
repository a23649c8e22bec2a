"""The forms of plans, services and transition. What cannot be is said by the rules, in the actions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from meg.partnership.access.fields import DateParts
from meg.partnership.access.models import Member
from meg.protect.children.forms_verbs import VerbForm
from meg.protect.exploitation.models import Level
from meg.protect.plans.models import Decision, Plan
from meg.protect.plans.rules import LONG, SHORT

SHORTER = {"max_length": f"Use {SHORT} characters or fewer."}
LONGER = {"max_length": f"Use {LONG:,} characters or fewer."}
LEVELS = [*Level.Of.choices, ("", "No level was given")]
Choices = list[tuple[str, str]]


def box(label: str, required: str, hint: str = "", optional: bool = False, long: bool = True) -> forms.CharField:
    """A box of words: a large one, or a line."""
    return forms.CharField(
        label=label, help_text=hint, required=not optional, max_length=LONG if long else SHORT,
        widget=forms.Textarea if long else forms.TextInput,
        error_messages={"required": required, **(LONGER if long else SHORTER)},
    )  # fmt: skip


def choose(form: forms.Form, name: str, choices: Choices) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = choices


def without(form: forms.Form, *names: str) -> None:
    """Leave out what is not asked here: a plan of a context has no level of a child's risk."""
    for name in names:
        del form.fields[name]


class OpenForm(VerbForm):
    """A new plan: for which referral, and what for."""

    referral = forms.ChoiceField(label="After which referral", error_messages={"required": "Choose the referral."})
    words = box("What the plan is for", "Say what the plan is for.", "In a few words. Aims are added one by one.")
    review_on = DateParts(label="Next review", error_messages={"required": "Enter the day of the next review."})

    def __init__(self, *args: Any, referrals: Choices, **options: Any) -> None:
        super().__init__(*args, **options)
        choose(self, "referral", referrals)


class AimForm(VerbForm):
    """What is to be reached."""

    words = box("What is to be reached", "Say what is to be reached.", long=False)
    known_by = box("How it will be known", "Say how it will be known.", "For example ‘At school every day until Easter’.",
                   long=False)  # fmt: skip


class SettleForm(VerbForm):
    """Whether an aim was reached."""

    reached = forms.ChoiceField(
        label="Was it reached?", choices=[("yes", "Yes"), ("no", "No")], widget=forms.RadioSelect,
        error_messages={"required": "Choose whether it was reached."},
    )  # fmt: skip
    words = box("How it is known", "Say how it is known.", long=False)


class ActionForm(VerbForm):
    """Something an agency is to do by a day."""

    what = box("What is to be done", "Say what is to be done.", long=False)
    agency = forms.ChoiceField(
        label="Which agency does it", error_messages={"required": "Choose the agency."},
        help_text="It must work with the child: its people see the record.",
    )  # fmt: skip
    member = forms.ChoiceField(label="Who, if that is known", required=False)
    due_on = DateParts(label="By when", error_messages={"required": "Enter the day by which it is to be done."})

    def __init__(
        self, *args: Any, agencies: Choices, members: Iterable[Member], of_child: bool = True, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        choose(self, "agency", [("", "Choose an agency"), *agencies])
        if not of_child:
            self.fields["agency"].help_text = "Its people read this task and what the context is called, and no child."
        self.people = {str(one.pk): one for one in members}
        known = dict(agencies)
        named = [(key, f"{one.name}, {known.get(str(one.agency_id), '')}") for key, one in self.people.items()]
        choose(self, "member", [("", "Nobody named yet"), *named])


class GiveForm(VerbForm):
    """A service that is given."""

    service = forms.ChoiceField(label="Service", error_messages={"required": "Choose the service."})
    given_from = DateParts(label="From", error_messages={"required": "Enter the day from which it is given."})
    given_until = DateParts(label="Until", required=False, help_text="Leave this empty while it is given.")
    outcome = box("What came of it, if it has ended", "", optional=True, long=False)

    def __init__(self, *args: Any, services: Choices, **options: Any) -> None:
        super().__init__(*args, **options)
        choose(self, "service", [("", "Choose a service"), *services])


class EndForm(VerbForm):
    """A service has ended."""

    given_until = DateParts(label="Its last day", error_messages={"required": "Enter its last day."})
    outcome = box("What came of it", "Say what came of it.", long=False)


class ReviewForm(VerbForm):
    """What was said at a review."""

    who = box("Who said it", "Enter who said it.", "Names and agencies, the child too.", long=False)
    words = box("What was said", "Write down what was said.")
    next_on = DateParts(label="Next review", error_messages={"required": "Enter the day of the next review."})
    level = forms.ChoiceField(
        label="Level of risk given at this review", choices=LEVELS, required=False, widget=forms.RadioSelect
    )
    rationale = box("Why this level", "", "The reason stays with the level.", optional=True)

    def __init__(self, *args: Any, levels: bool = True, **options: Any) -> None:
        super().__init__(*args, **options)
        if not levels:
            without(self, "level", "rationale")


class CloseForm(VerbForm):
    """What came of a plan."""

    outcome = forms.ChoiceField(
        label="What came of it", choices=Plan.Outcome.choices, widget=forms.RadioSelect,
        error_messages={"required": "Choose what came of the plan."},
    )  # fmt: skip
    why = box("Why it is closed", "Say why. The reason stays with the plan.")
    actions = forms.ChoiceField(
        label="What is still open", required=False, widget=forms.RadioSelect,
        choices=[("drop", "Drop it: it is no longer to be done"), ("keep", "Keep it in the lists until it is done")],
    )  # fmt: skip
    level = forms.ChoiceField(
        label="Level of risk at closure", choices=LEVELS, required=False, widget=forms.RadioSelect
    )
    who = box("Whose judgement the level is", "", optional=True, long=False)
    rationale = box("Why this level", "", "The reason stays with the level.", optional=True)

    def __init__(self, *args: Any, left: int, levels: bool = True, **options: Any) -> None:
        super().__init__(*args, **options)
        if not left:
            without(self, "actions")
        if not levels:
            without(self, "level", "who", "rationale")
            choose(self, "outcome", [one for one in Plan.Outcome.choices if one[0] != Plan.Outcome.ADULTS])


class TransitionForm(VerbForm):
    """The way to adult services: who, and by when."""

    agency = forms.ChoiceField(label="Agency for adults", error_messages={"required": "Choose the agency."})
    contact = box("Whom the team works with there", "Enter whom the team works with in adult services.", "By name.",
                    long=False)  # fmt: skip
    by_when = DateParts(label="By when it is handed over", error_messages={"required": "Enter the day."})

    def __init__(self, *args: Any, agencies: Choices, **options: Any) -> None:
        super().__init__(*args, **options)
        choose(self, "agency", [("", "Choose an agency"), *agencies])


class DecideForm(VerbForm):
    """The named decision by which someone leaves the list of transition."""

    what = forms.ChoiceField(
        label="What was decided", choices=Decision.What.choices, widget=forms.RadioSelect,
        error_messages={"required": "Choose what was decided."},
    )  # fmt: skip
    accepted_by = box("Who in adult services has accepted", "", "By name, where it is handed over.", optional=True,
                        long=False)  # fmt: skip
    decided_by = box("Whose decision it is", "Enter whose decision it is.", long=False)
    why = box("Why", "Say why. The reason stays with the decision.")


class TakeBackForm(VerbForm):
    """Why a decision no longer stands."""

    why = box("Why it no longer stands", "Say why the decision no longer stands.")


class ServiceForm(VerbForm):
    """A service for the partnership's list."""

    name = box("What it is called", "Enter what the service is called.", long=False)
    agency = forms.ChoiceField(label="Which agency offers it", error_messages={"required": "Choose the agency."})
    about = box("What it is, in a line", "", optional=True, long=False)

    def __init__(self, *args: Any, agencies: Choices, **options: Any) -> None:
        super().__init__(*args, **options)
        choose(self, "agency", [("", "Choose an agency"), *agencies])


class HandOverForm(VerbForm):
    """Who leaves, and who takes over."""

    leaver = forms.ChoiceField(label="Who leaves", error_messages={"required": "Choose who leaves."})
    taker = forms.ChoiceField(
        label="Who takes over", error_messages={"required": "Choose who takes over."},
        help_text="Of the same agency, with a seat for what is handed over.",
    )  # fmt: skip

    def __init__(self, *args: Any, people: Choices, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in self.fields:
            choose(self, name, [("", "Choose a person"), *people])
