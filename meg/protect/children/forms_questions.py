"""A form that is asked one question a page. Each `Question` is one page; `About` is what all of them are asked about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError

from meg.partnership.codes.models import Code
from meg.protect.children.forms_verbs import VerbForm

LONG = {"max_length": "Use 2,000 characters or fewer."}
SHORT = {"max_length": "Use 120 characters or fewer."}
TOO_MANY = "Name at most 10, one a line."
ONE_A_LINE = (
    "One a line: the name, then a comma and what it is about. For example ‘Penfield bus station, meets friends’."
)


@dataclass(frozen=True)
class About:
    """What every question is asked about: the codes to choose from. A room adds what its own questions need."""

    choices: Mapping[str, list[tuple[str, str]]]


class Question(VerbForm):
    """One question. `lists` are the code lists of its fields."""

    title = ""
    short = ""
    lists: ClassVar[Mapping[str, str]] = {}

    def __init__(self, *args: Any, about: About, **options: Any) -> None:
        super().__init__(*args, **options)
        self.about = about
        for name, code_list in self.lists.items():
            field = self.fields[name]
            assert isinstance(field, (forms.ChoiceField, forms.MultipleChoiceField))
            field.choices = list(about.choices[code_list])

    def chosen_words(self, name: str) -> list[str]:
        """The labels of what is chosen in a field."""
        field, value = self.fields[name], self.cleaned_data.get(name) or []
        assert isinstance(field, (forms.ChoiceField, forms.MultipleChoiceField))
        labels = dict(field.choices)  # type: ignore[arg-type]
        return [str(labels[one]) for one in (value if isinstance(value, list) else [value]) if one in labels]

    def named(self, name: str) -> list[tuple[str, str]]:
        """What is named in a field, one a line: each name, and what it is about."""
        lines = [line.strip() for line in str(self.cleaned_data[name]).splitlines() if line.strip()]
        if len(lines) > 10:
            raise ValidationError(TOO_MANY)
        parts = [line.partition(",") for line in lines]
        return [(first.strip()[:120], rest.strip()[:300]) for first, _, rest in parts if first.strip()]

    def said(self) -> list[str]:
        """What was answered, as the list beside the questions and the last page show it."""
        raise NotImplementedError


def codes_for(questions: Sequence[type[Question]]) -> dict[str, list[tuple[str, str]]]:
    """The codes of every list that some questions ask by, by one query."""
    found: dict[str, list[tuple[str, str]]] = {name: [] for one in questions for name in one.lists.values()}
    for code in Code.objects.filter(list__in=list(found)).order_by("list", "position"):
        found[code.list].append((code.code, code.label))
    return found
