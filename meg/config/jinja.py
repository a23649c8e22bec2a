"""The Jinja2 environment of our pages: addresses, static files, dates in Europe/London, GOV.UK's macros."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.contrib.messages import get_messages
from django.contrib.messages.storage.base import Message
from django.core.exceptions import ValidationError
from django.forms import BaseForm, CheckboxInput, Field, FileInput
from django.forms.boundfield import BoundField
from django.forms.widgets import ChoiceWidget
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.html import json_script
from jinja2 import ChainableUndefined, Environment

from meg.partnership.access.fields import Boxes, within
from meg.partnership.access.sign_in import providers

REQUIRED = str(Field.default_error_messages["required"])
QUESTIONS = {"Who", "What", "When", "Where", "Why", "How", "Which"}


def day(value: date | datetime | None) -> str:
    """'14 March 2011'; empty where there is none."""
    if value is None:
        return ""
    local = timezone.localtime(value) if isinstance(value, datetime) else value
    return f"{local.day} {local:%B %Y}"


def day_short(value: date | datetime | None) -> str:
    """'14 Mar 2011'."""
    if value is None:
        return ""
    local = timezone.localtime(value) if isinstance(value, datetime) else value
    return f"{local.day} {local:%b %Y}"


def moment(value: datetime | None) -> str:
    """'Wed 25 Nov 05:55', with the year where it is not this one."""
    if value is None:
        return ""
    local = timezone.localtime(value)
    year = "" if local.year == timezone.localtime().year else f" {local.year}"
    return f"{local:%a} {local.day} {local:%b}{year} {local:%H:%M}"


def clock(value: datetime | None) -> str:
    """'05:55'."""
    return "" if value is None else f"{timezone.localtime(value):%H:%M}"


def parts(field: BoundField) -> list[str]:
    """What stands in the boxes of a date: as it was typed, or from the value."""
    value = field.value()
    widget = field.field.widget
    assert isinstance(widget, Boxes)
    if isinstance(value, (list, tuple)):
        return [str(text or "") for text in value]
    return widget.decompress(value)


def wrong_boxes(field: BoundField) -> list[int]:
    """Which boxes of a date are marked: the one its sentence is about, or all."""
    codes = [str(error.code or "") for error in field.errors.as_data()]
    named = [int(code.removeprefix("box-")) for code in codes if code.startswith("box-")]
    return named or (list(range(4)) if codes else [])


def target(field: BoundField) -> str:
    """The id of the control that a link of the error summary lands on."""
    if isinstance(field.field.widget, Boxes):
        return f"{field.auto_id}_{(wrong_boxes(field) or [0])[0]}"
    return str(field.auto_id)


def typed(field: BoundField) -> str:
    """What stands in a field: as it was typed, or its value, or nothing."""
    value = field.value()
    return "" if value is None else str(value)


def chosen(field: BoundField) -> list[str]:
    """The values that are ticked in a field of choices."""
    value = field.value()
    if value is None or value == "":
        return []
    return [str(one) for one in value] if isinstance(value, (list, tuple, set)) else [str(value)]


def sentences(field: BoundField) -> list[str]:
    """What is wrong with a field, each as a sentence that says what to do."""
    return [sentence_of(field, error) for error in field.errors.as_data()]


def sentence_of(field: BoundField, error: ValidationError) -> str:
    """Our words where Django has only 'This field is required.'; else the error's own."""
    said = " ".join(error.messages)
    if error.code != "required" or said != REQUIRED:
        return said
    widget = field.field.widget
    if isinstance(widget, CheckboxInput):
        return f"Tick the box: {within(str(field.label))}."
    if isinstance(widget, FileInput):
        return f"Choose {within(str(field.label))}."
    verb, label = "Choose" if isinstance(widget, ChoiceWidget) else "Enter", str(field.label)
    if label.split(" ")[0] in QUESTIONS or label.endswith("?"):
        return f"{verb} an answer to ‘{label}’."
    return f"{verb} the {within(label)}."


def first_target(form: BaseForm) -> str:
    """Where a link lands that is about the form as a whole: its first field that shows; the page, where it has none."""
    fields = form.visible_fields() or list(form)
    return target(fields[0]) if fields else "main-content"


def notices(request: HttpRequest | None) -> Iterable[Message]:
    """What was done a moment ago; nothing on a page that has no request."""
    return get_messages(request) if request else []


def url(name: str, *args: Any, **kwargs: Any) -> str:
    return reverse(name, args=args or None, kwargs=kwargs or None)


def environment(**options: Any) -> Environment:
    options["undefined"] = ChainableUndefined
    made = Environment(trim_blocks=True, lstrip_blocks=True, **options)
    made.globals.update(static=static, url=url, now=timezone.localtime, notices=notices)
    made.globals.update(providers=providers, json_script=json_script)
    made.filters.update(day=day, day_short=day_short, moment=moment, clock=clock)
    made.filters.update(parts=parts, wrong_boxes=wrong_boxes, target=target, first_target=first_target)
    made.filters.update(typed=typed, chosen=chosen, sentences=sentences)
    return made
