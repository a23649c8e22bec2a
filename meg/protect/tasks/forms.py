"""What people say of a task: what came of it, why it is no longer to be done, whose it is. And the filter of the list."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from meg.partnership.access.models import Member
from meg.protect.children.forms_verbs import VerbForm

LONG = {"max_length": "Use 600 characters or fewer."}
WHOSE = [("", "Mine and my agency’s"), ("mine", "Mine"), ("agency", "My agency’s"), ("all", "All that I may see")]
STATES = [("", "To be done"), ("over", "Over"), ("done", "Done in the last 30 days")]


class DoneForm(VerbForm):
    """What came of a task."""

    outcome = forms.CharField(
        label="What came of it", max_length=600, widget=forms.Textarea,
        help_text="In a few words about what was done. It stays with the task, and your name.",
        error_messages={"required": "Say what came of it.", **LONG},
    )  # fmt: skip


class DropForm(VerbForm):
    """Why a task is no longer to be done."""

    why = forms.CharField(
        label="Why it is no longer to be done", max_length=600, widget=forms.Textarea,
        error_messages={"required": "Say why it is no longer to be done.", **LONG},
    )  # fmt: skip


class PassForm(VerbForm):
    """Which member of the same agency does a task."""

    member = forms.ChoiceField(label="Who does it", required=False)

    def __init__(self, *args: Any, members: Iterable[Member], **options: Any) -> None:
        super().__init__(*args, **options)
        self.members = {str(one.pk): one for one in members}
        field = self.fields["member"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "Nobody named yet"), *((key, one.name) for key, one in self.members.items())]

    def chosen(self) -> Member | None:
        """The member who was chosen; nobody, where none was."""
        return self.members.get(self.cleaned_data["member"])


class ListForm(forms.Form):
    """Which tasks are shown."""

    whose = forms.ChoiceField(label="Whose", choices=WHOSE, required=False)
    state = forms.ChoiceField(label="Which", choices=STATES, required=False)
