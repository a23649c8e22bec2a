"""When what people recorded is proposed as a group. Exact words only: nothing is guessed, and nothing is predicted."""

from __future__ import annotations

import unicodedata
from hashlib import sha256

AT_LEAST = 2
"""So many children must have the same words in their records. MEG's own: the least that is more than one child's own matter."""

WITHIN_DAYS = 365
"""Records so many days back, by the day of the referral or of the interview. MEG's own: what is older is in each child's record,
and says little of who is at a place now."""

KIND_FOR = {"place": "place", "online": "online", "person": "peer"}
"""What kind of context would be opened for what was named."""

# Letters that are no other letter with an accent, as the database's unaccent writes them.
LETTERS = str.maketrans({
    "ß": "ss", "æ": "ae", "œ": "oe", "ĳ": "ij", "ø": "o", "ł": "l", "ŀ": "l", "đ": "d", "ð": "d", "þ": "th", "ħ": "h", "ı": "i",
    "ŧ": "t", "ŋ": "n", "ĸ": "q", "ʼ": "'", "‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "—": "-",
})  # fmt: skip


def same_words(text: str) -> str:
    """By which two names are one: trimmed, in small letters, without accents, one space between words. Nothing else is taken
    away, so that two names online that differ by a dot stay two. The database's meg.same_words says the same.
    """
    plain = unicodedata.normalize("NFD", text)
    kept = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return " ".join(kept.casefold().translate(LETTERS).split())


def kind_for(named: str) -> str:
    """The kind of context for what was named: a place, a place online, a person."""
    return KIND_FOR[named]


def digest_of(kind: str, words: str) -> str:
    """By which a proposal is addressed: no name of a person stands in an address. 16 of the digits of SHA-256."""
    return sha256(f"{kind}:{words}".encode()).hexdigest()[:16]
