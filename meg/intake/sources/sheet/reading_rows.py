"""What each row says, and what in it cannot be understood: dates, codes, lengths, and the rules of the episode.

The rules are the missing room's own, the same that a form is held to.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any

from meg.intake.reading import NUL_SHOWN
from meg.intake.rules import shown
from meg.intake.sources.sheet.columns import Column, Dataset, Kind
from meg.intake.sources.sheet.mapping import Mapping as Told_by
from meg.protect.missing.rules import LONDON, Known, Told, broken, first_minute, moment_wrong

UNREADABLE, UNKNOWN, WANTING, LONG, BROKEN, NUL = "MEG30", "MEG31", "MEG32", "MEG33", "MEG34", "MEG01"
EARLIEST, LATEST = 1900, 2200  # years
A_FEW = 5000  # texts of a column that are kept as read
MINUTES = {
    f"{hour:02}:{minute:02}": timedelta(hours=hour, minutes=minute) for hour in range(24) for minute in range(60)
}
WRITTEN = re.compile(r"(\d{1,2}/\d{1,2}/\d{4}|\d{4}-\d{1,2}-\d{1,2})(?:[ T](\d{1,2}):(\d{2})(?::\d{2})?)?")
NOTHING_KEPT = "The row holds a NUL character (shown as ␀), which is not text. Take it out and send the row again."
SAME_DAY = (
    "The column {column} says the day on which the child left at a known time, and no time. Add the time, so that what came "
    "first can be told."
)
NO_PREVENTION = "The prevention interview was not held: fill in prevention_not_held_because."
AGAINST_HELD = (
    ("required", "no", "An interview that was held was required. Correct one of the two."),
    ("accepted", "no", "An interview that was held was accepted. Correct one of the two."),
    ("declined_by", "", "An interview that was held was not declined. Correct one of the two."),
    ("not_contactable", "yes", "The interview was held, so the child was reached. Correct one of the two."),
)
FIELD = {"started_at": "started", "reported_at": "reported", "located_at": "located", "returned_at": "returned"}


@dataclass(frozen=True)
class Issue:
    """What is wrong with a row: the rule's code, the columns it is about, the sentence."""

    code: str
    fields: tuple[str, ...]
    message: str


@dataclass
class Read:
    """One row: its number from 0, what was sent, what it says by column, and what is wrong."""

    number: int
    sent: list[str]
    said: dict[str, Any] = field(default_factory=dict)
    exact: dict[str, bool] = field(default_factory=dict)
    issues: list[Issue] = field(default_factory=list)


def read_moment(text: str, styles: tuple[str, ...]) -> tuple[datetime, bool] | None:
    """A date, or a date and time in Europe/London, as a moment in UTC, and whether the time is known. None where there
    is no such moment: also in the hour that the clocks leap over. In the hour that comes twice the first is meant.
    """
    for style in styles:
        try:
            local = datetime.strptime(text, style)
        except ValueError:
            continue
        return _moment(local, "%H" in style or "%I" in style)
    if text[10:11] == " " and (clock := MINUTES.get(text[11:])) is not None and (begins := _written_day(text[:10])):
        return begins + clock, True
    found = WRITTEN.fullmatch(text)
    day = _day(found[1]) if found else None
    if not found or not day:
        return None
    if found[2] is None:
        return first_minute(day), False
    hour, minute = int(found[2]), int(found[3])
    if hour > 23 or minute > 59:
        return None
    if begins := _begins(day):
        return begins + timedelta(hours=hour, minutes=minute), True
    return _moment(datetime(day.year, day.month, day.day, hour, minute), exact=True)


def _moment(local: datetime, exact: bool) -> tuple[datetime, bool] | None:
    if not EARLIEST <= local.year <= LATEST:
        return None
    if not exact:
        return first_minute(local.date()), False
    moment = local.replace(tzinfo=LONDON).astimezone(UTC)
    return (moment, True) if moment.astimezone(LONDON).replace(tzinfo=None) == local else None


@lru_cache(maxsize=4096)
def _day(text: str) -> date | None:
    """A day written 24/11/2026 or 2026-11-24. None where there is no such day."""
    parts = text.split("/")[::-1] if "/" in text else text.split("-")
    try:
        day = date(*(int(part) for part in parts))
    except ValueError:
        return None
    return day if EARLIEST <= day.year <= LATEST else None


@lru_cache(maxsize=4096)
def _begins(day: date) -> datetime | None:
    """When a day begins in London, in UTC. None for a day on which the clocks change: its hours are not counted alike."""
    first = datetime(day.year, day.month, day.day, tzinfo=LONDON)
    return first.astimezone(UTC) if first.utcoffset() == first.replace(hour=23, minute=59).utcoffset() else None


@lru_cache(maxsize=4096)
def _written_day(text: str) -> datetime | None:
    """When a day as it is written begins, in UTC: most rows name days that were named before. None where that says too little."""
    found = WRITTEN.fullmatch(text)
    day = _day(found[1]) if found else None
    return _begins(day) if day else None


@lru_cache(maxsize=4096)
def london_day(moment: datetime) -> date:
    """The day in London that a moment lies in."""
    return moment.astimezone(LONDON).date()


class Reader:
    """Reads the rows of sheets of one kind. `codes`: the code lists; `police_words`: the police's words and their days."""

    def __init__(
        self, dataset: Dataset, mapping: Told_by, now: datetime, codes: Mapping[str, Mapping[str, str]],
        police_words: list[tuple[str, date | None, date | None]],
    ) -> None:  # fmt: skip
        self.dataset, self.mapping = dataset, mapping
        self.now, self.codes, self.police_words = now, codes, police_words
        self.words_on: dict[date, frozenset[str]] = {}
        self.known: dict[tuple[date | None, date], Known] = {}
        # By column, what each text says that was read before: most columns hold a few texts again and again.
        self.by_column: list[tuple[str, dict[str, Any], Column]] = [(one.name, {}, one) for one in dataset.columns]
        self.must_be = [(place, one.name) for place, one in enumerate(dataset.columns) if one.required]

    def read(self, number: int, sent: list[str]) -> Read:
        """One row, given as text under our own columns in their order: what it says, and what in it is wrong."""
        row = Read(number, sent)
        said = row.said
        if NUL_SHOWN in "".join(sent):
            nul = tuple(name for name, text in zip(self.dataset.names, sent, strict=True) if NUL_SHOWN in text)
            row.issues.append(Issue(NUL, nul, NOTHING_KEPT))
            return row
        for text, (name, before, column) in zip(sent, self.by_column, strict=True):
            if text:
                if (value := before.get(text)) is not None:
                    said[name] = value
                else:
                    self._read(row, column, text, before)
        for place, name in self.must_be:
            if not sent[place]:
                row.issues.append(Issue(WANTING, (name,), f"The column {name} is empty. Fill it in."))
        if not row.issues:
            {"missing": self._episode, "return-interviews": self._interview, "referrals": self._referral}[
                self.dataset.name
            ](row)
        return row

    def _read(self, row: Read, column: Column, text: str, before: dict[str, Any]) -> None:
        """Read one text, and keep what it says where it may come again."""
        kind, name = column.kind, column.name
        if kind is Kind.DAY or kind is Kind.MOMENT:
            if found := read_moment(text, self.mapping.dates):
                row.said[name], row.exact[name] = found
            else:
                row.issues.append(Issue(UNREADABLE, (name,), f"‘{shown(text)}’ is not a date or time there is. "
                                        "Write it like 24/11/2026, or 24/11/2026 16:30."))  # fmt: skip
            return
        value: Any = text
        if kind is Kind.TEXT:
            if len(text) > column.longest:
                row.issues.append(Issue(LONG, (name,), f"The column {name} has {len(text)} characters; "
                                        f"the most is {column.longest}."))  # fmt: skip
                return
        elif kind is Kind.NUMBER:
            if not (text.isascii() and text.isdigit() and len(text) < 4):
                row.issues.append(Issue(UNREADABLE, (name,), f"‘{shown(text)}’ is not a whole number."))
                return
            value = int(text)
        elif (value := self._read_codes(row, column, text)) is None:
            return
        row.said[name] = value
        if len(before) < A_FEW:
            before[text] = value

    def _read_codes(self, row: Read, column: Column, text: str) -> list[str] | str | None:
        """Our code, or codes, for what stands in a column. None where one of them is unknown, or none is named."""
        parts = [part.strip() for part in text.split(";")] if column.kind is Kind.CODES else [text]
        allowed = column.codes or self.codes.get(column.name, {})
        own = self.mapping.codes.get(column.name, {})
        found = []
        for part in filter(None, parts):
            code = allowed.get(own.get(part.lower(), part).lower())
            if code is None:
                known = ", ".join(sorted(set(allowed.values())))
                row.issues.append(Issue(UNKNOWN, (column.name,), f"‘{shown(part)}’ is not a code of {column.name}. "
                                        f"The codes are: {shown(known, 200)}."))  # fmt: skip
                return None
            found.append(code)
        return found if column.kind is Kind.CODES else found[0]

    def _episode(self, row: Read) -> None:
        """Hold a tracker's row to the rules of the episode, with what is taken where it says nothing."""
        said = row.said
        if vague := [name for name in ("reported", "located", "returned") if self._same_day(row, name)]:
            row.issues.append(Issue(BROKEN, tuple(vague), SAME_DAY.format(column=vague[0])))
            return
        care = said.get("care_status", "")
        from_care = said.get("missing_from") == "care" or (not said.get("missing_from") and care != "")
        police = said.get("police_category", "") or ("" if care else "MISSING")
        if from_care and not care:
            care = "A" if police == "ABSENT" else "M"
        told = Told(
            "care" if from_care else "home", care, police, said.get("setting", "other"), said["started"],
            row.exact["started"], said.get("reported"), "", said.get("returned"), row.exact.get("returned", True), "", "",
            said.get("located"),
        )  # fmt: skip
        born = london_day(said["date_of_birth"]) if "date_of_birth" in said else None
        for name, sentence in broken(told, self._known(born, london_day(told.started_at))):
            row.issues.append(Issue(BROKEN, (FIELD.get(name, name),), sentence))
        if said.get("prevention_held") == "no" and "prevention_not_held_because" not in said:
            row.issues.append(Issue(WANTING, ("prevention_not_held_because",), NO_PREVENTION))

    @staticmethod
    def _same_day(row: Read, name: str) -> bool:
        """Whether a column gives only the day on which the child left at a known time."""
        started, moment = row.said["started"], row.said.get(name)
        return bool(
            moment and row.exact["started"] and not row.exact[name] and first_minute(london_day(started)) == moment
        )

    def _interview(self, row: Read) -> None:
        """What cannot be of an interview, whatever the episode is."""
        said = row.said
        if "started" not in said and "episode_id" not in said:
            row.issues.append(
                Issue(WANTING, ("started",), "The row does not say which episode it answers: fill in started.")
            )
        for name, what in (("offered", "The offer"), ("held", "The interview")):
            if name in said and (wrong := moment_wrong(what, said[name], [], self.now)):
                row.issues.append(Issue(BROKEN, (name,), wrong))
        if "held" in said and "held_by" not in said:
            row.issues.append(Issue(WANTING, ("held_by",), "The interview was held: fill in held_by."))
        for name, value, sentence in AGAINST_HELD:
            if "held" in said and name in said and value in ("", said[name]):
                row.issues.append(Issue(BROKEN, (name, "held"), sentence))

    def _referral(self, row: Read) -> None:
        """What cannot be of a referral: moments out of order, a level without a person or a reason, an end without an outcome."""
        said = row.said
        for name in ("received", "level_given", "taken_on", "closed"):
            if name in said and said[name] > self.now:
                row.issues.append(Issue(BROKEN, (name,), f"The column {name} is in the future. Check the date."))
            elif name in said and london_day(said[name]) < london_day(said["received"]):
                row.issues.append(Issue(BROKEN, (name,), f"The column {name} is before the referral was received."))
        for name in ("level_by", "level_reason"):
            if "level" in said and name not in said:
                row.issues.append(Issue(WANTING, (name,), f"A level needs who gave it and why: fill in {name}."))
        for one, other in (("closed", "outcome"), ("outcome", "closed")):
            if one in said and other not in said:
                row.issues.append(Issue(WANTING, (other,), f"The column {one} is filled in: fill in {other} too."))

    def _known(self, born: date | None, day: date) -> Known:
        if (born, day) not in self.known:
            if len(self.known) >= A_FEW:
                self.known.clear()
            self.known[born, day] = Known(self.now, born, self._words(day))
        return self.known[born, day]

    def _words(self, day: date) -> frozenset[str]:
        if day not in self.words_on:
            self.words_on[day] = frozenset(
                code
                for code, first, last in self.police_words
                if (not first or first <= day) and (not last or day <= last)
            )
        return self.words_on[day]
