"""What people fill in about an episode. Whether it can be so is decided by the rules, in the action."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from meg.partnership.access.fields import MomentField, boxes, read_date
from meg.protect.children.rules import Unfit, Unfits
from meg.protect.missing.models import Episode
from meg.protect.missing.rules import Told, first_minute

CARE_STATUS = [
    (Episode.CareStatus.MISSING.value, "Missing: it is not known where the child is"),
    (Episode.CareStatus.AWAY.value, "Away from placement: it is known where the child is"),
    ("none", "Does not apply: the child is not looked after"),
]
POLICE = [
    (Episode.PoliceCategory.MISSING.value, "Missing"),
    (Episode.PoliceCategory.ABSENT.value, "Absent (used from April 2013 to 2017)"),
    ("none", "Not recorded by the police, or not known"),
]
TOO_LONG_PLACE = "Use 120 characters or fewer."
TOO_LONG = "Use 120 characters or fewer: who reported it belongs here, not what happened."


class MomentOrDayField(MomentField):
    """A moment; or, where the time is left empty, a day. Cleans to a moment and whether its time is known."""

    def read(self, texts: list[str]) -> Any:
        if texts[3]:
            return super().read(texts), True
        return first_minute(read_date(str(self.label), *texts[:3])), False


def told_in_boxes(moment: datetime | None, to_the_minute: bool) -> list[str]:
    """What stands in the boxes of a moment whose time may not be known."""
    filled = boxes(moment, 4)
    return filled if to_the_minute else [*filled[:3], ""]


class EpisodeFields(forms.Form):
    """What is told of an episode, in the order of a call: from where, in which words, when."""

    missing_from = forms.ChoiceField(
        label="Missing from", choices=Episode.From.choices, widget=forms.RadioSelect,
        error_messages={"required": "Choose whether the child is missing from home or from care."},
    )  # fmt: skip
    setting = forms.ChoiceField(
        label="Setting", choices=Episode.Setting.choices, widget=forms.RadioSelect,
        error_messages={"required": "Choose the setting the child is missing from."},
    )  # fmt: skip
    care_status = forms.ChoiceField(
        label="Recorded by the carer or the authority as", choices=CARE_STATUS, required=False,
        widget=forms.RadioSelect, help_text="For a child who is looked after.",
    )  # fmt: skip
    police_category = forms.ChoiceField(
        label="Recorded by the police as", choices=POLICE, required=False, widget=forms.RadioSelect,
        help_text="The police’s own word. It is kept apart from the carer’s.",
    )  # fmt: skip

    def clean_care_status(self) -> str:
        return str(self.cleaned_data["care_status"]).replace("none", "")

    def clean_police_category(self) -> str:
        return str(self.cleaned_data["police_category"]).replace("none", "")

    def refuse(self, unfit: Unfit) -> None:
        """Show each sentence at the field it is about."""
        wrong = unfit.all if isinstance(unfit, Unfits) else [(unfit.field or "", str(unfit))]
        for field, sentence in wrong:
            self.add_error(field if field in self.fields else None, sentence)


class ReportForm(EpisodeFields):
    """Report a child missing. What the care record says of today is chosen beforehand, and said."""

    started_at = MomentField(
        label="Last seen",
        help_text="When the child left, or was last seen by a responsible adult, whichever is the later.",
        error_messages={"required": "Enter the date and time the child was last seen."},
    )
    last_seen_place = forms.CharField(
        label="Last seen at", required=False, max_length=120, error_messages={"max_length": TOO_LONG_PLACE},
        help_text="For example Beck House, Penfield bus station, school.",
    )  # fmt: skip
    reported_at = MomentField(label="Reported", required=False, help_text="When you or the police were told.")
    reported_by = forms.CharField(
        label="Reported by", required=False, max_length=120, error_messages={"max_length": TOO_LONG},
        help_text="For example foster carer, school, parent.",
    )  # fmt: skip
    reported_to = forms.CharField(
        label="Reported to", required=False, max_length=120, error_messages={"max_length": TOO_LONG_PLACE},
        help_text="For example police control room, with their reference.",
    )  # fmt: skip
    returned_at = MomentField(
        label="Returned", required=False, help_text="Leave this empty while the child is missing or away."
    )

    def told(self) -> Told:
        return Told(**{name: self.cleaned_data[name] for name in self.fields})


class CorrectionForm(EpisodeFields):
    """Correct an episode: the same fields as they are recorded, and why."""

    started_at = MomentOrDayField(
        label="Last seen",
        help_text="Leave the time empty where only the day is known.",
        error_messages={"required": "Enter the date and time the child was last seen."},
    )
    last_seen_place = forms.CharField(
        label="Last seen at", required=False, max_length=120, error_messages={"max_length": TOO_LONG_PLACE}
    )
    reported_at = MomentField(label="Reported", required=False)
    reported_by = forms.CharField(
        label="Reported by", required=False, max_length=120, error_messages={"max_length": TOO_LONG}
    )
    reported_to = forms.CharField(
        label="Reported to", required=False, max_length=120, error_messages={"max_length": TOO_LONG_PLACE}
    )
    located_at = MomentField(label="Found", required=False, help_text="Where that was before the return.")
    returned_at = MomentOrDayField(label="Returned", required=False)
    reason = forms.CharField(
        label="Why it is corrected", max_length=300,
        help_text="The earlier values stay on the child’s page, with this reason.",
        error_messages={"required": "Say why it is corrected: the reason stays with the earlier values."},
    )  # fmt: skip
    as_of = forms.CharField(required=False, widget=forms.HiddenInput)

    @staticmethod
    def shown(episode: Episode) -> dict[str, Any]:
        """The values of an episode as the fields show them."""
        told = episode.told
        return {
            **{name: getattr(told, name) for name in Told.names()},
            "care_status": told.care_status or "none",
            "police_category": told.police_category or "none",
            "started_at": told_in_boxes(told.started_at, told.started_to_the_minute),
            "located_at": told.located_at,
            "returned_at": told_in_boxes(told.returned_at, told.returned_to_the_minute),
            "as_of": episode.changed_at.isoformat() if episode.changed_at else "",
        }

    def clean_as_of(self) -> datetime | None:
        try:
            return datetime.fromisoformat(self.cleaned_data["as_of"]) if self.cleaned_data["as_of"] else None
        except ValueError:
            raise ValidationError("This page was changed on its way. Open it again.") from None

    def told(self) -> Told:
        given = {name: one for name, one in self.cleaned_data.items() if name not in ("reason", "as_of")}
        started, started_exact = given["started_at"]
        returned, returned_exact = given["returned_at"] or (None, True)
        return Told(**{
            **given,
            "started_at": started, "started_to_the_minute": started_exact,
            "returned_at": returned, "returned_to_the_minute": returned_exact,
        })  # fmt: skip


class ReturnForm(forms.Form):
    """The child is back."""

    returned_at = MomentField(
        label="Returned",
        help_text="When the child was found, or came back to where they live.",
        error_messages={"required": "Enter the date and time the child returned."},
    )
    located_at = MomentField(
        label="Found", required=False, help_text="Where the child was found earlier than they came back."
    )

    def refuse(self, unfit: Unfit) -> None:
        """Show each sentence at the field it is about."""
        wrong = unfit.all if isinstance(unfit, Unfits) else [(unfit.field or "returned_at", str(unfit))]
        for field, sentence in wrong:
            self.add_error(field if field in self.fields else "returned_at", sentence)


class WithdrawForm(forms.Form):
    """The child was never missing."""

    reason = forms.CharField(
        label="Why the child was never missing", max_length=300,
        error_messages={"required":
        "Say why the child was never missing: the reason stays with the episode."},
    )  # fmt: skip

    def refuse(self, unfit: Unfit) -> None:
        self.add_error("reason", str(unfit))
