"""Forms of reports: which period, the summary, who is asked, the commentary, and decisions on limits."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms

from meg.oversight.performance.models import Commentary, Indicator
from meg.partnership.access.fields import DateParts
from meg.partnership.access.models import Member

LONGEST = 5000  # characters of a commentary or a summary


class Paragraphs(forms.CharField):
    """Words in paragraphs, with one empty line between two: a browser sends its own ends of lines."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> str:
        lines = [line.rstrip() for line in str(super().to_python(value) or "").splitlines()]
        return re.sub(r"\n{3,}", "\n\n", "\n".join(lines))


class SummaryForm(forms.Form):
    """The summary as people edit it."""

    summary = Paragraphs(
        label="Summary",
        help_text="Leave an empty line between paragraphs. Empty it, and the summary is written from the figures again.",
        required=False,
        max_length=LONGEST,
        error_messages={"max_length": "The summary is too long: it has %(show_value)s characters, and 5,000 at most."},
    )


class AskForm(forms.Form):
    """Who is asked for a commentary on each indicator, and who approves the report."""

    approver = forms.ChoiceField(
        label="Who approves the report",
        error_messages={
            "required": "Choose who approves the report.",
            "invalid_choice": "Choose one of the group members.",
        },
    )

    def __init__(
        self, *args: Any, indicators: Sequence[Indicator], members: Sequence[Member], approvers: Sequence[Member], **options: Any
    ) -> None:  # fmt: skip
        super().__init__(*args, **options)
        approver = self.fields["approver"]
        assert isinstance(approver, forms.ChoiceField)
        approver.choices = [("", "Choose a person"), *((str(one.pk), one.name) for one in approvers)]
        self.people = {str(one.pk): one for one in (*members, *approvers)}
        for indicator in indicators:
            self.fields[f"owner_{indicator.number}"] = forms.ChoiceField(
                label=f"{indicator.number}. {indicator.name}",
                choices=[("", "Nobody: no commentary is asked"), *((str(one.pk), _who(one)) for one in members)],
                initial=str(indicator.owner_id or ""),
                required=False,
                error_messages={"invalid_choice": f"Choose one of the people for indicator {indicator.number}."},
            )

    def owners(self) -> dict[str, Member]:
        """Who is asked, by the number of the indicator."""
        asked = {name.removeprefix("owner_"): value for name, value in self.cleaned_data.items() if name != "approver"}
        return {number: self.people[value] for number, value in asked.items() if value}

    def chosen_approver(self) -> Member:
        return self.people[self.cleaned_data["approver"]]


def _who(member: Member) -> str:
    return f"{member.name}, {member.job}" if member.job else member.name


class CommentaryForm(forms.Form):
    """What the owner of an indicator says of it. Words about a child do not belong here."""

    words = Paragraphs(
        label="What is behind the figure?",
        help_text="The report is read by the public. Name no child, and nothing by which a child could be known.",
        max_length=LONGEST,
        error_messages={
            "required": "Write what is behind the figure.",
            "max_length": "Write 5,000 characters at most.",
        },
    )
    actions = Paragraphs(
        label="What will be done, by whom and by when? (optional)",
        required=False,
        max_length=LONGEST,
        error_messages={"max_length": "Write 5,000 characters at most."},
    )

    @staticmethod
    def of(commentary: Commentary) -> dict[str, str]:
        """What the form shows first: what was answered before."""
        return {"words": commentary.words, "actions": commentary.actions}


class LimitsForm(forms.Form):
    """A decision that limits begin anew."""

    since = DateParts(
        label="First day of the new limits",
        help_text="The period that holds this day is the first of eight that make the new limits.",
    )
    decided = DateParts(label="Day of the decision")
    decided_by = forms.CharField(
        label="Who decided",
        help_text="For example: the Group.",
        max_length=200,
        error_messages={"required": "Enter who decided."},
    )
    reason = forms.CharField(
        label="Why",
        help_text="What changed in the world or in the recording, that the old limits no longer fit.",
        widget=forms.Textarea,
        max_length=1000,
        error_messages={"required": "Enter why the limits begin anew."},
    )

    def __init__(self, *args: Any, today: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.today = today

    def clean_since(self) -> date:
        since: date = self.cleaned_data["since"]
        if since > self.today:
            raise forms.ValidationError("The first day of the new limits must be today or earlier.")
        return since

    def clean_decided(self) -> date:
        decided: date = self.cleaned_data["decided"]
        if decided > self.today:
            raise forms.ValidationError("The day of the decision must be today or earlier.")
        return decided
