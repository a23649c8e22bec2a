"""A sheet from a page: what it would do, loaded or left; rejected rows corrected in a page and sent again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from conftest import PEOPLE, Cast
from meg.intake import actions, jobs
from meg.intake.models import Batch, File, Row
from meg.intake.tests.sending import MISSING, Post, Return
from meg.partnership.seats import Refused, seated
from meg.partnership.trail.models import Entry
from meg.protect.children.models import Child
from meg.protect.missing.models import Episode

AS = Callable[[str], Client]
HEADS = "child_id,started,returned,care_status"
GOOD = "A1,05/01/2026 20:15,06/01/2026 07:40,M"
BAD = "A1,31/02/2026 20:15,06/03/2026 07:40,M"
UNKNOWN = "ZZ9,05/02/2026 20:15,06/02/2026 07:40,M"
BROKEN = Return(missing=MISSING + "\nA3,05/04/2005,M,31/02/2018,\nA3,05/04/2005,M,30/02/2018,")


@pytest.fixture
def child(cast: Cast) -> Child:
    return cast.child(agency="Penfield Academy", number="A1")


@pytest.fixture
def helen(as_member: AS) -> Client:
    return as_member("helen")


def text(response: Any) -> str:
    return str(response.content.decode())


def send(client: Client, *rows: str, dataset: str = "missing", heads: str = HEADS, **more: Any) -> Any:
    content = "\n".join([heads, *rows]).encode()
    sheet = SimpleUploadedFile("tracker.csv", content)
    return client.post("/files-in/", {"dataset": dataset, "year": "", "returned": [sheet], **more})


def work(cast: Cast, number: int) -> None:
    """What the worker does with a batch that was sent."""
    by = cast.by("helen")
    jobs.load_batch(number, {**by.__dict__, "seat": by.seat.value})


def latest(cast: Cast) -> Batch:
    with seated(cast.by("helen")):
        return Batch.objects.latest("pk")


def previewed(cast: Cast, client: Client, *rows: str, **more: Any) -> Batch:
    assert send(client, *rows, **more).status_code == 302
    work(cast, latest(cast).pk)
    return latest(cast)


def loaded(cast: Cast, client: Client, *rows: str) -> Batch:
    batch = previewed(cast, client, *rows)
    client.post(f"/files-in/{batch.pk}/decide/", {"what": "load"})
    work(cast, batch.pk)
    return latest(cast)


def test_a_sheet_is_shown_before_it_is_loaded(cast: Cast, child: Child, helen: Client) -> None:
    batch = previewed(cast, helen, GOOD, BAD, UNKNOWN)
    assert batch.state == Batch.State.PREVIEWED
    with seated(cast.by("helen")):
        assert not Episode.objects.exists()
        assert not Row.objects.exists()
    page = text(helen.get(f"/files-in/{batch.pk}/"))
    assert f"Batch {batch.pk}: what loading it would do" in page
    assert "An episode from 05/01/2026 20:15 to 06/01/2026 07:40, other setting" in page
    assert child.reference in page
    assert "‘31/02/2026 20:15’ is not a date or time there is." in page
    assert "1 to be matched with a child" in page

    helen.post(f"/files-in/{batch.pk}/decide/", {"what": "load"})
    work(cast, batch.pk)
    batch = latest(cast)
    assert (batch.state, batch.created, batch.rejected) == ("loaded", 1, 2)
    again = helen.post(f"/files-in/{batch.pk}/decide/", {"what": "load"}, follow=True)
    assert f"Batch {batch.pk} was decided on already." in text(again)


def test_what_a_corrected_sheet_would_change(cast: Cast, child: Child, helen: Client) -> None:
    loaded(cast, helen, GOOD)
    page = text(helen.get(f"/files-in/{previewed(cast, helen, GOOD.replace('07:40', '09:10')).pk}/"))
    assert "return: 06/01/2026 07:40 becomes 06/01/2026 09:10" in page
    with seated(cast.by("helen")):
        assert f"{Episode.objects.current().get().returned_at:%H:%M}" == "07:40"


def test_what_return_interviews_would_do(cast: Cast, child: Child, helen: Client) -> None:
    loaded(cast, helen, GOOD)
    more: dict[str, Any] = {"dataset": "return-interviews", "heads": "child_id,started,offered,held,held_by"}
    offered = "A1,05/01/2026 20:15,06/01/2026 12:00,,"
    batch = previewed(cast, helen, offered, **more)
    assert batch.preview is not None
    assert [one["what"] for one in batch.preview["created"]] == ["A return interview, offered"]
    helen.post(f"/files-in/{batch.pk}/decide/", {"what": "load"})
    work(cast, batch.pk)
    page = previewed(cast, helen, offered.replace(",,", ",08/01/2026 16:00,Nadia"), **more)
    assert page.preview is not None
    assert [one["what"] for one in page.preview["changed"]] == ["The return interview: offered becomes held"]


def test_a_sheet_that_was_looked_at_can_be_left(cast: Cast, child: Child, helen: Client) -> None:
    batch = previewed(cast, helen, GOOD)
    helen.post(f"/files-in/{batch.pk}/decide/", {"what": "leave"})
    page = text(helen.get(f"/files-in/{batch.pk}/"))
    assert f"Batch {batch.pk} was not loaded" in page
    assert "Helen Example looked at what it would do and did not load it." in page
    with seated(cast.by("helen")):
        assert not Episode.objects.exists()
        assert File.objects.get(batch=batch).size > 0


def test_a_sheet_from_a_page_with_a_mapping(cast: Cast, child: Child, helen: Client) -> None:
    mapping = SimpleUploadedFile("m.toml", b'dates = ["%d.%m.%Y %H.%M"]\n[columns]\nstarted = "Misper from"\n')
    batch = previewed(cast, helen, "A1,05.01.2026 20.15", heads="child_id,Misper from", mapping=mapping)
    assert batch.preview is not None
    assert batch.preview["rows"]["created"] == 1


@pytest.mark.parametrize(
    ("rows", "more", "words"),
    [
        ([GOOD], {"heads": "child,when,x,y"}, "has no column ‘started’"),
        ([GOOD], {"mapping": SimpleUploadedFile("m.toml", b'[columns]\nstarted = "Began"\n')}, "names the column ‘Began’"),
        ([GOOD], {"mapping": SimpleUploadedFile("m.toml", b"\xff\xfe")}, "The mapping m.toml is not UTF-8 text."),
        ([], {}, "holds only headings"),
    ],
)  # fmt: skip
def test_a_sheet_that_cannot_be_followed_is_one_sentence(
    cast: Cast, child: Child, helen: Client, rows: list[str], more: dict[str, Any], words: str
) -> None:
    response = send(helen, *rows, **more)
    assert response.status_code == 200
    assert "There is a problem" in text(response)
    assert words in text(response)
    with seated(cast.by("helen")):
        assert not Batch.objects.exists()


def test_two_sheets_at_once_are_refused(cast: Cast, helen: Client) -> None:
    files = [SimpleUploadedFile(name, f"{HEADS}\n{GOOD}".encode()) for name in ("a.csv", "b.csv")]
    response = helen.post("/files-in/", {"dataset": "missing", "returned": files})
    assert "Choose one file" in text(response)


def test_a_rejected_row_is_corrected_in_a_page_and_sent_again(cast: Cast, child: Child, helen: Client) -> None:
    batch = loaded(cast, helen, GOOD, BAD, UNKNOWN)
    at = f"/files-in/{batch.pk}/rows/Tracker/1/correct/"
    assert f'href="{at}"' in text(helen.get(f"/files-in/{batch.pk}/"))
    page = text(helen.get(at))
    assert 'value="31/02/2026 20:15"' in page
    assert "is not a date or time there is" in page

    still = {"child_id": "A1", "started": "30/02/2026 20:15", "returned": "06/03/2026 07:40", "care_status": "M"}
    wrong = text(helen.post(at, still))
    assert "There is a problem" in wrong
    assert 'value="30/02/2026 20:15"' in wrong
    assert 'href="#id_started"' in wrong

    assert helen.post(at, {**still, "started": "05/03/2026 20:15"}).status_code == 302
    page = text(helen.get(f"/files-in/{batch.pk}/"))
    assert "Corrected, not sent yet" in page
    assert "Send the corrected row again" in page
    response = helen.post(f"/files-in/{batch.pk}/send-again/")
    again = latest(cast)
    assert response.headers["Location"] == f"/files-in/{again.pk}/"
    work(cast, again.pk)
    again = latest(cast)
    assert (again.state, again.again_of_id, again.rows_read, again.created) == ("loaded", batch.pk, 1, 1)
    page = text(helen.get(f"/files-in/{batch.pk}/"))
    assert "Sent again: <a" in page
    assert f"Batch {batch.pk}: 1 row needs a person" in page
    assert helen.get(at).status_code == 404
    with seated(cast.by("helen")):
        assert Episode.objects.current().count() == 2
        assert Row.objects.get(batch=batch, number=1).sent["started"] == "31/02/2026 20:15"
    with seated(cast.by("grace")):
        assert Entry.objects.filter(sentence=f"Corrected row 1 of batch {batch.pk}.").count() == 1


def test_a_row_whose_second_sending_was_taken_back_can_be_corrected_again(
    cast: Cast, child: Child, helen: Client
) -> None:
    batch = loaded(cast, helen, GOOD, UNKNOWN)
    at = f"/files-in/{batch.pk}/rows/Tracker/1/correct/"
    right = {
        "child_id": child.reference,
        "started": "05/02/2026 20:15",
        "returned": "06/02/2026 07:40",
        "care_status": "M",
    }
    helen.post(at, right)
    helen.post(f"/files-in/{batch.pk}/send-again/")
    again = latest(cast)
    work(cast, again.pk)
    helen.post(f"/files-in/{again.pk}/undo/")
    assert latest(cast).state == Batch.State.UNDONE
    assert helen.get(at).status_code == 200


def test_a_corrected_row_of_a_return_takes_the_whole_return_with_it(cast: Cast, tmp_path: Path, helen: Client) -> None:
    batch = Post(cast, tmp_path).load(BROKEN)
    with seated(cast.by("helen")):
        row = Row.objects.rejected().filter(batch=batch).earliest("number")
        before = Episode.objects.current().count()
    right = {**row.sent, "mis_start": "20/02/2018", "mis_end": "21/02/2018"}
    assert helen.post(f"/files-in/{batch.pk}/rows/Missing/{row.number}/correct/", right).status_code == 302
    helen.post(f"/files-in/{batch.pk}/send-again/")
    work(cast, latest(cast).pk)
    again = latest(cast)
    assert (again.state, again.year, again.created, again.withdrawn, again.rejected) == ("loaded", batch.year, 1, 0, 1)
    with seated(cast.by("helen")):
        assert Episode.objects.current().count() == before + 1
        other = Row.objects.rejected().get(batch=batch, number=row.number + 1)
    with seated(cast.by("helen")) as by:
        actions.correct_row(by=by, row=other, values={**other.sent, "mis_start": "22/02/2018", "mis_end": "23/02/2018"})
        with pytest.raises(Refused, match="holds a later return"):
            actions.send_again(by=by, batch=batch)


def test_nothing_corrected_is_nothing_to_send(cast: Cast, child: Child, helen: Client) -> None:
    batch = loaded(cast, helen, GOOD, BAD)
    said = text(helen.post(f"/files-in/{batch.pk}/send-again/", follow=True))
    assert f"No corrected row of batch {batch.pk} waits to be sent again." in said


@pytest.mark.parametrize("name", PEOPLE)
def test_who_corrects_and_decides(cast: Cast, child: Child, helen: Client, as_member: AS, name: str) -> None:
    batch = loaded(cast, helen, GOOD, BAD)
    client = as_member(name)
    at = f"/files-in/{batch.pk}/"
    expected = (200, 302, 302) if name == "helen" else (403, 403, 403)
    found = (
        client.get(f"{at}rows/Tracker/1/correct/").status_code,
        client.post(f"{at}send-again/").status_code,
        client.post(f"{at}decide/").status_code,
    )
    assert found == expected
