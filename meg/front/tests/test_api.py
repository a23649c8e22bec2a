"""The API against its own description: generated requests, under the seats of the cast, on the real database."""

from __future__ import annotations

from typing import Any

import pytest
import requests
import schemathesis
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from conftest import Cast
from meg.front.api import api

OURS, THEIRS = "Keira", "Ottilie"
DESCRIPTION = schemathesis.openapi.from_dict(api.get_openapi_schema())
OPERATIONS: list[Any] = [found.ok() for found in DESCRIPTION.get_all_operations()]  # type: ignore[union-attr]


def sent(client: Client, case: schemathesis.Case[Any], path: str) -> schemathesis.Response:
    """A generated request, through the whole of the site."""
    answer = client.generic(
        case.method, path, headers={str(name): str(value) for name, value in (case.headers or {}).items()}
    )
    request = requests.Request(case.method, "http://testserver" + path).prepare()
    headers = {name: [value] for name, value in answer.headers.items()}
    return schemathesis.Response(answer.status_code, headers, answer.content, request, 0.0, verify=False)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.label)
@pytest.mark.parametrize("name", ["helen", "daniel", "amina", "arthur", "ruth", "grace", "adam"])
def test_what_it_answers_is_as_it_is_described(cast: Cast, as_member: Any, name: str, operation: Any) -> None:
    """Never an error of ours, always the shape and the status that are described, and no other agency’s child."""
    near = cast.child(given=OURS, agency="Penfield Academy")
    far = cast.child(given=THEIRS, family="Vane", agency="Caldershire Health")
    client = as_member(name)
    template = operation.path

    @given(data=st.data())
    @settings(
        max_examples=20, deadline=None, phases=[Phase.generate], database=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    )  # fmt: skip
    def holds(data: st.DataObject) -> None:
        case = data.draw(operation.as_strategy())
        here = data.draw(st.sampled_from([near.reference, far.reference, near.reference.lower(), ""]))
        path = template.replace("{reference}", here) if here else case.formatted_path
        response = sent(client, case, path)
        case.validate_response(response, excluded_checks=[schemathesis.checks.CHECKS.get_one("ignored_auth")])
        assert not (name == "daniel" and THEIRS.encode() in response.content)
        assert not (name == "amina" and OURS.encode() in response.content)
        assert name in ("helen", "daniel", "amina", "arthur") or response.status_code in (403, 404, 422)

    holds()


def test_a_stranger_gets_a_sentence_and_no_page(cast: Cast) -> None:
    child = cast.child()
    answer = Client().get(f"/api/children/{child.reference}")
    assert answer.status_code == 401
    assert answer.json()["detail"]


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_nothing_is_changed_by_it(cast: Cast, as_member: Any, method: str) -> None:
    child = cast.child(agency="Penfield Academy")
    answer = as_member("daniel").generic(method, f"/api/children/{child.reference}")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


def test_an_address_that_it_does_not_have(cast: Cast, as_member: Any) -> None:
    assert as_member("daniel").get("/api/nothing-here").status_code == 404
    assert as_member("daniel").get("/api/openapi.json").status_code == 200
