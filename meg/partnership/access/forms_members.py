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


def agencies_on(day: date) -> list[tuple[str, str]]:
    """Agencies to choose from, by name."""
    return [(str(agency.pk), agency.name) for agency in Agency.objects.with_names(day) if not agency.closed_on]  # type: ignore[attr-defined]


class MemberForm(forms.Form):
    """Who a member is, for which agency they work, and which kinds of work they do."""

    name = forms.CharField(label="Full name", max_length=120, error_messages={"required": "Enter the member’s name."})
    job = forms.CharField(label="Job (optional)", max_length=120, required=False)
    agency = forms.ChoiceField(label="Agency", error_messages={"required": "Choose the agency they work for."})
    seats = forms.MultipleChoiceField(
        label="Seats",
        help_text="Each kind of work they do here. It decides what they see.",
        choices=[(seat.value, f"{seat.label}: {seat.reach}") for seat in FOR_PEOPLE],
        error_messages={"required": "Choose at least one seat."},
    )

    def __init__(self, *args: Any, today: date, **options: Any) -> None:
        super().__init__(*args, **options)
        agency = self.fields["agency"]
        assert isinstance(agency, forms.ChoiceField)
        agency.choices = [("", "Choose an agency"), *agencies_on(today)]

    def chosen_seats(self) -> list[Seat]:
        return [Seat(value) for value in self.cleaned_data["seats"]]


class NewMemberForm(MemberForm):
    """A member who is not here yet: they are sent a link to choose a password."""

    email = forms.EmailField(
        label="E-mail address",
        help_text="They sign in with it. A link to choose a password is sent to it.",
        error_messages={
            "required": "Enter their e-mail address.",
            "invalid": "Enter an e-mail address, like name@example.org.",
        },
    )
    field_order = ["name", "email", "job", "agency", "seats"]


class AgencyForm(forms.Form):
    """An agency, or a new name for one, from a day."""

    name = forms.CharField(label="Name", max_length=120, error_messages={"required": "Enter the agency’s name."})
    type = forms.ChoiceField(label="Type", error_messages={"required": "Choose what kind of agency it is."})
    since = DateParts(label="The name holds from", help_text="Records of earlier days keep the earlier name.")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        kind = self.fields["type"]
        assert isinstance(kind, forms.ChoiceField)
        kind.choices = [("", "Choose a type"), *Code.objects.labels("agency_type").items()]
