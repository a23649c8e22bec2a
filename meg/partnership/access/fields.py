"""Form fields for dates and times as people type them: three boxes for a date, one for the clock.

What was typed is shown again as it was typed, whatever is wrong with it. A sentence that is about one box names it
in its code ('box-1'), so that the error summary lands there and only that box is marked.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError

LONDON = ZoneInfo("Europe/London")
MONTHS = [f"{date(2000, month, 1):%B}" for month in range(1, 13)]
PARTS = ("day", "month", "year")
CLOCK = re.compile(r"(\d{1,2})[:.](\d{2})(?:\s*(GMT|BST))?", re.IGNORECASE)
CLOCK_LIKE = "must be hours and minutes, like 16:30."


class Boxes(forms.MultiWidget):
    """Text boxes named field_0, field_1 and so on."""

    def __init__(self, count: int) -> None:
        super().__init__([forms.TextInput() for _ in range(count)])

    def decompress(self, value: Any) -> list[str]:
        return boxes(value, len(self.widgets))


def boxes(value: date | datetime | None, count: int) -> list[str]:
    """A date or a moment as what stands in its boxes."""
    if value is None or value == "":
        return [""] * count
    local = value.astimezone(LONDON) if isinstance(value, datetime) else value
    filled = [str(local.day), str(local.month), str(local.year)]
    return [*filled, clock_of(local) if isinstance(local, datetime) else ""][:count]


def clock_of(local: datetime) -> str:
    """'16:30'; in the hour that comes twice also which of the two: '01:30 GMT'."""
    other = local.replace(fold=1 - local.fold)
    twice = local.utcoffset() != other.utcoffset()
    return f"{local:%H:%M} {local.tzname()}" if twice else f"{local:%H:%M}"


def wrong(sentence: str, box: int) -> ValidationError:
    return ValidationError(sentence, code=f"box-{box}")


def within(label: str) -> str:
    """A label as it stands within a sentence: 'date of birth', but 'NHS number'."""
    return label if label[1:2].isupper() or label.startswith("I ") else label[:1].lower() + label[1:]


def read_date(label: str, day: str, month: str, year: str) -> date:
    """The date that three boxes hold.

    Raises: ValidationError with one sentence that says what is wrong; its code names the box.
    """
    texts = (day, month, year)
    missing = [name for name, text in zip(PARTS, texts, strict=True) if not text]
    if missing:
        raise wrong(f"{label} must have a {' and a '.join(missing)}.", PARTS.index(missing[0]))
    for box, text in enumerate(texts):
        if not (text.isascii() and text.isdigit() and len(text) <= 4):
            raise wrong(f"{label} must be in numbers, like 14 3 2011.", box)
    if len(year) != 4:
        raise wrong(f"{label} must have a year of four numbers, like 2011.", 2)
    if not 1 <= int(month) <= 12:
        raise wrong(f"{label} must have a month from 1 to 12.", 1)
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        raise wrong(f"{int(day)} {MONTHS[int(month) - 1]} {year} is not a date.", 0) from None


def read_clock(label: str, text: str) -> tuple[time, str]:
    """A time of day as hours and minutes, and 'GMT' or 'BST' where that was said.

    Raises: ValidationError with one sentence.
    """
    found = CLOCK.fullmatch(text)
    if not found or int(found[1]) > 23 or int(found[2]) > 59:
        raise ValidationError(f"{label} {CLOCK_LIKE}")
    return time(int(found[1]), int(found[2])), (found[3] or "").upper()


def at(label: str, day: date, clock: time, zone: str = "") -> datetime:
    """The moment of a day and a clock in Europe/London, in UTC.

    In the hour that comes twice in October the first is meant, unless the zone says 'GMT'.
    Raises: ValidationError, where the clocks went forward over that time, or the zone was not kept then.
    """
    local = datetime.combine(day, clock, tzinfo=LONDON).replace(fold=int(zone == "GMT"))
    moment = local.astimezone(UTC)
    if moment.astimezone(LONDON).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise ValidationError(f"{label}: there was no {clock:%H:%M} that night, the clocks went forward.")
    if zone and local.tzname() != zone:
        raise ValidationError(f"{label}: the clocks were on {local.tzname()} then, not {zone}.")
    return moment


class DateParts(forms.Field):
    """A date in three boxes. Empty boxes are no value."""

    count = 3

    def __init__(self, *, label: str, **options: Any) -> None:
        super().__init__(label=label, widget=Boxes(self.count), **options)
        self.required_words = (options.get("error_messages") or {}).get("required", "")

    def clean(self, value: Sequence[str | None] | None) -> Any:
        texts = [(text or "").strip() for text in (value or [""] * self.count)]
        if not any(texts):
            if self.required:
                raise wrong(self.required_words or f"Enter the {within(str(self.label))}.", 0)
            return None
        found = self.read(texts)
        self.run_validators(found)
        return found

    def read(self, texts: list[str]) -> Any:
        return read_date(str(self.label), *texts)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return [text or "" for text in (data or [""] * self.count)] != boxes(initial, self.count)


class MomentField(DateParts):
    """A date in three boxes and a time in a fourth: an aware moment, in UTC."""

    count = 4

    def read(self, texts: list[str]) -> datetime:
        label = str(self.label)
        day = read_date(label, *texts[:3])
        if not texts[3]:
            raise wrong(f"{label} must have a time.", 3)
        try:
            return at(label, day, *read_clock("Time", texts[3]))
        except ValidationError as error:
            raise wrong(str(error.message), 3) from None


class ClockField(forms.CharField):
    """A time of day in one box, like 16:30."""

    def clean(self, value: Any) -> Any:
        text = str(super().clean(value)).strip()
        return read_clock(str(self.label), text)[0] if text else None

    def prepare_value(self, value: Any) -> Any:
        return f"{value:%H:%M}" if isinstance(value, time) else value
