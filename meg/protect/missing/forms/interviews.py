"""The small forms of a return interview's steps. What follows what is decided by the rules, in the actions."""

from __future__ import annotations

from typing import Any

from django import forms

from meg.partnership.access.fields import MomentField
from meg.partnership.access.models import Member
from meg.partnership.codes.models import Code
from meg.partnership.seats import Seat
from meg.protect.children.forms_verbs import VerbForm
from meg.protect.missing.models import Interview

LONG = {"max_length": "Use 300 characters or fewer."}
WHEN = "Enter the date and the time."


def codes(name: str) -> list[tuple[str, str]]:
    """The codes of a list, to choose from."""
    return list(Code.objects.of(name).values_list("code", "label"))


class AllocateForm(VerbForm):
    """Who holds the interview."""

    member = forms.ChoiceField(
        label="Who holds it", widget=forms.RadioSelect, error_messages={"required": "Choose who holds the interview."}
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        found = Member.objects.filter(left_on__isnull=True, seats__overlap=[Seat.INTERVIEWER.value, Seat.TEAM.value])
        field = self.fields["member"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            (str(one.pk), f"{one.name}, {one.job}" if one.job else one.name) for one in found.order_by("name")
        ]


class WayForm(VerbForm):
    """Something that was done to reach the child: when, which way."""

    at = MomentField(label="When", error_messages={"required": WHEN})
    way = forms.ChoiceField(
        label="Which way", widget=forms.RadioSelect, error_messages={"required": "Choose which way."}
    )
    words = forms.CharField(
        label="Note", required=False, max_length=300, error_messages=LONG, help_text="About the arrangement only."
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["way"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = codes("interview_way")


class AcceptForm(VerbForm):
    """The child would like the interview."""

    at = MomentField(label="When the child said yes", error_messages={"required": WHEN})


class BookForm(VerbForm):
    """A time and a place."""

    booked_for = MomentField(label="When it will be held", error_messages={"required": WHEN})
    where = forms.CharField(
        label="Where", max_length=120, help_text="A neutral place where the child feels safe.",
        error_messages={"required": "Enter where it will be held.", "max_length": "Use 120 characters or fewer."},
    )  # fmt: skip


class DeclineForm(VerbForm):
    """Who declined, and the parent's view."""

    who = forms.ChoiceField(
        label="Who declined?", choices=Interview.Who.choices, widget=forms.RadioSelect,
        error_messages={"required": "Choose who declined."},
    )  # fmt: skip
    at = MomentField(label="When", error_messages={"required": WHEN})
    parent_view = forms.ChoiceField(
        label="A parent’s or carer’s view", required=False, widget=forms.RadioSelect,
        choices=[("taken", "They gave their view"), ("offered", "They were asked and gave none"), ("", "Not asked yet")],
        help_text="Where the interview is declined, parents and carers are asked what they know.",
    )  # fmt: skip
    parent_words = forms.CharField(
        label="What they said would help", required=False, max_length=600, widget=forms.Textarea,
        error_messages={"max_length": "Use 600 characters or fewer."},
    )  # fmt: skip


class NoFieldsForm(VerbForm):
    """A step that needs nothing said."""


class AuthorityForm(VerbForm):
    """Another authority: which, and when."""

    authority = forms.CharField(
        label="Authority", max_length=120, help_text="For example Northfell.",
        error_messages={"required": "Enter the authority.", "max_length": "Use 120 characters or fewer."},
    )  # fmt: skip
    at = MomentField(label="When", error_messages={"required": WHEN})


class ReopenForm(VerbForm):
    """Why an interview waits again."""

    why = forms.CharField(
        label="Why it is opened again", max_length=300,
        error_messages={"required": "Say why it is opened again.", **LONG},
    )  # fmt: skip


class NeedForm(VerbForm):
    """Whether an interview is required for an episode."""

    needed = forms.ChoiceField(
        label="Is a return interview required?", widget=forms.RadioSelect,
        choices=[("yes", "Yes: it falls due from the return"), ("no", "No")],
        error_messages={"required": "Choose whether an interview is required."},
    )  # fmt: skip
    because = forms.ChoiceField(label="If not, why", required=False, widget=forms.RadioSelect)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["because"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = codes("interview_not_required")


class PassForm(VerbForm):
    """Information for the police."""

    words = forms.CharField(
        label="The information", max_length=4000, widget=forms.Textarea,
        help_text="What was seen or heard, as plainly as you can. Say who or what you mean.",
        error_messages={"required": "Write down the information.", "max_length": "Use 4,000 characters or fewer."},
    )  # fmt: skip
    how_known = forms.CharField(
        label="How you know it", required=False, max_length=300, error_messages=LONG,
        help_text="For example ‘the child told me’ or ‘I saw it’.",
    )  # fmt: skip
    may_be_asked = forms.BooleanField(label="The police may ask me about it", required=False)
