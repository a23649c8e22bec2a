"""What carers fill in beforehand about a child who may go missing. Each part may stay empty, but not all."""

from __future__ import annotations

from django import forms

from meg.protect.children.rules import Unfit
from meg.protect.missing.models import Sheet

LONG, SHORT = 500, 120  # so that a sheet which is full is still one page of print
PARTS = {
    "description": ("Description", "Height, build, hair, eyes, skin, scars, tattoos, glasses, what makes the child easy to know.", LONG),
    "usual_clothes": ("Usual clothes", "What the child wears out, a coat or bag they take, shoes.", LONG),
    "places": ("Likely places", "Where the child has gone before or likes to be, with addresses where they are known.", LONG),
    "people": ("Likely people", "Family, friends and others the child may be with, with how they are known.", LONG),
    "contact": ("Means of contact", "Mobile number, and the names the child uses online.", LONG),
    "travel": ("Travel", "How the child gets about: bus pass, bicycle, lifts, money they have.", LONG),
    "health": ("Health needs", "Conditions, medicine and when it is needed, allergies, how the child communicates.", LONG),
    "helps": ("What helps", "Whom the child trusts, how to speak to them, what calms and what frightens them.", LONG),
    "carer": ("Carer", "Who to speak to at any hour.", SHORT),
    "carer_phone": ("Carer’s telephone", "", SHORT),
    "photo_held_by": ("Recent photograph held by", "Photographs are not kept here. Say who can send one at once.", SHORT),
}  # fmt: skip


def _field(label: str, hint: str, most: int) -> forms.CharField:
    return forms.CharField(
        label=label, help_text=hint, required=False, max_length=most,
        widget=forms.Textarea if most == LONG else forms.TextInput,
        error_messages={"max_length": f"Use {most} characters or fewer for ‘{label}’."},
    )  # fmt: skip


class SheetForm(forms.Form):
    """The whole sheet, one part a field."""

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]
        for name, (label, hint, most) in PARTS.items():
            self.fields[name] = _field(label, hint, most)

    @staticmethod
    def shown(sheet: Sheet | None) -> dict[str, str]:
        """The parts of the sheet as it is."""
        return {name: getattr(sheet, name) for name in PARTS} if sheet else {}

    def refuse(self, unfit: Unfit) -> None:
        """Show the sentence at the first part: it is about the whole sheet."""
        self.add_error(unfit.field if unfit.field in self.fields else "description", str(unfit))
