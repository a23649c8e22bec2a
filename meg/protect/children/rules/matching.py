"""Why a child was found, in words: the same, sounding alike, close in spelling; never a percentage."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

PLACES = ("First name", "Family name")


@dataclass(frozen=True)
class Called:
    """One recorded name of a child; `kind` is name, other or former."""

    kind: str
    given: str
    family: str

    @property
    def words(self) -> list[str]:
        return words_of(f"{self.given} {self.family}")


def fold(text: str) -> str:
    """Capitals without accents or apostrophes; hyphens part words. The database's meg.fold says the same."""
    plain = unicodedata.normalize("NFD", text.replace("’", "'").replace("'", ""))
    kept = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return " ".join("".join(c if c.isalnum() else " " for c in kept).upper().split())


def words_of(text: str) -> list[str]:
    return fold(text).split()


def same_name(asked: str, names: Sequence[Called]) -> bool:
    """True where one recorded name has exactly the words asked for, in any order."""
    wanted = sorted(words_of(asked))
    return bool(wanted) and any(sorted(name.words) == wanted for name in names)


def why_birth(asked: date | None, born: date | None) -> tuple[str, int]:
    """How the date of birth agrees, and how strong a reason that is (0 to 3)."""
    if not asked or not born:
        return "", 0
    if asked == born:
        return "Date of birth is the same", 3
    if (asked.day, asked.month, asked.year) == (born.month, born.day, born.year):
        return "Date of birth with day and month swapped", 2
    same = [word for word in ("day", "month", "year") if getattr(asked, word) == getattr(born, word)]
    return (f"{same[0].title()} and {same[1]} of birth agree", 1) if len(same) == 2 else ("", 0)


def why_name(asked: str, names: Sequence[Called]) -> tuple[str, int, str]:
    """How the name agrees: the reason, its strength (0 to 3), and which recorded words were taken for which."""
    wanted = words_of(asked)
    if not wanted:
        return "", 0, ""
    main = next((name for name in names if name.kind == "name"), None)
    if main and sorted(main.words) == sorted(wanted):
        return "Name is the same", 3, ""
    for name in names:
        if name is not main and (sorted(name.words) == sorted(wanted) or set(name.words) & set(wanted) - _main(main)):
            label = "Former name" if name.kind == "former" else "Other name"
            return f"{label} is the same", 2, f"Recorded {label.lower()}: {f'{name.given} {name.family}'.strip()}"
    return _parts(wanted, main)


def _main(main: Called | None) -> set[str]:
    return set(main.words) if main else set()


def _parts(wanted: list[str], main: Called | None) -> tuple[str, int, str]:
    if main is None:
        return "", 0, ""
    parts = dict(zip(PLACES, (words_of(main.given), words_of(main.family)), strict=True))
    for label, words in parts.items():
        if words and set(words) <= set(wanted):
            other = [word for word in main.words if word not in words]
            left = [word for word in wanted if word not in words]
            return f"{label} is the same", 2, _taken(left, other)
    return "Name is close", 1, _taken(wanted, main.words)


def _taken(wanted: list[str], words: list[str]) -> str:
    """'Keira for kiera, Dunstan for dunston': what was recorded, for what was asked."""
    pairs = [(min(words, key=lambda word: _apart(word, asked)), asked) for asked in wanted if words]
    near = [(kept, asked) for kept, asked in pairs if _apart(kept, asked) <= len(asked) * 0.6]
    return ", ".join(f"{kept.title()} for {asked.lower()}" for kept, asked in near)


def _apart(one: str, other: str) -> int:
    """Letters to change, add or leave out until two words are the same (Levenshtein)."""
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        last, row[0] = row[0], i
        for j, b in enumerate(other, 1):
            last, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, last + (a != b))
    return row[-1]


def reasons(
    asked: str, asked_birth: date | None, names: Sequence[Called], born: date | None, number: str = ""
) -> list[str]:
    """Why this child was found, strongest reason first. `number` names an identifier that was asked for."""
    birth, birth_weight = why_birth(asked_birth, born)
    name, name_weight, taken = ("", 0, "") if number else why_name(asked, names)
    found = [(4, f"{number} is the same")] if number else []
    found += [(birth_weight, birth), (name_weight, name), (0, taken)]
    return [words for weight, words in sorted(found, key=lambda pair: -pair[0]) if words]
