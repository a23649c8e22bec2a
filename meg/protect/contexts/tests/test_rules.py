"""When two names are one; what may be recorded; addresses that hold no name."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from meg.protect.contexts import rules

ON = date(2026, 11, 24)
# What names are written with here: Latin letters with and without accents, digits, marks, and every kind of space.
LATIN = "".join(chr(code) for code in [*range(0x21, 0x7F), *range(0xC0, 0xD7), *range(0xD8, 0xF7), *range(0xF8, 0x180)])
WRITTEN = st.text(alphabet=LATIN + " \t\n\u00a0‘’“”–—", max_size=30)


@given(WRITTEN)
def test_to_say_it_again_changes_nothing(text: str) -> None:
    once = rules.same_words(text)
    assert rules.same_words(once) == once
    assert once == once.strip()
    assert "  " not in once


@given(WRITTEN, st.text(alphabet=" \t\n", max_size=3))
def test_case_and_spaces_tell_no_names_apart(text: str, space: str) -> None:
    said = rules.same_words(text)
    assert rules.same_words(space + text + space) == said
    assert rules.same_words(text.replace(" ", " " + space)) == said
    if text.isascii():
        assert rules.same_words(text.upper()) == rules.same_words(text.lower()) == said


@given(st.text(alphabet="abcde.-_0 ", max_size=12), st.text(alphabet="abcde.-_0 ", max_size=12))
def test_other_words_are_other_names(one: str, other: str) -> None:
    """No guess: only spaces at the ends, and how many stand between words, are not told apart."""
    assert (rules.same_words(one) == rules.same_words(other)) == (one.split() == other.split())


def test_the_database_says_the_same(db: None) -> None:
    @settings(max_examples=60, deadline=None)
    @given(st.lists(WRITTEN, min_size=20, max_size=60))
    def said(texts: list[str]) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT meg.same_words(t) FROM unnest(%s::text[]) WITH ORDINALITY AS x(t, n) ORDER BY n", [texts]
            )
            assert [row[0] for row in cursor.fetchall()] == [rules.same_words(text) for text in texts]

    said()


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("  Mill  Street ", "mill street", True),
        ("Café Zoë", "cafe zoe", True),
        ("Łódź Straße", "lodz strasse", True),
        ("game.hub", "game_hub", False),
        ("J", "J.", False),
        ("Mill Street", "Mill St", False),
    ],
)
def test_names(one: str, other: str, same: bool) -> None:
    assert (rules.same_words(one) == rules.same_words(other)) is same


def test_an_address_holds_no_name() -> None:
    assert rules.digest_of("person", "jay") != rules.digest_of("place", "jay")
    assert len(rules.digest_of("person", "jay")) == 16
    assert "jay" not in rules.digest_of("person", "jay")


def test_a_group_is_two_or_more() -> None:
    assert rules.AT_LEAST >= 2


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (rules.context_wrong("street", "x", "x", "x", ON + timedelta(1), ON), "kind"),
        (rules.context_wrong("place", " ", "x", "x", ON + timedelta(1), ON), "name"),
        (rules.context_wrong("place", "x" * 201, "x", "x", ON + timedelta(1), ON), "name"),
        (rules.context_wrong("place", "x", "", "x", ON + timedelta(1), ON), "known"),
        (rules.context_wrong("place", "x", "x", "", ON + timedelta(1), ON), "why"),
        (rules.context_wrong("place", "x", "x", "x" * 2001, ON + timedelta(1), ON), "why"),
        (rules.context_wrong("place", "x", "x", "x", ON, ON), "review_on"),
        (rules.level_wrong("grave", "x", "x"), "level"),
        (rules.level_wrong("high", "", "x"), "who"),
        (rules.level_wrong("high", "x", " "), "rationale"),
        (rules.review_wrong(ON, ON - timedelta(1), "x", ON + timedelta(1), ON), "held_on"),
        (rules.review_wrong(ON, ON + timedelta(1), "x", ON + timedelta(2), ON), "held_on"),
        (rules.review_wrong(ON, ON, "", ON + timedelta(1), ON), "words"),
        (rules.review_wrong(ON, ON, "x", ON, ON), "next_on"),
        (rules.link_wrong("other", {"seen"}, ON, ON), "how"),
        (rules.link_wrong("seen", {"seen"}, ON + timedelta(1), ON), "since"),
        (rules.why_wrong("", "Say why."), "why"),
        (rules.why_wrong("x" * 2001, "Say why."), "why"),
    ],
)
def test_each_bad_input_has_one_sentence(wrong: list[tuple[str, str]], field: str) -> None:
    assert [name for name, _ in wrong] == [field]
    assert wrong[0][1].count(".") in (1, 2)
    assert wrong[0][1].endswith(".")


def test_what_is_right_is_said_nothing_of() -> None:
    assert rules.context_wrong("peer", "x", "x", "x", ON + timedelta(1), ON) == []
    assert rules.level_wrong("low", "x", "x") == []
    assert rules.review_wrong(ON, ON, "x", ON + timedelta(1), ON) == []
    assert rules.link_wrong("seen", {"seen"}, ON, ON) == []
    assert rules.why_wrong("x", "Say why.") == []


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("CTX-000012", "CTX-000012"),
        ("ctx-12", "CTX-000012"),
        ("12", "CTX-000012"),
        ("REF-000012", ""),
        ("", ""),
        ("x\0", ""),
    ],
)
def test_a_reference_is_read_as_people_write_it(written: str, kept: str) -> None:
    assert rules.as_reference(written) == kept
