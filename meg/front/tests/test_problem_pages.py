"""What went wrong, in a sentence, with what to do; and nothing that tells a record is there."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import include, path

from conftest import Cast
from meg.config import urls as house


def fails(request: HttpRequest, how: str) -> HttpResponse:
    raise {
        "400": SuspiciousOperation("bad"),
        "403": PermissionDenied("no"),
        "500": ValueError("MEG-004217 Keira Dunstan"),
        "database": OperationalError("gone"),
    }[how]


urlpatterns = [path("account/fails/<how>/", fails), path("", include(house.urlpatterns))]
handler400, handler403, handler404 = house.handler400, house.handler403, house.handler404
handler500 = house.handler500


@pytest.mark.urls(__name__)
@pytest.mark.parametrize(
    ("how", "status", "words"),
    [("400", 400, "This could not be read"), ("403", 403, "This page is closed to you"),
     ("500", 500, "MEG has a problem"), ("database", 500, "MEG has a problem")],
)  # fmt: skip
def test_a_problem_is_a_page_with_a_sentence(db: None, how: str, status: int, words: str) -> None:
    client = Client(raise_request_exception=False)
    answer = client.get(f"/account/fails/{how}/")
    text = answer.content.decode()
    assert answer.status_code == status
    assert f'<h1 class="govuk-heading-l">{words}</h1>' in text
    assert "Go to the start page" in text
    assert "Keira" not in text
    assert "Traceback" not in text


def test_the_page_of_a_broken_database_asks_it_nothing() -> None:
    """No database mark: any question to it would fail this test."""
    from meg.front.views import server_error

    text = server_error(HttpRequest()).content.decode()
    assert "Call 999" in text
    assert "/static/govuk/govuk-frontend.min.css" in text


def test_what_is_not_there_is_the_same_page_whatever_was_asked(as_member: Callable[[str], Client]) -> None:
    client = as_member("daniel")
    pages = {
        client.get(f"/children/{asked}").content
        for asked in ("MEG-999999/", "MEG-999999/missing/no-such/", "no-such/deep/er/", "%00/")
    }
    assert len(pages) == 1
    text = pages.pop().decode()
    assert "There is nothing here for you" in text
    assert "csrfmiddlewaretoken" not in text, "a token would make each page different"
    assert "aria-current" not in text
    assert "Sign out" in text


def test_a_stranger_is_asked_to_sign_in_first(db: None) -> None:
    assert Client().get("/children/MEG-999999/")["Location"].startswith("/account/login/")


def test_a_form_without_its_token_is_not_sent(cast: Cast) -> None:
    answer = Client(enforce_csrf_checks=True).post("/account/login/", {"login": "a", "password": "b"})
    assert answer.status_code == 403
    assert "This page had been open too long" in answer.content.decode()
    assert "Nothing was changed." in answer.content.decode()


def test_health(db: None) -> None:
    answer = Client().get("/health")
    assert (answer.status_code, answer.content) == (200, b"well")
