"""What the tests of pages share: forms as they are sent, error summaries read, refusals seat by seat."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from django.http.response import HttpResponseBase
from django.test import Client

SignIn = Callable[[str], Client]
NOT_RECORDING = ("nadia", "arthur", "fiona", "ruth", "colin", "wendy", "grace", "adam")


def boxes(name: str, day: str = "", month: str = "", year: str = "", clock: str = "") -> dict[str, str]:
    """The boxes of a moment, as a browser sends them."""
    return {f"{name}_{place}": text for place, text in enumerate((day, month, year, clock))}


def report(**other: Any) -> dict[str, str]:
    """A report as a browser sends it: from home, 20 November 2025, back the same evening."""
    return {
        "missing_from": "home", "setting": "own_home", "care_status": "none", "police_category": "MISSING",
        **boxes("started_at", "20", "11", "2025", "17:15"),
        **boxes("reported_at", "20", "11", "2025", "18:00"),
        "reported_by": "Parent",
        **boxes("returned_at", "20", "11", "2025", "22:40"),
        **other,
    }  # fmt: skip


def text_of(response: HttpResponseBase) -> str:
    """The page as text."""
    return bytes(getattr(response, "content", b"")).decode()


def summary(response: HttpResponseBase) -> dict[str, str]:
    """The error summary: the id each sentence links to."""
    page = text_of(response)
    listed = page.split("govuk-error-summary__list", 1)[1].split("</ul>", 1)[0]
    found = re.findall(r'<a href="#([^"]+)">([^<]+)</a>', listed)
    return {sentence: target for target, sentence in found}


def assert_summary_lands(response: HttpResponseBase) -> None:
    """Each link of the summary lands on a control of the page; the title begins with 'Error:'."""
    page = text_of(response)
    found = summary(response)
    assert found, "no error summary"
    for target in found.values():
        assert re.search(rf'<(input|select|textarea)[^>]* id="{re.escape(target)}"', page), target
    assert "<title>Error: " in page


def assert_keeps(response: HttpResponseBase, sent: Mapping[str, str]) -> None:
    """Everything typed into the boxes stands in the page again, and every choice is ticked."""
    page = text_of(response)
    for name, value in sent.items():
        controls = re.findall(rf'<input[^>]* name="{re.escape(name)}"[^>]*>', page)
        assert controls, name
        held = [control for control in controls if f'value="{value}"' in control]
        assert held or not value, f"{name} lost {value!r}"
        if 'type="radio"' in controls[0]:
            assert "checked" in held[0], name


def assert_refused(as_member: SignIn, address: str) -> None:
    """Every seat that does not record is told so in a sentence, and gets no form."""
    for name in NOT_RECORDING:
        response = as_member(name).get(address)
        assert response.status_code == 403, name
        assert "Only the exploitation team" in response.content.decode()


def assert_same_as_nobody(as_member: SignIn, address: str, reference: str) -> None:
    """A child that the seat does not reach and one that does not exist give the same 404, byte for byte."""
    client = as_member("amina")
    there, nowhere = client.get(address), client.get(address.replace(reference, "MEG-999999"))
    assert (there.status_code, nowhere.status_code) == (404, 404)
    assert there.content == nowhere.content
