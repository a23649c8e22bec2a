"""Forms of the administrator: members and agencies."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from meg.partnership.access.fields import DateParts
from meg.partnership.agencies.models import Agency
from meg.partnership.codes.models import Code
from meg.partnership.seats import Seat

FOR_PEOPLE = [seat for seat in Seat if seat is not Seat.OPERATOR]


def agencies_on(day: date, closed: bool = False) -> list[tuple[str, str]]:
    """Agencies to choose from, by name."""
    found = Agency.objects.with_names(day)
    return [(str(one.pk), str(one.name)) for one in found if closed or not one.closed_on]  # type: ignore[attr-defined]


def choose(form: forms.Form, name: str, choices: list[tuple[str, str]]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = choices


class MembersFilter(forms.Form):
    """Which members are listed. Nothing is required."""

    words = forms.CharField(label="Name, address or job", required=False, max_length=100)
    agency = forms.ChoiceField(label="Agency", required=False)
    seat = forms.ChoiceField(
        label="Seat", required=False, choices=[("", "Every seat"), *((seat.value, seat.label) for seat in FOR_PEOPLE)]
    )
    who = forms.ChoiceField(
        label="Who", required=False, choices=[("", "Members now"), ("left", "Who have left"), ("all", "Both")]
    )

    def __init__(self, *args: Any, today: date, **options: Any) -> None:
        super().__init__(*args, **options)
        choose(self, "agency", [("", "Every agency"), *agencies_on(today, closed=True)])


class MemberForm(forms.Form):
    """Who a member is, for which agency they work, and which kinds of work they do."""

    name = forms.CharField(label="Full name", max_length=120, error_messages={"required": "Enter the member’s name."})
    email = forms.EmailField(
        label="E-mail address",
        help_text="They sign in with it. A link to choose a password is sent to it.",
        error_messages={
            "required": "Enter their e-mail address.",
            "invalid": "Enter an e-mail address, like name@example.org.",
        },
    )
    job = forms.CharField(label="Job (optional)", max_length=120, required=False)
    agency = forms.ChoiceField(
        label="Agency",
        error_messages={
            "required": "Choose the agency they work for.",
            "invalid_choice": "Choose one of the agencies.",
        },
    )
    seats = forms.MultipleChoiceField(
        label="Seats",
        help_text="Each kind of work they do here. It decides what they see.",
        choices=[(seat.value, f"{seat.label}: {seat.reach}") for seat in FOR_PEOPLE],
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "Choose at least one seat.",
            "invalid_choice": "“%(value)s” is not a seat that a member can have.",
        },
    )

    def __init__(self, *args: Any, today: date, **options: Any) -> None:
        super().__init__(*args, **options)
        choose(self, "agency", [("", "Choose an agency"), *agencies_on(today)])

    def chosen_seats(self) -> list[Seat]:
        return [Seat(value) for value in self.cleaned_data["seats"]]


class AgencyForm(forms.Form):
    """An agency, or a new name for one, from a day."""

    name = forms.CharField(label="Name", max_length=120, error_messages={"required": "Enter the agency’s name."})
    type = forms.ChoiceField(
        label="Type",
        error_messages={"required": "Choose what kind of agency it is.", "invalid_choice": "Choose one of the types."},
    )
    since = DateParts(label="The name holds from", help_text="Records of earlier days keep the earlier name.")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        choose(self, "type", [("", "Choose a type"), *Code.objects.labels("agency_type").items()])
