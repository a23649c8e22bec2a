"""Where a report begins: with the child."""

from __future__ import annotations

from conftest import Cast
from meg.protect.missing.tests.pages import SignIn, assert_refused


def test_the_child_is_found_first(cast: Cast, as_member: SignIn) -> None:
    for name in ("helen", "daniel"):
        page = as_member(name).get("/missing/start/").content.decode()
        assert 'action="/children/find/"' in page.split("<main")[1]
        assert "call 999 first" in page
        assert ("Add the child" in page) == (name == "helen")


def test_who_cannot_record_is_told_so(cast: Cast, as_member: SignIn) -> None:
    assert_refused(as_member, "/missing/start/")


def test_it_is_only_read(cast: Cast, as_member: SignIn) -> None:
    assert as_member("helen").post("/missing/start/").status_code == 405
