"""Forms of what is done about an episode, and of what the team decides. The rules say what cannot be, in the actions."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from meg.partnership.access.fields import DateParts, MomentField
from meg.partnership.codes.models import Code
from meg.protect.children.forms_verbs import VerbForm
from meg.protect.missing.forms.interviews import LONG, WHEN
from meg.protect.missing.models import Challenge, Decision, Discussion, Episode
from meg.protect.missing.rules import london_day

SHORT = {"max_length": "Use 120 characters or fewer."}
YES_NO_UNKNOWN = [("yes", "Yes"), ("no", "No"), ("unknown", "It was not asked")]


class GradeForm(VerbForm):
    """The police's level of risk."""

    level = forms.ChoiceField(
        label="Level of risk", widget=forms.RadioSelect,
        error_messages={"required": "Choose the level of risk.", "invalid_choice": "Choose one of the levels shown."},
    )  # fmt: skip
    reason = forms.CharField(
        label="Why", max_length=300, help_text="The reasons the police gave, in a few words.",
        error_messages={"required": "Say why: the reason stays with the level.", **LONG},
    )  # fmt: skip
    assessor = forms.CharField(
        label="Assessed by", max_length=120, help_text="Name and agency, for example Sgt Fiona Lyle, Caldershire Police.",
        error_messages={"required": "Enter who assessed the risk.", **SHORT},
    )  # fmt: skip
    at = MomentField(label="When it was assessed", error_messages={"required": WHEN})
    review_at = MomentField(label="Next review", required=False, help_text="Leave this empty if the child is back.")
    held_by = forms.CharField(
        label="Who holds it now", required=False, max_length=120, error_messages=SHORT,
        help_text="The officer or control room in charge. Leave this empty if it is nobody yet.",
    )  # fmt: skip

    def __init__(self, *args: Any, on: date, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["level"]
        assert isinstance(field, forms.ChoiceField)
        levels = list(Code.objects.of("police_risk", on).values_list("code", "label"))
        absent = Code.objects.of("police_category", on).filter(code="ABSENT")
        field.choices = [*reversed(levels), *absent.values_list("code", "label")]


class StatusForm(VerbForm):
    """A change of status within the episode."""

    status = forms.ChoiceField(
        label="From then on the child was", widget=forms.RadioSelect,
        error_messages={"required": "Choose what the child was from then on.",
                        "invalid_choice": "Choose one of the words shown."},
    )  # fmt: skip
    at = MomentField(label="From when", error_messages={"required": WHEN})
    reason = forms.CharField(label="Why", max_length=300, error_messages={"required": "Say why it changed.", **LONG})

    def __init__(self, *args: Any, episode: Episode, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["status"]
        assert isinstance(field, forms.ChoiceField)
        of_the_day = Code.objects.of("police_category", london_day(episode.started_at)).values_list("code", flat=True)
        words = [one for one in Episode.PoliceCategory.choices if one[0] in set(of_the_day)]
        police = [(f"police:{value}", f"{label}: the police’s word") for value, label in words]
        care = [(f"care:{value}", f"{label}: the carer’s or the authority’s word")
                for value, label in Episode.CareStatus.choices]  # fmt: skip
        field.choices = [*care, *police] if episode.missing_from == "care" else police

    asked_as = {"care_status": "status", "police_category": "status"}


class PreventionForm(VerbForm):
    """The prevention interview, or why there was none."""

    held = forms.ChoiceField(
        label="Did the police hold a prevention interview?", widget=forms.RadioSelect,
        choices=[("yes", "Yes"), ("no", "No")], error_messages={"required": "Choose whether it was held."},
    )  # fmt: skip
    who = forms.CharField(
        label="By whom", max_length=120, help_text="The officer, or who says that there was none.",
        error_messages={"required": "Enter by whom.", **SHORT},
    )  # fmt: skip
    at = MomentField(label="When", error_messages={"required": WHEN})
    not_held_because = forms.CharField(
        label="If it was not held, why", required=False, max_length=300, error_messages=LONG
    )
    harm = forms.ChoiceField(
        label="Was harm told or seen?", widget=forms.RadioSelect, choices=YES_NO_UNKNOWN,
        error_messages={"required": "Choose whether harm was told or seen."},
    )  # fmt: skip
    passed_on = forms.BooleanField(label="Information was passed on to the authority", required=False)


class EighteenForm(VerbForm):
    """Close an episode that was open at 18."""

    reason = forms.CharField(
        label="What is known of where they are", required=False, max_length=300, error_messages=LONG
    )


class DecideForm(VerbForm):
    """The team's decision on an episode."""

    what = forms.ChoiceField(
        label="What is decided", choices=Decision.What.choices, widget=forms.RadioSelect,
        error_messages={"required": "Choose what is decided."},
    )  # fmt: skip
    why = forms.CharField(
        label="Why", max_length=600, widget=forms.Textarea, help_text="The reason stays with the decision, and your name.",
        error_messages={"required": "Say why. The reason stays with the decision.",
                        "max_length": "Use 600 characters or fewer."},
    )  # fmt: skip


class ChallengeForm(VerbForm):
    """Why an episode should have been recorded as missing."""

    why = forms.CharField(
        label="Why it should have been recorded as missing", max_length=600, widget=forms.Textarea,
        error_messages={"required": "Say why it should have been missing. Both views are kept.",
                        "max_length": "Use 600 characters or fewer."},
    )  # fmt: skip


class AnswerForm(VerbForm):
    """The answer to a challenge."""

    answer = forms.ChoiceField(
        label="Did they agree?", choices=Challenge.Answer.choices, widget=forms.RadioSelect,
        error_messages={"required": "Choose whether they agreed."},
    )  # fmt: skip
    who = forms.CharField(
        label="Who answered", max_length=120, error_messages={"required": "Enter who answered.", **SHORT}
    )
    why = forms.CharField(
        label="Why", max_length=600, widget=forms.Textarea,
        error_messages={"required": "Say why. Both views are kept.", "max_length": "Use 600 characters or fewer."},
    )  # fmt: skip


class AskForm(VerbForm):
    """Ask for a strategy discussion."""

    why = forms.CharField(
        label="Why it is asked for", max_length=600, widget=forms.Textarea,
        error_messages={"required": "Say why a strategy discussion is asked for.",
                        "max_length": "Use 600 characters or fewer."},
    )  # fmt: skip


class OutcomeForm(VerbForm):
    """What a strategy discussion decided."""

    outcome = forms.ChoiceField(
        label="What was decided", choices=Discussion.Outcome.choices, widget=forms.RadioSelect,
        error_messages={"required": "Choose what was decided."},
    )  # fmt: skip
    who = forms.CharField(
        label="Who decided", max_length=120, error_messages={"required": "Enter who decided.", **SHORT}
    )
    why = forms.CharField(
        label="Why", max_length=600, widget=forms.Textarea,
        error_messages={"required": "Say why. The reason stays with the decision.",
                        "max_length": "Use 600 characters or fewer."},
    )  # fmt: skip
    review_on = DateParts(label="Review on", required=False)


class ThresholdForm(VerbForm):
    """From how many episodes in how many days a discussion is asked for."""

    setting = forms.ChoiceField(
        label="Setting", choices=[("", "Choose a setting"), *Episode.Setting.choices],
        error_messages={"required": "Choose the setting."},
    )  # fmt: skip
    episodes = forms.IntegerField(
        label="Episodes", error_messages={"required": "Enter how many episodes.", "invalid": "Enter a whole number."}
    )
    days = forms.IntegerField(
        label="In how many days",
        error_messages={"required": "Enter how many days.", "invalid": "Enter a whole number."},
    )
