"""Two people at once, on two connections: neither can contradict the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker

from conftest import Cast, make_cast
from meg.partnership.seats import seated
from meg.protect.children.models import Child
from meg.protect.children.rules import Unfit
from meg.protect.missing.actions import record_episode, record_return
from meg.protect.missing.models import Correction, Episode
from meg.protect.missing.tests.conftest import NOW, told


@pytest.fixture
def cast(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Cast]:
    """The cast in a database of its own: what two connections are to see must be committed, and nothing is
    deleted.
    """
    with django_db_blocker.unblock():
        connection.close()
        connection.creation.clone_test_db("at_once", verbosity=0)
        name = connection.settings_dict["NAME"]
        connection.settings_dict["NAME"] = connection.creation.get_test_db_clone_settings("at_once")["NAME"]
        try:
            yield make_cast()
        finally:
            connection.close()
            connection.settings_dict["NAME"] = name
            connection.creation.destroy_test_db(suffix="at_once", verbosity=0)


@pytest.fixture
def keira(cast: Cast) -> Child:
    return cast.child(agency="Penfield Academy")


def at_once(cast: Cast, work: Callable[[str], object]) -> list[str]:
    """Do the same work as Helen and as Daniel at the same moment. What each was told; empty where it was
    done.
    """
    ready = Barrier(2)

    def one(name: str) -> str:
        try:
            with seated(cast.by(name)):
                ready.wait(10)
                work(name)
        except Unfit as unfit:
            return str(unfit)
        finally:
            connection.close()
        return ""

    with ThreadPoolExecutor(2) as pool:
        return sorted(pool.map(one, ("helen", "daniel")))


def test_two_reports_of_one_child_make_one_episode(cast: Cast, keira: Child) -> None:
    said = at_once(cast, lambda name: record_episode(by=cast.by(name), child=keira, told=told(), now=NOW))
    assert said == ["", "This lies over another episode of the same child, 20 November 2026 17:15 to 22:40."]
    with seated(cast.by("helen")):
        assert Episode.objects.count() == 1


def test_two_returns_are_recorded_once(cast: Cast, keira: Child) -> None:
    with seated(cast.by("helen")):
        episode = record_episode(by=cast.by("helen"), child=keira, told=told(returned_at=None), now=NOW)

    def back(name: str) -> None:
        hour = timedelta(hours=1 if name == "helen" else 2)
        record_return(by=cast.by(name), episode=episode, returned_at=NOW - hour, now=NOW)

    said = at_once(cast, back)
    assert said[0] == ""
    assert said[1].startswith("The return is recorded already: 24 November 2026 0")
    with seated(cast.by("helen")):
        assert Correction.objects.count() == 1
