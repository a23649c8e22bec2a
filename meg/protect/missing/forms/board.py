"""What of the board is shown, and in which order. Nothing is required."""

from __future__ import annotations

from django import forms

from meg.protect.missing.board import Board, Matter
from meg.protect.missing.models import Episode

RISKS = [("", "Any"), ("HIGH", "High"), ("MEDIUM", "Medium"), ("LOW", "Low"), ("VERY_LOW", "Very low"),
         ("none", "Not graded yet")]  # fmt: skip
HELD = [("", "Anyone"), ("me", "Me"), ("nobody", "Nobody yet")]
SORTS = [("", "Most urgent first"), ("name", "Name")]


class BoardForm(forms.Form):
    """Find on the board, police risk, setting, held by, order."""

    q = forms.CharField(label="Find on this board", required=False, max_length=60, error_messages={
        "max_length": "Use 60 characters or fewer to find on this board."})  # fmt: skip
    risk = forms.ChoiceField(label="Police risk", required=False, choices=RISKS)
    home = forms.ChoiceField(label="Home or care", required=False, choices=[("", "Either"), *Episode.Setting.choices])
    held = forms.ChoiceField(label="Held by", required=False, choices=HELD)
    sort = forms.ChoiceField(label="Sort by", required=False, choices=SORTS)

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]
        for field in self.fields.values():
            if isinstance(field, forms.ChoiceField):
                field.error_messages["invalid_choice"] = f"{field.label}: choose one of the list."

    def applied_to(self, board: Board) -> Board:
        """The board with only what is asked for, in the order asked for."""
        asked = self.cleaned_data
        words, risk = str(asked["q"]).casefold().split(), asked["risk"]

        def keep(matter: Matter) -> bool:
            text = f"{matter.who.name} {matter.who.reference} {matter.held_by}".casefold()
            return (
                all(word in text for word in words)
                and (not risk or matter.risk == risk.replace("none", ""))
                and asked["home"] in ("", matter.setting)
                and (asked["held"] != "me" or matter.mine)
                and (asked["held"] != "nobody" or not matter.held_by)
            )

        found = board.only(keep)
        return found.by_name() if asked["sort"] == "name" else found

    def in_words(self) -> str:
        """What is asked, for the page; empty where no filter is on."""
        if not self.is_valid():
            return ""
        asked = self.cleaned_data
        said = [f"‘{asked['q']}’" if asked["q"] else ""]
        for name in ("risk", "home", "held"):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            label = str(dict(field.choices).get(asked[name], ""))  # type: ignore[arg-type]
            said.append(
                {"risk": f"{label} risk", "held": f"held by {label.lower()}"}.get(name, label) if asked[name] else ""
            )
        return ", ".join(part for part in said if part)
