"""What the governance officer asks of the trail."""

from __future__ import annotations

from typing import Any

from django import forms

from meg.partnership.trail.models import Entry, Kind

NOBODY = "nobody"
HOUSE = "house"
OTHERS = ((HOUSE, "The installation itself"), (NOBODY, "Nobody known, at sign-in"))


def a_day(label: str) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=False,
        help_text="24/11/2026",
        input_formats=["%d/%m/%Y", "%d %m %Y", "%d.%m.%Y", "%d %B %Y", "%Y-%m-%d"],
        error_messages={"invalid": f"{label} must be a date there is, like 24/11/2026."},
    )


class TrailForm(forms.Form):
    """Lines by member, child, day and kind. Nothing is required."""

    member = forms.ChoiceField(
        label="Who", required=False, error_messages={"invalid_choice": "Choose someone who stands in the trail."}
    )
    reference = forms.CharField(label="Child’s reference", required=False, max_length=20)
    first = a_day("From")
    last = a_day("To")
    kind = forms.ChoiceField(label="What", required=False, choices=[("", "Everything"), *Kind.choices])

    def __init__(self, *args: Any, partnership: int, **options: Any) -> None:
        super().__init__(*args, **options)
        people = [(str(number), name) for number, name in Entry.objects.people(partnership)]
        names = [name for _, name in people]
        member = self.fields["member"]
        assert isinstance(member, forms.ChoiceField)
        member.choices = [
            ("", "Everyone"),
            *((key, f"{name} (member {key})" if names.count(name) > 1 else name) for key, name in people),
            *OTHERS,
        ]

    def clean_reference(self) -> str:
        """As it stands in the trail: '217' is MEG-000217."""
        typed = str(self.cleaned_data["reference"]).strip().upper()
        number = typed.removeprefix("MEG").lstrip("- ")
        return f"MEG-{int(number):06d}" if number.isascii() and number.isdigit() else typed

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last and last < first:
            self.add_error("last", f"To must not be before {first:%-d %B %Y}, the day From names.")
        return cleaned

    def in_words(self) -> str:
        """What is asked, for the page and for the trail's own line; empty where nothing is."""
        asked = self.cleaned_data if self.is_valid() else {}
        member, kind = self.fields["member"], asked.get("kind")
        assert isinstance(member, forms.ChoiceField)
        said = [
            str(dict(member.choices)[asked["member"]]) if asked.get("member") else "",  # type: ignore[arg-type]
            asked.get("reference", ""),
            f"from {asked['first']:%-d %B %Y}" if asked.get("first") else "",
            f"to {asked['last']:%-d %B %Y}" if asked.get("last") else "",
            Kind(kind).label.lower() if kind else "",
        ]
        return ", ".join(part for part in said if part)
