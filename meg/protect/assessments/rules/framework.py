"""A framework is a tool as data: factors with weighed answers, bands of the score, days until a review.

A tool advises and a person decides (DESIGN, law 7). 'Not known' is an answer without a weight: it is never nought.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from meg.protect.exploitation.rules import LEVELS

NOT_KNOWN = "not_known"
HEAVIEST = 20
LONGEST = 366  # days until a review
ONE_BAND = re.compile(r"(\d{1,4})\s*(?:(?:-|–|to)\s*(\d{1,4})|(\+|or more))\s*,\s*(\w+)\s*,\s*(\S.*)", re.IGNORECASE)
ONE_ANSWER = re.compile(r"(\d{1,4})\s*,\s*(\S.*)")
BAND_LIKE = "Write each band like ‘6-10, low, Category 2’, and the last like ‘16+, high, Category 4’."
ANSWER_LIKE = "Write each answer like ‘1, Some concern’: the weight, a comma, the words."


@dataclass(frozen=True)
class Answer:
    """One answer that a factor can have. `weight` is None where the answer says that it is not known."""

    code: str
    label: str
    weight: int | None


UNKNOWN = Answer(NOT_KNOWN, "Not known", None)


@dataclass(frozen=True)
class Factor:
    """One thing that is asked. `harm`: it is actual harm, and not a risk of harm."""

    code: str
    section: str
    label: str
    harm: bool
    answers: tuple[Answer, ...]

    @property
    def heaviest(self) -> int:
        """The most that this factor can add to the score."""
        return max((one.weight for one in self.answers if one.weight is not None), default=0)

    def answer(self, code: str) -> Answer | None:
        """The answer with this code; None where the factor has none such."""
        return next((one for one in self.answers if one.code == code), None)


@dataclass(frozen=True)
class Band:
    """From `least` to `most` points, both included, the tool proposes `level`. `most` is None for the last band."""

    least: int
    most: int | None
    level: str
    label: str

    @property
    def points(self) -> str:
        """'6 to 10', '16 or more'."""
        return f"{self.least} or more" if self.most is None else f"{self.least} to {self.most}"


@dataclass(frozen=True)
class Tool:
    """What a score is worked out from. With more than `most_missing` factors unanswered, nothing is proposed."""

    factors: tuple[Factor, ...]
    bands: tuple[Band, ...]
    most_missing: int


def band_of(bands: Sequence[Band], points: int) -> Band | None:
    """The band that holds a number of points; None where none does."""
    return next((one for one in bands if one.least <= points and (one.most is None or points <= one.most)), None)


def review_on(level: str, days: Mapping[str, int], given_on: date) -> date:
    """The day by which a level given on a day is reviewed. Raises: KeyError, where it is no level of the framework."""
    return given_on + timedelta(days=days[level])


def read_bands(text: str) -> tuple[Band, ...]:
    """Bands as they are typed, one a line: '0-5, low, Category 1'. Raises: ValueError with a sentence."""
    return tuple(_band(line.strip()) for line in text.splitlines() if line.strip())


def _band(line: str) -> Band:
    found = ONE_BAND.fullmatch(line)
    if not found:
        raise ValueError(f"‘{line[:60]}’ is not a band. {BAND_LIKE}")
    level = found[4].lower()
    if level not in LEVELS:
        raise ValueError(f"‘{found[4][:30]}’ is not a level. Write low, medium or high.")
    return Band(int(found[1]), int(found[2]) if found[2] else None, level, found[5].strip())


def written_bands(bands: Sequence[Band]) -> str:
    """Bands as they are typed."""
    return "\n".join(
        f"{one.least}{'+' if one.most is None else f'-{one.most}'}, {one.level}, {one.label}" for one in bands
    )


def read_answers(text: str) -> tuple[Answer, ...]:
    """Answers as they are typed, one a line: '1, Some concern'. 'Not known' is added. Raises: ValueError with a sentence."""
    made: list[Answer] = []
    for line in filter(None, (line.strip() for line in text.splitlines())):
        found = ONE_ANSWER.fullmatch(line)
        if not found:
            raise ValueError(f"‘{line[:60]}’ is not an answer. {ANSWER_LIKE}")
        if int(found[1]) > HEAVIEST:
            raise ValueError(f"A weight is at most {HEAVIEST}.")
        made.append(Answer(_slug(found[2]), found[2].strip(), int(found[1])))
    return (*made, UNKNOWN)


def _slug(words: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", words.lower()).strip("_")[:40]


def written_answers(answers: Sequence[Answer]) -> str:
    """Answers as they are typed; 'Not known' comes by itself."""
    return "\n".join(f"{one.weight}, {one.label}" for one in answers if one.weight is not None)


def bands_wrong(bands: Sequence[Band]) -> str:
    """Why bands cannot be used; empty where they can. They begin at nought, leave no gap, rise, and the last is open."""
    if not bands:
        return f"Enter the bands. {BAND_LIKE}"
    if bands[0].least != 0:
        return "The first band must begin at 0."
    if bands[-1].most is not None:
        return f"The last band must have no end. {BAND_LIKE}"
    for before, after in pairwise(bands):
        if before.most is None or before.most < before.least or after.least != before.most + 1:
            return f"The band ‘{after.label}’ must begin just after ‘{before.label}’ ends."
        if LEVELS.index(after.level) < LEVELS.index(before.level):
            return f"The band ‘{after.label}’ has more points and a lower level than ‘{before.label}’."
    return ""


def tool_wrong(tool: Tool, days: Mapping[str, int]) -> list[str]:
    """Why a framework cannot be published: each thing in a sentence."""
    return [*filter(None, [bands_wrong(tool.bands)]), *_days_wrong(days), *_factors_wrong(tool)]


def _days_wrong(days: Mapping[str, int]) -> Iterator[str]:
    for level in LEVELS:
        if not 1 <= days.get(level, 0) <= LONGEST:
            yield f"The days until a review of {level} must be from 1 to {LONGEST}."


def _factors_wrong(tool: Tool) -> Iterator[str]:
    if not tool.factors:
        yield "Add at least one factor."
    for factor in tool.factors:
        codes = [one.code for one in factor.answers]
        if len({one.weight for one in factor.answers if one.weight is not None}) < 2:
            yield f"‘{factor.label}’ needs at least two answers of different weight."
        if len(set(codes)) < len(codes):
            yield f"‘{factor.label}’ has the same answer twice."
    if tool.factors and not 0 <= tool.most_missing < len(tool.factors):
        yield "More answers may be missing than there are factors. Allow fewer."
