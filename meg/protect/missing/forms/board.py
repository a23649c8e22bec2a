"""What of the board is shown, and in which order. Nothing is required."""

from __future__ import annotations

from collections.abc import Iterable

from django import forms

from meg.protect.missing.board import Board, Matter
from meg.protect.missing.models import Episode

RISKS = [("", "Any"), ("HIGH", "High"), ("MEDIUM", "Medium"), ("LOW", "Low"), ("VERY_LOW", "Very low"),
         ("none", "Not graded yet")]  # fmt: skip
HELD = [("", "Anyone"), ("me", "Me"), ("nobody", "Nobody yet")]
SORTS = [("", "Most urgent first"), ("name", "Name")]


def held_as_asked(matter: Matter, asked: str) -> bool:
    """Whether a matter is held by whom the filter asks for: me, nobody, or an agency."""
    if asked == "me":
        return matter.mine
    if asked == "nobody":
        return matter.can_be_held and not matter.held_by
    return asked in ("", matter.agency)


class BoardForm(forms.Form):
    """Find on the board, police risk, setting, held by, order."""

    q = forms.CharField(label="Find on this board", required=False, max_length=60, error_messages={
        "max_length": "Use 60 characters or fewer to find on this board."})  # fmt: skip
    risk = forms.ChoiceField(label="Police risk", required=False, choices=RISKS)
    home = forms.ChoiceField(label="Home or care", required=False, choices=[("", "Either"), *Episode.Setting.choices])
    held = forms.ChoiceField(label="Held by", required=False, choices=HELD)
    sort = forms.ChoiceField(label="Sort by", required=False, choices=SORTS)

    def __init__(self, *args: object, agencies: Iterable[str] = (), **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]
        held = self.fields["held"]
        assert isinstance(held, forms.ChoiceField)
        held.choices = [*HELD, *((name, name) for name in sorted(agencies))]
        for field in self.fields.values():
            if isinstance(field, forms.ChoiceField):
                field.error_messages["invalid_choice"] = f"{field.label}: choose one of the list."

    def applied_to(self, board: Board) -> Board:
        """The board with only what is asked for, in the order asked for."""
        asked = self.cleaned_data
        words, risk = str(asked["q"]).casefold().split(), asked["risk"]

        def keep(matter: Matter) -> bool:
            return (
                all(word in matter.findable for word in words)
                and (not risk or matter.risk == risk.replace("none", ""))
                and asked["home"] in ("", matter.setting)
                and held_as_asked(matter, asked["held"])
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
            who = label.lower() if asked[name] in ("me", "nobody") else label
            risk = "not graded yet" if asked[name] == "none" else f"{label} risk"
            said.append({"risk": risk, "held": f"held by {who}"}.get(name, label) if asked[name] else "")
        return ", ".join(part for part in said if part)
