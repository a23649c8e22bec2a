"""What the tests of pages share: forms as they are sent, sentences of the summary, refusals seat by seat."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

from django.http.response import HttpResponseBase
from django.test import Client

from conftest import PEOPLE
from meg.protect.children.models import Child

SignIn = Callable[[str], Client]
FIGURES = ("ruth", "colin", "wendy", "adam", "fiona")
READERS = ("daniel", "nadia", "arthur")  # who reach Keira, and keep nothing


def boxes(name: str, day: str = "", month: str = "", year: str = "", clock: str | None = None) -> dict[str, str]:
    """The boxes of a date, with a clock those of a moment, as a browser sends them."""
    parts = [day, month, year, *([clock] if clock is not None else [])]
    return {f"{name}_{place}": text for place, text in enumerate(parts)}


def text_of(response: HttpResponseBase) -> str:
    return unescape(bytes(getattr(response, "content", b"")).decode())


def sentences(response: HttpResponseBase) -> list[str]:
    """The sentences of the error summary. Each lands on a control, and the title begins with 'Error:'."""
    page = text_of(response)
    assert "govuk-error-summary__list" in page, page[-3000:]
    listed = page.split("govuk-error-summary__list", 1)[1].split("</ul>", 1)[0]
    found: list[tuple[str, str]] = re.findall(r'<a href="#([^"]+)">([^<]+)</a>', listed)
    for target, _ in found:
        assert re.search(rf'<(input|select|textarea)[^>]* id="{re.escape(target)}"', page), target
    assert "<title>Error: " in page
    return [sentence for _, sentence in found]


def held(response: HttpResponseBase, name: str) -> str:
    """What stands in a text box of the page."""
    control = re.search(rf'<input[^>]* name="{re.escape(name)}"[^>]*>', text_of(response))
    assert control, name
    value = re.search(r'value="([^"]*)"', control[0])
    return value[1] if value else ""


def ticked(response: HttpResponseBase, name: str) -> set[str]:
    """Which choices of a group are ticked."""
    controls: list[str] = re.findall(rf'<input[^>]* name="{re.escape(name)}"[^>]*>', text_of(response))
    return {found[1] for one in controls if " checked" in one and (found := re.search(r'value="([^"]*)"', one))}


def assert_only_the_team(as_member: SignIn, address: str, child: Child) -> None:
    """The team gets the form; who only reads is told so in a sentence, and who does not reach the child gets a 404."""
    assert as_member("helen").get(address).status_code == 200
    for name in READERS:
        for response in (as_member(name).get(address), as_member(name).post(address, {})):
            assert response.status_code == 403, name
            assert "Only the exploitation team can change" in text_of(response), name
    for name in FIGURES:
        assert as_member(name).get(address).status_code == 403, name
    assert_same_as_nobody(as_member, address, child)


def assert_same_as_nobody(as_member: SignIn, address: str, child: Child) -> None:
    """A child the seat does not reach and one that does not exist give the same 404, byte for byte."""
    assert set(PEOPLE) >= {"amina", "grace"}
    for name in ("amina", "grace"):
        client = as_member(name)
        there, nowhere = client.get(address), client.get(address.replace(child.reference, "MEG-999999"))
        assert (there.status_code, nowhere.status_code) == (404, 404), name
        assert there.content == nowhere.content, name
