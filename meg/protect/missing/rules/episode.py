"""Plain rules about a missing episode: how long, in which order, and which words are of their day.

Sources: SSDA903 guide for MIS_START, MIS_END and the codes M and A; ACPO (2013) for the police's 'absent';
DfE statutory guidance on children who run away or go missing from home or care (January 2014) for 'missing'.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
HOUR = timedelta(hours=1)
DAY = timedelta(hours=24)
IN_HOURS_UNTIL = timedelta(hours=72)  # beyond this a duration is said in days
IN_CARE_ONLY = frozenset({"foster", "childrens_home", "supported"})
# SSDA903 PLACE to the settings of Appendix 1 of the strategy; every other placement is 'other'.
SETTING_OF_PLACEMENT = {
    "U1": "foster", "U2": "foster", "U3": "foster", "U4": "foster", "U5": "foster", "U6": "foster",
    "K1": "childrens_home", "K2": "childrens_home", "R1": "childrens_home",
    "H5": "supported", "K3": "supported", "P2": "supported",
    "P1": "own_home",
}  # fmt: skip


# ── how long ────────────────────────────────────────────────────────────────────────────────────────────────


def elapsed(start: datetime, end: datetime) -> timedelta:
    """Clock time from one aware moment to another, through the nights on which clocks change."""
    return end.astimezone(UTC) - start.astimezone(UTC)


def hours(start: datetime, end: datetime) -> float:
    """Clock hours from one aware moment to another."""
    return elapsed(start, end) / HOUR


def duration(length: timedelta, days_from: timedelta = IN_HOURS_UNTIL) -> str:
    """'40 min', '9 h', '13 h 25 min' and, from `days_from` on, '5 days 9 h'. Begun minutes do not count."""
    minutes = max(int(length.total_seconds()) // 60, 0)
    if length >= days_from:
        days, rest = divmod(minutes, 24 * 60)
        return " ".join([_days(days), *([f"{rest // 60} h"] if rest >= 60 else [])])
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h" + (f" {minutes % 60:02} min" if minutes % 60 else "")


def how_long(told: Told, now: datetime) -> str:
    """How long the episode has lasted until the return or until `now`; in days where only days are known."""
    end = told.returned_at or now
    if told.started_to_the_minute and (told.returned_at is None or told.returned_to_the_minute):
        return duration(elapsed(told.started_at, end))
    days = (london_day(end) - london_day(told.started_at)).days
    return _days(days) if days else "within a day"


def _days(days: int) -> str:
    return f"{days} day" if days == 1 else f"{days} days"


# ── when, in words ──────────────────────────────────────────────────────────────────────────────────────────


def london_day(moment: datetime) -> date:
    """The day of a moment in Europe/London."""
    return moment.astimezone(LONDON).date()


def first_minute(day: date) -> datetime:
    """The first minute of a day in Europe/London, in UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=LONDON).astimezone(UTC)


def when(moment: datetime, to_the_minute: bool, now: datetime) -> str:
    """'Wed 25 Nov 05:55', with the year where it is not this one; no time where only the day is known."""
    local = moment.astimezone(LONDON)
    year = "" if local.year == now.astimezone(LONDON).year else f" {local.year}"
    return f"{local:%a} {local.day} {local:%b}{year}" + (f" {local:%H:%M}" if to_the_minute else "")


def span(told: Told) -> str:
    """'20 November 2026 17:15 to 22:40'; with the second day where it is another; open where there is no
    return.
    """
    start = day_and_clock(told.started_at, told.started_to_the_minute)
    if told.returned_at is None:
        return f"{start}, still open"
    if london_day(told.returned_at) != london_day(told.started_at):
        return f"{start} to {day_and_clock(told.returned_at, told.returned_to_the_minute)}"
    return f"{start} to {told.returned_at.astimezone(LONDON):%H:%M}" if told.returned_to_the_minute else start


def day_and_clock(moment: datetime, to_the_minute: bool = True) -> str:
    """'20 November 2026 17:15'; the day alone where no more is known."""
    local = moment.astimezone(LONDON)
    return f"{local.day} {local:%B %Y}" + (f" {local:%H:%M}" if to_the_minute else "")


# ── what is told of an episode, and what cannot be ──────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Told:
    """What is told of an episode. Moments are aware; one known by its day alone is that day's first
    minute.
    """

    missing_from: str
    care_status: str
    police_category: str
    setting: str
    started_at: datetime
    started_to_the_minute: bool = True
    reported_at: datetime | None = None
    reported_by: str = ""
    returned_at: datetime | None = None
    returned_to_the_minute: bool = True
    last_seen_place: str = ""
    reported_to: str = ""
    located_at: datetime | None = None

    def as_missing(self) -> Told:
        """The same, recorded as missing: by the carer's word for a child looked after, else by the police's."""
        if self.care_status:
            return replace(self, care_status="M")
        return replace(self, police_category="MISSING")

    @classmethod
    def names(cls) -> tuple[str, ...]:
        return tuple(field.name for field in fields(cls))


@dataclass(frozen=True)
class Known:
    """What the rules need beside it: the time, the child's birth, the police's words on the day it began."""

    now: datetime
    born: date | None
    police_words: frozenset[str]


def start_in_the_future(told: Told, known: Known) -> bool:
    """The time the child was last seen is in the future. Check the date and the time."""
    return told.started_at > known.now


def start_before_birth(told: Told, known: Known) -> bool:
    """On that day the child was not born yet. Check the date, or the date of birth on the child’s record."""
    return known.born is not None and london_day(told.started_at) < known.born


def report_in_the_future(told: Told, known: Known) -> bool:
    """The time of the report is in the future. Check the date and the time."""
    return told.reported_at is not None and told.reported_at > known.now


def report_before_start(told: Told, known: Known) -> bool:
    """The report is before the time the child was last seen. Check both times."""
    return told.reported_at is not None and told.reported_at < told.started_at


def return_in_the_future(told: Told, known: Known) -> bool:
    """The time of the return is in the future. Record it when the child is back."""
    return told.returned_at is not None and told.returned_at > known.now


def return_before_start(told: Told, known: Known) -> bool:
    """The return is before the time the child was last seen. Check both times."""
    return told.returned_at is not None and told.returned_at < told.started_at


def found_in_the_future(told: Told, known: Known) -> bool:
    """The time the child was found is in the future. Record it when it is so."""
    return told.located_at is not None and told.located_at > known.now


def found_before_start(told: Told, known: Known) -> bool:
    """The child was found before the time they were last seen. Check both times."""
    return told.located_at is not None and told.located_at < told.started_at


def found_after_return(told: Told, known: Known) -> bool:
    """The child was found after the return. Check both times."""
    if told.located_at is None or told.returned_at is None or not told.returned_to_the_minute:
        return False
    return told.located_at > told.returned_at


def care_word_for_home(told: Told, known: Known) -> bool:
    """‘Missing’ and ‘away from placement’ are words for a child who is looked after. Choose ‘does not
    apply’, or ‘from care’.
    """
    return told.missing_from == "home" and told.care_status != ""


def care_word_wanting(told: Told, known: Known) -> bool:
    """Say whether the child is missing or away from placement: it is known where they are, or it is not."""
    return told.missing_from == "care" and told.care_status == ""


def police_word_wanting(told: Told, known: Known) -> bool:
    """Say how the police recorded it: for a child missing from home nothing else says that they are
    missing.
    """
    return told.missing_from == "home" and told.care_status == "" and told.police_category == ""


def police_word_of_another_time(told: Told, known: Known) -> bool:
    """The police did not use this word on that day: ‘absent’ was used from April 2013 to the end of 2017."""
    return told.police_category not in ("", *known.police_words)


def setting_against_home(told: Told, known: Known) -> bool:
    """Foster care, a children’s home and supported lodgings are care. Choose another setting, or ‘from
    care’.
    """
    return told.missing_from == "home" and told.setting in IN_CARE_ONLY


Rule = Callable[[Told, Known], bool]
RULES: tuple[tuple[str, Rule], ...] = (
    ("started_at", start_in_the_future),
    ("started_at", start_before_birth),
    ("reported_at", report_in_the_future),
    ("reported_at", report_before_start),
    ("returned_at", return_in_the_future),
    ("returned_at", return_before_start),
    ("located_at", found_in_the_future),
    ("located_at", found_before_start),
    ("located_at", found_after_return),
    ("care_status", care_word_for_home),
    ("care_status", care_word_wanting),
    ("police_category", police_word_wanting),
    ("police_category", police_word_of_another_time),
    ("setting", setting_against_home),
)


def broken(told: Told, known: Known) -> list[tuple[str, str]]:
    """The rules that what is told breaks: the field each is about, and its sentence."""
    return [(field, sentence(rule)) for field, rule in RULES if rule(told, known)]


def sentence(rule: Rule) -> str:
    """A rule's message: its docstring on one line."""
    return " ".join((rule.__doc__ or "").split())


def over_another(other: Told) -> str:
    """What to say where an episode would lie over another of the same child."""
    if other.returned_at is None:
        began = day_and_clock(other.started_at, other.started_to_the_minute)
        return (
            f"This lies over another episode of the same child, which began on {began} and is still open. "
            "Record that return first."
        )
    return f"This lies over another episode of the same child, {span(other)}."


def setting_of(placement_type: str | None) -> str:
    """The setting of a placement (SSDA903 PLACE); own home where the child is not looked after (None)."""
    return "own_home" if placement_type is None else SETTING_OF_PLACEMENT.get(placement_type, "other")
