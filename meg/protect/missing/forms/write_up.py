"""The nine questions by which a return interview is written up, one a page. Each form is one question.

After the four purposes of the DfE guidance of January 2014: harm, reasons, what would help, information.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from meg.partnership.access.fields import ClockField, DateParts, at, wrong
from meg.protect.children.forms_questions import LONG, ONE_A_LINE, SHORT, About, Question, codes_for
from meg.protect.missing.models import Episode
from meg.protect.missing.rules import Held, moment_wrong


@dataclass(frozen=True)
class OfEpisodes(About):
    """What every question is asked about: also the episodes that the interview answers."""

    episodes: list[Episode]

    @classmethod
    def of(cls, episodes: list[Episode]) -> OfEpisodes:
        """The codes of every list, by one query."""
        return cls(codes_for(QUESTIONS), episodes)


def episodes_of(about: About) -> list[Episode]:
    assert isinstance(about, OfEpisodes)
    return about.episodes


class WhichForm(Question):
    title, short = "Which episodes does it answer?", "Which episodes it answers"
    answers = forms.MultipleChoiceField(
        label="Episodes", widget=forms.CheckboxSelectMultiple,
        help_text="One interview may answer several episodes. An episode you leave out gets an interview of its own.",
        error_messages={"required": "Choose at least one episode that the interview answers."},
    )  # fmt: skip

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        now, field = timezone.now(), self.fields["answers"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [
            (str(one.pk), f"{one.recorded_as}, {one.since(now)}, returned {one.until(now)}")
            for one in episodes_of(self.about)
        ]
        self.initial.setdefault("answers", [str(one.pk) for one in episodes_of(self.about)])

    def said(self) -> list[str]:
        return self.chosen_words("answers")


class WhoForm(Question):
    title, short = "Who held it?", "Who held it"
    held_by = forms.CharField(
        label="Name", max_length=120, error_messages={"required": "Enter who held the interview.", **SHORT}
    )
    held_by_agency = forms.CharField(label="Works for", max_length=120, required=False, error_messages=SHORT)
    independent = forms.ChoiceField(
        label="Are they independent of where the child lives?", widget=forms.RadioSelect,
        choices=[("yes", "Yes"), ("no", "No")],
        help_text="Not a parent, not a carer, and not in charge of the placement.",
        error_messages={"required": "Choose whether they are independent of where the child lives."},
    )  # fmt: skip

    def said(self) -> list[str]:
        given = self.cleaned_data
        who = ", ".join(filter(None, (given["held_by"], given["held_by_agency"])))
        return [who, "Independent" if given["independent"] == "yes" else "Not independent"]


class WhenForm(Question):
    title, short = "When was the interview held?", "When it was held"
    held_on = DateParts(label="Date", error_messages={"required": "Enter the date of the interview."})
    began = ClockField(
        label="Time it began", help_text="24-hour clock, for example 16:30",
        error_messages={"required": "Enter the time it began, like 16:30."},
    )  # fmt: skip
    moment: datetime | None = None

    def clean_began(self) -> Any:
        return self.cleaned_data["began"]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("held_on") and given.get("began"):
            try:
                self.moment = at("The interview", given["held_on"], given["began"])
            except ValidationError as error:
                self.add_error("began", error)
                return given
            self._hold_to_the_rules(self.moment)
        return given

    def _hold_to_the_rules(self, moment: datetime) -> None:
        now = timezone.now()
        returns = [one.returned_at for one in episodes_of(self.about) if one.returned_at and one.returned_to_the_minute]
        said = moment_wrong("The interview", moment, returns, now)
        if said and moment > now:
            today = timezone.localdate()
            said = f"The interview cannot be in the future: today is {today.day} {today:%B %Y}."
        if said:
            self.add_error("held_on", wrong(said, 0))

    def said(self) -> list[str]:
        assert self.moment is not None
        local = timezone.localtime(self.moment)
        return [f"{local:%A} {local.day} {local:%B %Y, %H:%M}"]


class WhereForm(Question):
    title, short = "Where was it, and who was there?", "Where, and who was there"
    lists = {"place": "interview_place", "present": "interview_present"}
    place = forms.ChoiceField(
        label="Where", widget=forms.RadioSelect, error_messages={"required": "Choose where it was held."}
    )
    present = forms.MultipleChoiceField(
        label="Who was there", widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose who was there."},
    )  # fmt: skip

    def said(self) -> list[str]:
        return [*self.chosen_words("place"), ", ".join(self.chosen_words("present"))]


class HarmForm(Question):
    title, short = "Is there any harm to be dealt with?", "Any harm to be dealt with"
    lists = {"harm": "interview_harm"}
    harm = forms.MultipleChoiceField(
        label="What the child told, or you saw", widget=forms.CheckboxSelectMultiple,
        help_text="Also harm that was not told to the police at the return.",
        error_messages={"required": "Choose what applies, or that no harm was told or seen."},
    )  # fmt: skip
    harm_dealt_with = forms.CharField(
        label="What was done about it", required=False, max_length=2000, widget=forms.Textarea, error_messages=LONG
    )

    def clean_harm(self) -> list[str]:
        chosen: list[str] = self.cleaned_data["harm"]
        if "none" in chosen and len(chosen) > 1:
            raise ValidationError("‘No harm told or seen’ cannot stand beside another answer.")
        return chosen

    def said(self) -> list[str]:
        return [", ".join(self.chosen_words("harm")), self.cleaned_data["harm_dealt_with"]]


class ReasonsForm(Question):
    title, short = "What were the reasons?", "Reasons"
    lists = {"reasons": "interview_reason"}
    reasons = forms.MultipleChoiceField(
        label="Push, pull or control", widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose the reasons, or that the child did not want to say."},
    )  # fmt: skip
    reasons_words = forms.CharField(
        label="In the child’s own words", required=False, max_length=2000, widget=forms.Textarea, error_messages=LONG
    )
    places = forms.CharField(
        label="Places named", required=False, max_length=2000, widget=forms.Textarea, help_text=ONE_A_LINE,
        error_messages=LONG,
    )  # fmt: skip
    people = forms.CharField(
        label="People named", required=False, max_length=2000, widget=forms.Textarea, help_text=ONE_A_LINE,
        error_messages=LONG,
    )  # fmt: skip

    def clean_places(self) -> list[tuple[str, str]]:
        return self.named("places")

    def clean_people(self) -> list[tuple[str, str]]:
        return self.named("people")

    def said(self) -> list[str]:
        named = [f"{word}: {', '.join(name for name, _ in self.cleaned_data[field])}"
                 for word, field in (("Places", "places"), ("People", "people")) if self.cleaned_data[field]]  # fmt: skip
        return [", ".join(self.chosen_words("reasons")), self.cleaned_data["reasons_words"], *named]


class HelpForm(Question):
    title, short = "What would help?", "What would help"
    would_help = forms.CharField(
        label="What would help the child feel safe, and not need to leave", required=False, max_length=2000,
        widget=forms.Textarea, error_messages=LONG,
    )  # fmt: skip

    def said(self) -> list[str]:
        return [self.cleaned_data["would_help"] or "Nothing was named"]


class InformationForm(Question):
    title, short = "What information was given?", "Information given"
    lists = {"information": "interview_information"}
    information = forms.MultipleChoiceField(
        label="Information about staying safe, and whom to call", widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose what was given, or ‘None given’."},
    )  # fmt: skip

    def said(self) -> list[str]:
        return [", ".join(self.chosen_words("information"))]


QUESTIONS: tuple[type[Question], ...] = (
    WhichForm, WhoForm, WhenForm, WhereForm, HarmForm, ReasonsForm, HelpForm, InformationForm,
)  # fmt: skip


def held_of(answered: list[Question]) -> tuple[Held, list[int]]:
    """What the eight answered questions say, as the action takes it: the interview, and the episodes it answers."""
    given = {name: value for form in answered for name, value in form.cleaned_data.items()}
    when = next(form for form in answered if isinstance(form, WhenForm)).moment
    assert when is not None
    told = Held(
        held_at=when, held_by=given["held_by"], held_by_agency=given["held_by_agency"],
        independent=given["independent"] == "yes", place=given["place"], present=tuple(given["present"]),
        harm=tuple(given["harm"]), harm_dealt_with=given["harm_dealt_with"], reasons=tuple(given["reasons"]),
        reasons_words=given["reasons_words"], would_help=given["would_help"],
        information=tuple(given["information"]), places=tuple(given["places"]), people=tuple(given["people"]),
    )  # fmt: skip
    return told, [int(number) for number in given["answers"]]
