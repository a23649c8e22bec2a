"""What a member fills in about themselves: the seat they take."""

from __future__ import annotations

from typing import Any

from django import forms

from meg.partnership.seats import Seat


class SeatForm(forms.Form):
    seat = forms.ChoiceField(
        label="Which work are you doing now?",
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choose the work you are doing now.",
            "invalid_choice": "Choose one of your own seats.",
        },
    )

    def __init__(self, *args: Any, seats: list[str], **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["seat"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(seat, Seat(seat).label) for seat in seats]
