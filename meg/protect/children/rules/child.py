"""Plain rules about a child: references, dates as people type them, age, periods of care."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

REFERENCE = re.compile(r"MEG-\d{6,15}", re.ASCII)
NEXT_EPISODE = "X1"  # SSDA903 REC: this episode of care ceases and a new one begins on the same day
OLDEST = 25  # years: with care leavers and transition, nobody older is recorded as a child
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
NUMBERS = re.compile(r"(\d{1,2})[./ -](\d{1,2})[./ -](\d{4}|\d{2})", re.ASCII)
WORDS = re.compile(r"(\d{1,2}) ([a-z]{3,9}) (\d{4}|\d{2})", re.ASCII)
ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII)
A_DATE = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}|\d{1,2} [a-z]{3,9} \d{4}", re.ASCII | re.IGNORECASE)


class Unfit(Exception):
    """What was given cannot be recorded. The message is the sentence the person sees; `field` says where."""

    def __init__(self, sentence: str, field: str | None = None) -> None:
        super().__init__(sentence)
        self.field = field


class Unfits(Unfit):
    """Several things cannot be: `all` holds each field with its sentence."""

    def __init__(self, wrong: list[tuple[str, str]]) -> None:
        super().__init__(wrong[0][1], wrong[0][0])
        self.all = wrong


def as_reference(words: str) -> str | None:
    """A reference as it is kept, 'MEG-000123', from how it was written; None where it is not one."""
    written = words.strip().upper()
    return written if REFERENCE.fullmatch(written) else None


def _year(text: str, on: date) -> int:
    if len(text) == 4:
        return int(text)
    century = on.year - on.year % 100
    return int(text) + (century if int(text) <= on.year % 100 else century - 100)


def read_date(words: str, on: date) -> date | None:
    """A date as people type it (14/3/11, 14.3.2011, 14 March 2011, 2011-03-14), day before month; None where it is none.

    A year of two digits is the last such year that is not after `on`.
    """
    text = " ".join(words.strip().lower().split())
    if found := ISO.fullmatch(text):
        year, month, day = int(found[1]), int(found[2]), int(found[3])
    elif found := NUMBERS.fullmatch(text):
        year, month, day = _year(found[3], on), int(found[2]), int(found[1])
    elif (found := WORDS.fullmatch(text)) and found[2][:3] in MONTHS:
        year, month, day = _year(found[3], on), MONTHS.index(found[2][:3]) + 1, int(found[1])
    else:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def date_among(words: str, on: date) -> tuple[str, date | None]:
    """What was typed into one box, as the words and the date among them, if there is one."""
    for found in A_DATE.finditer(words):
        if read := read_date(found[0], on):
            return " ".join((words[: found.start()] + words[found.end() :]).split()), read
    return words, None


def age(born: date | None, on: date) -> int | None:
    """Age in whole years on a day; None where the date of birth is not known or lies after the day."""
    if born is None or born > on:
        return None
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def age_in_words(born: date | None, estimated_year: int | None, on: date) -> str:
    """'age 15'; 'age about 15, year of birth estimated'; empty where nothing is known."""
    years = age(born, on)
    if years is not None:
        return f"age {years}"
    return f"age about {max(on.year - estimated_year, 0)}, estimated" if estimated_year else ""


def check_birth(born: date | None, estimated_year: int | None, on: date) -> None:
    """A child has a date of birth, or a year of birth as estimated, or neither is known yet; never both.

    Raises: Unfit, in the future, or more than 25 years ago.
    """
    if born and estimated_year:
        raise Unfit("Give the date of birth or an estimated year, not both.", "estimated_birth_year")
    if born and born > on:
        raise Unfit("The date of birth is in the future.", "date_of_birth")
    if born and on.year - born.year > OLDEST:
        raise Unfit(f"The date of birth is more than {OLDEST} years ago.", "date_of_birth")
    if estimated_year and not on.year - OLDEST <= estimated_year <= on.year:
        raise Unfit(
            f"The estimated year of birth must be from {on.year - OLDEST} to {on.year}.", "estimated_birth_year"
        )


@dataclass(frozen=True)
class Care:
    """An unbroken period looked after. `ended` is None while it lasts."""

    started: date
    ended: date | None


def goes_on(ended: date | None, reason_ended: str, next_started: date) -> bool:
    """True where the next episode of care goes on from one that ended: by X1, or on the day it ended (SSDA903, REC)."""
    return ended is not None and (reason_ended == NEXT_EPISODE or next_started <= ended)


def periods_of_care(episodes: Iterable[tuple[date, date | None, str]]) -> list[Care]:
    """Join episodes of care (started, ended, reason ended) into unbroken periods looked after, oldest first.

    An episode that ends with X1 goes on in the next one (SSDA903 guide, REC); so does one that begins on the day
    another ends.
    """
    periods: list[Care] = []
    goes_on = False
    for started, ended, reason in sorted(episodes, key=lambda e: (e[0], e[1] or date.max)):
        last = periods[-1] if periods else None
        if last and (goes_on or last.ended is None or started <= last.ended):
            end = None if ended is None or (last.ended is None and started <= last.started) else ended
            periods[-1] = Care(last.started, end if end is None else max(end, last.ended or end))
        else:
            periods.append(Care(started, ended))
        goes_on = reason == NEXT_EPISODE
    return periods


def looked_after_on(episodes: Iterable[tuple[date, date | None]], day: date) -> bool:
    """True where an episode of care holds the day, its first and its last day included."""
    return any(started <= day and (ended is None or day <= ended) for started, ended in episodes)
