"""A form of one question a page: each answer kept as it is typed, all of them checked on the last page."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.datastructures import MultiValueDict

from meg.partnership.access.actions import clear_draft, save_draft
from meg.partnership.access.drafts import keeps, restore, typed
from meg.partnership.access.models import Draft
from meg.partnership.seats import By
from meg.protect.children.forms_questions import About, Question

Answers = dict[int, Question]
Problem = tuple[str, str]


@dataclass(frozen=True)
class Step:
    """One line of the list beside the questions."""

    number: int
    words: str
    address: str
    said: list[str]
    done: bool
    current: bool
    wrong: int = 0


@dataclass(frozen=True)
class Journey:
    """Some questions, asked of one person. `key` is under which the answers are kept for this member; `address` gives the
    page of a question, and of the last page, which checks and sends.
    """

    by: By
    key: str
    questions: Sequence[type[Question]]
    about: About
    address: Callable[[int], str]
    last_words: str = "Check and send"

    @property
    def last(self) -> int:
        return len(self.questions) + 1

    def key_of(self, number: int) -> str:
        return f"{self.key}:{number}"

    def answers(self, hold: bool = False) -> Answers:
        """The questions answered so far, by number, each checked as it would be when sent. `hold` them until this is done."""
        kept = drafts_under(self.by, f"{self.key}:", hold)
        found = {}
        for number, fields in sorted((int(name), fields) for name, fields in kept.items()):
            if number < self.last:
                found[number] = self.questions[number - 1](as_sent(fields), about=self.about)
        return found

    def wanting(self, answers: Answers) -> list[int]:
        """The numbers of the questions that are not answered, or not rightly."""
        return [n for n in range(1, self.last) if n not in answers or not answers[n].is_valid()]

    def problems(self, wanting: Sequence[int]) -> list[Problem]:
        """Where to go, and what is wanting there."""
        titles = {n: self.questions[n - 1].title.rstrip(".") for n in wanting}
        return [(self.address(n), f"Question {n}, ‘{title}’, needs an answer.") for n, title in titles.items()]

    def holder_of(self, field: str) -> int:
        """The question that asks for a field; the first, where none does."""
        asked = [n for n, one in enumerate(self.questions, 1) if field in one.base_fields or field in one.asked_as]
        return asked[0] if asked else 1

    def rows(self, answers: Answers) -> list[tuple[type[Question], list[str], str]]:
        """Each question that is answered rightly, what was said, and where to change it."""
        return [(self.questions[n - 1], one.said(), self.address(n)) for n, one in answers.items() if one.is_valid()]

    def steps(self, answers: Answers, current: int, form: Question | None = None) -> list[Step]:
        """The list beside the questions."""
        return [self._step(answers.get(n), n, current, form) for n in range(1, self.last + 1)]

    def _step(self, answer: Question | None, n: int, current: int, form: Question | None) -> Step:
        words = self.questions[n - 1].short if n < self.last else self.last_words
        done = answer is not None and n != current and answer.is_valid()
        said = [line for line in answer.said() if line][:1] if done and answer is not None else []
        wrong = len(form.errors) if n == current and form is not None and form.is_bound else 0
        return Step(n, words, self.address(n), said, done, n == current, wrong)

    def ask(
        self, request: HttpRequest, number: int, later: Callable[[], HttpResponse], initial: Mapping[str, Any]
    ) -> tuple[Question, HttpResponse | None]:
        """One question as it was sent or is to be filled in, and where to go on to if it is answered rightly."""
        form_class, name = self.questions[number - 1], self.key_of(number)
        if request.method != "POST":
            return restore(form_class, self.by, name, about=self.about, initial=dict(initial)), None
        save_draft(by=self.by, form=name, fields=typed(request.POST))
        form = keeps(form_class(request.POST, about=self.about), self.by, name, timezone.now())
        if "later" in request.POST:
            return form, later()
        return form, redirect(self.address(number + 1)) if form.is_valid() else None

    def clear(self) -> None:
        """Empty the answers, once they are sent."""
        for number in range(1, self.last):
            clear_draft(by=self.by, form=self.key_of(number))


def drafts_under(by: By, prefix: str, hold: bool = False) -> dict[str, dict[str, Any]]:
    """What this member had typed into the forms whose keys begin so, by the rest of the key."""
    drafts = Draft.objects.filter(member_id=by.member_id or 0, form__startswith=prefix).exclude(fields={})
    if hold:
        drafts = drafts.select_for_update()
    return {draft.form.removeprefix(prefix): draft.fields for draft in drafts}


def as_sent(fields: Mapping[str, Any]) -> MultiValueDict[str, Any]:
    """The fields of a draft, as a form takes them."""
    return MultiValueDict({name: value if isinstance(value, list) else [value] for name, value in fields.items()})
