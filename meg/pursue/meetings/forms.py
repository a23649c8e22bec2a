"""Forms of this room. The rules say what cannot be, in the actions."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.db.models import Q

from meg.partnership.access.fields import DateParts, MomentField
from meg.partnership.access.models import Member
from meg.partnership.agencies.models import Agency
from meg.partnership.seats import Seat
from meg.protect.children.forms_verbs import VerbForm
from meg.pursue.meetings.models import Attendance, Decision
from meg.pursue.meetings.rules import LONG, SHORT, WEEKS

TOO_LONG = {"max_length": f"Use {LONG:,} characters or fewer."}
LENGTH = {"max_length": f"Use {SHORT} characters or fewer."}
BRIEF = {"max_length": "Use 120 characters or fewer."}
WHY = {"required": "Say why. The reason stays with the item.", **LENGTH}


def agencies(on: date) -> list[tuple[str, str]]:
    """The agencies of a day to choose from."""
    there = Agency.objects.with_names(on).filter(Q(closed_on__isnull=True) | Q(closed_on__gt=on))
    return [(str(one.pk), str(getattr(one, "name", ""))) for one in there]


class MeetingForm(VerbForm):
    """When and where a meeting is, and who chairs it."""

    starts_at = MomentField(label="When the meeting is", error_messages={"required": "Enter the day and the time."})
    where = forms.CharField(
        label="Where", max_length=120, error_messages={"required": "Enter where the meeting is held.", **BRIEF}
    )
    chair = forms.ModelChoiceField(
        label="Who chairs it", queryset=Member.objects.none(), empty_label="Choose someone",
        help_text="Someone in the exploitation team’s seat: the chair agrees the minutes, and must see all of them.",
        error_messages={"required": "Choose who chairs the meeting."},
    )  # fmt: skip
    closes_on = DateParts(
        label="When the agenda closes",
        help_text="The last day on which agencies can ask for a child.",
        error_messages={"required": "Enter the day on which the agenda closes."},
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["chair"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Member.objects.filter(seats__contains=[Seat.TEAM.value], left_on__isnull=True).order_by("name")


class NextForm(VerbForm):
    """How many weeks later the next meeting is."""

    weeks = forms.IntegerField(
        label="How many weeks later", initial=WEEKS,
        error_messages={"required": "Enter how many weeks later.", "invalid": "Enter a whole number of weeks."},
    )  # fmt: skip


class AskForm(VerbForm):
    """Which child is to be talked about, and why."""

    reference = forms.CharField(
        label="The child’s reference", max_length=24, help_text="It stands on the child’s page, for example MEG-000123.",
        error_messages={"required": "Enter the child’s reference, for example MEG-000123."},
    )  # fmt: skip
    why = forms.CharField(
        label="Why", widget=forms.Textarea, max_length=SHORT, error_messages=WHY,
        help_text="Every agency that works with the child reads this, with your name.",
    )  # fmt: skip


class ThemeForm(VerbForm):
    """Something that is about no one child."""

    title = forms.CharField(
        label="What is to be talked about", max_length=SHORT,
        error_messages={"required": "Say what is to be talked about.", **LENGTH},
    )  # fmt: skip
    why = forms.CharField(label="Why", widget=forms.Textarea, max_length=SHORT, error_messages=WHY)
    shared = forms.BooleanField(
        label="Every agency may read this item", required=False, help_text="Then it must name no child."
    )


class WhyForm(VerbForm):
    """Why an item is taken off."""

    why = forms.CharField(
        label="Why", widget=forms.Textarea, max_length=SHORT, error_messages=WHY,
        help_text="Whoever asked for it reads this.",
    )  # fmt: skip


class AttendForm(VerbForm):
    """Who takes part, for which agency."""

    agency = forms.ChoiceField(label="Agency", error_messages={"required": "Choose the agency."})
    name = forms.CharField(label="Name", max_length=120, error_messages={"required": "Enter who it is.", **BRIEF})
    how = forms.ChoiceField(
        label="How they take part", widget=forms.RadioSelect, choices=Attendance.How.choices, initial="present",
        error_messages={"required": "Choose whether they are present, sent apologies or sent a report."},
    )  # fmt: skip

    def __init__(self, *args: Any, on: date, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["agency"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "Choose an agency"), *agencies(on)]


class DecideForm(VerbForm):
    """What the meeting decides on an item."""

    what = forms.ChoiceField(
        label="What is decided", choices=Decision.What.choices, widget=forms.RadioSelect,
        error_messages={"required": "Choose what is decided.", "invalid_choice": "Choose one of the decisions shown."},
    )  # fmt: skip
    review_on = DateParts(label="If the level is to be reviewed, by when", required=False)
    to = forms.CharField(
        label="If it is a referral, to which service", required=False, max_length=120, error_messages=BRIEF
    )
    facts = forms.CharField(
        label="What was reported", widget=forms.Textarea, required=False, max_length=LONG, error_messages=TOO_LONG,
        help_text="Facts, and who told them.",
    )  # fmt: skip
    why = forms.CharField(
        label="Why", widget=forms.Textarea, max_length=LONG, help_text="The judgement of the meeting. Your name stands by it.",
        error_messages={"required": "Say why. The reason stays with the decision, and your name.", **TOO_LONG},
    )  # fmt: skip


class ActionForm(VerbForm):
    """Who does what by when. `owner` is an agency, or one of its people."""

    task = forms.CharField(
        label="What is to be done", max_length=400,
        error_messages={"required": "Say what is to be done.", "max_length": "Use 400 characters or fewer."},
    )  # fmt: skip
    owner = forms.ChoiceField(
        label="Who does it", help_text="Agencies that work with the child, and their people; and the team.",
        error_messages={"required": "Choose who does it.", "invalid_choice": "Choose someone from the list."},
    )  # fmt: skip
    due_on = DateParts(label="By when", error_messages={"required": "Enter the day by which it is done."})

    asked_as = {"what": "task", "agency": "owner", "member": "owner"}

    def __init__(self, *args: Any, owners: list[tuple[str, list[tuple[str, str]]]], **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["owner"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "Choose who does it"), *owners]


class EndForm(VerbForm):
    """The end of a meeting."""

    put_off_rest = forms.BooleanField(label="Put these items off to the next meeting", required=False)


class SureForm(VerbForm):
    """A step that needs no more than a button."""


class CorrectForm(VerbForm):
    """A correction beside agreed minutes."""

    words = forms.CharField(
        label="What is to be corrected", widget=forms.Textarea, max_length=LONG,
        help_text="It stands beside the minutes, which stay as they are.",
        error_messages={"required": "Say what is to be corrected.", **TOO_LONG},
    )  # fmt: skip
