"""The frame of every page: who I am, my seat, the rooms of my seat and no other."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.http import HttpRequest
from django.test import Client

from conftest import PEOPLE, Cast
from meg.front.context import ROOMS, page

NAV = {
    "helen": [
        "Today",
        "Missing",
        "Referrals",
        "Tasks",
        "Contexts",
        "Meetings",
        "Transition",
        "Children",
        "Files in",
        "Scorecard",
    ],
    "daniel": ["Today", "Missing", "Referrals", "Tasks", "Contexts", "Meetings", "My children"],
    "nadia": ["Today", "Missing", "Referrals", "Tasks", "Contexts", "My children"],
    "fiona": ["Today", "Passed on"],
    "arthur": [
        "Today",
        "Missing",
        "Referrals",
        "Contexts",
        "Meetings",
        "Transition",
        "Children",
        "Files in",
        "Scorecard",
    ],
    "ruth": ["Today", "Scorecard", "Reports"],
    "colin": ["Today", "Scorecard", "Reports", "Specification"],
    "wendy": ["Today", "Scorecard", "Reports"],
    "grace": ["Today", "Trail", "Open a record"],
    "adam": ["Today", "Members", "Agencies"],
}


def rooms_of(text: str) -> list[str]:
    nav = re.search(r'<nav class="meg-nav".*?</nav>', text, re.DOTALL)
    return re.findall(r"<a[^>]*>([^<]+)</a>", nav[0]) if nav else []


@pytest.mark.parametrize("name", NAV)
def test_each_seat_has_its_own_rooms_and_no_other(as_member: Callable[[str], Client], name: str) -> None:
    text = as_member(name).get("/help/").content.decode()
    assert rooms_of(text) == NAV[name]
    assert f"<strong>Seat: {PEOPLE[name][0].label}</strong>" in text
    assert "Caldershire (demonstration)" in text


@pytest.mark.parametrize("name", NAV)
def test_only_who_works_with_children_is_offered_to_find_one(as_member: Callable[[str], Client], name: str) -> None:
    text = as_member(name).get("/help/").content.decode()
    form = re.search(r'<form class="meg-find"[^>]*>', text)
    assert (form is not None) == (name in ("helen", "daniel", "nadia", "arthur"))
    assert form is None or 'method="post"' in form[0], "a name never stands in an address"


def test_the_current_room_is_marked(cast: Cast) -> None:
    request = HttpRequest()
    request.by = cast.by("helen")  # type: ignore[attr-defined]
    rooms = {"children:child": "Children", "missing:report": "Missing", "intake:batch": "Files in"}
    rooms |= {"contexts:of_child": "Children", "contexts:plan_verb": "Contexts", "contexts:proposals": "Contexts"}
    rooms |= {"performance:indicator": "Scorecard", "performance:factors": "Scorecard"}
    rooms |= {"front:home": "Today", "front:help": ""}
    for view, label in rooms.items():
        request.resolver_match = type("Match", (), {"view_name": view})()
        current = page(request)["frame"].current
        assert (current.label if current else "") == label, view


def test_the_frame_asks_the_database_nothing(django_assert_num_queries: Callable[[int], object], cast: Cast) -> None:
    request = HttpRequest()
    request.by = cast.by("helen")  # type: ignore[attr-defined]
    with django_assert_num_queries(0):  # type: ignore[attr-defined]
        page(request)


def test_a_stranger_sees_no_room_and_nothing_to_sign_out_of(db: None) -> None:
    text = Client().get("/help/").content.decode()
    assert rooms_of(text) == []
    assert "Sign out" not in text
    assert "(demonstration)" in text


def test_signing_out_is_a_form(as_member: Callable[[str], Client]) -> None:
    text = as_member("helen").get("/help/").content.decode()
    assert re.search(r'<form action="/account/logout/" method="post".*?>Sign out</button>', text, re.DOTALL)


def test_the_marking_follows_what_the_seat_sees(as_member: Callable[[str], Client]) -> None:
    assert "OFFICIAL-SENSITIVE." in as_member("daniel").get("/help/").content.decode()
    figures = as_member("ruth").get("/help/").content.decode()
    assert "OFFICIAL. What is done here" in figures
    assert "OFFICIAL-SENSITIVE" not in figures


def test_every_room_has_an_address() -> None:
    from django.urls import reverse

    for room in ROOMS:
        assert reverse(room.name).startswith("/"), room.label


@pytest.mark.parametrize("address", ["/help/", "/help/keyboard/", "/help/accessibility/"])
def test_help_is_open_and_nothing_in_it_is_inline(db: None, address: str) -> None:
    response = Client().get(address)
    text = response.content.decode()
    assert response.status_code == 200
    assert text.count("<h1") == 1
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*src=)", text)
    assert "default-src 'none'" in response["Content-Security-Policy"]
