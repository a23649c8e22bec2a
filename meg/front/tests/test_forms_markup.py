"""Fields as the GOV.UK Design System has them: every link of the summary lands, what was typed stays."""

from __future__ import annotations

import re

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template import engines
from django.utils.datastructures import MultiValueDict

from meg.partnership.access.fields import ClockField, DateParts, MomentField

PAGE = """{% from "forms.html" import error_summary, any_field %}{{ error_summary(form) }}
{% for field in form %}{{ any_field(field) }}{% endfor %}"""
CHOICES = [("a", "First"), ("b", "Second")]


class Every(forms.Form):
    """One field of each kind."""

    name = forms.CharField(label="Name", help_text="As on the birth certificate.")
    nhs = forms.CharField(label="NHS number")
    why = forms.CharField(label="Reason", widget=forms.Textarea)
    born = DateParts(label="Date of birth")
    began = MomentField(label="When it began")
    clock = ClockField(label="Time")
    kind = forms.ChoiceField(label="Kind", choices=CHOICES, widget=forms.RadioSelect)
    place = forms.ChoiceField(label="Place", choices=[("", "Choose"), ("North", CHOICES)])
    who = forms.MultipleChoiceField(label="Who was there", choices=CHOICES, widget=forms.CheckboxSelectMultiple)
    agreed = forms.BooleanField(label="I have read this")
    file = forms.FileField(label="A file")
    secret = forms.CharField(label="Password", widget=forms.PasswordInput)
    hidden = forms.CharField(widget=forms.HiddenInput)

    def clean(self) -> None:
        raise forms.ValidationError("These two dates clash.")


def shown(form: forms.Form) -> str:
    return engines["jinja2"].from_string(PAGE).render({"form": form})


def test_every_link_of_the_summary_lands_on_a_control() -> None:
    page = shown(Every({}))
    links = re.findall(r'<li><a href="#([^"]+)">([^<]+)</a>', page)
    assert len(links) == 14
    for target, sentence in links:
        assert re.search(rf'<(input|select|textarea)[^>]* id="{target}"', page), (target, sentence)


def test_a_field_that_is_missing_gets_a_sentence_that_names_it() -> None:
    page = shown(Every({}))
    for sentence in ("Enter the name.", "Enter the NHS number.", "Enter the date of birth.", "Choose the kind.",
                     "Choose an answer to ‘Who was there’.", "Tick the box: I have read this.", "Choose a file.",
                     "These two dates clash."):  # fmt: skip
        assert f">{sentence}</a>" in page, sentence
    assert "This field is required" not in page


def test_each_error_stands_at_its_field_and_is_read_out_with_it() -> None:
    page = shown(Every({}))
    for name in ("name", "why", "born", "kind", "who", "file"):
        assert f'id="id_{name}-error" class="govuk-error-message"' in page
        assert re.search(rf'aria-describedby="[^"]*id_{name}-error"', page), name
    assert 'aria-describedby="id_name-hint id_name-error"' in page


def test_only_the_box_that_is_wrong_is_marked_and_linked() -> None:
    page = shown(Every({"born_0": "14", "born_1": "13", "born_2": "2011"}))
    assert '<a href="#id_born_1">Date of birth must have a month from 1 to 12.</a>' in page
    assert "govuk-input--error" in re.findall(r"<input[^>]*id_born_1[^>]*>", page)[0]
    assert "govuk-input--error" not in re.findall(r"<input[^>]*id_born_0[^>]*>", page)[0]


def test_what_was_typed_stays_but_a_password_does_not() -> None:
    sent = {
        "name": '<b>"Kei', "why": "\nTwo\nlines", "born_0": "31", "born_1": "2", "born_2": "2018",
        "clock": "quarter to 5", "kind": "b", "place": "a", "who": ["b"], "agreed": "on", "secret": "hunter2",
    }  # fmt: skip
    page = shown(Every(sent, MultiValueDict({"file": [SimpleUploadedFile("a.csv", b"x")]})))
    assert 'value="&lt;b&gt;&#34;Kei"' in page
    assert "\n\nTwo\nlines</textarea>" in page, "a first empty line needs one before it"
    assert [f'value="{text}"' in page for text in ("31", "2", "2018", "quarter to 5")] == [True] * 4
    assert 'value="b" checked' in page
    assert '<option value="a" selected>First</option>' in page
    assert page.count(" checked") == 3
    assert "hunter2" not in page


@pytest.mark.parametrize("name", ["kind", "who"])
def test_the_first_choice_carries_the_plain_id(name: str) -> None:
    page = shown(Every())
    ids = re.findall(rf'<input[^>]* id="(id_{name}[^"]*)"', page)
    assert ids == [f"id_{name}", f"id_{name}-2"]
    assert "govuk-error" not in page
