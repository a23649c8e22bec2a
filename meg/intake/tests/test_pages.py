"""The pages of files: who reaches them, what they say of a batch in every state, and every bad file by its sentence."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from conftest import PEOPLE, Cast
from meg.intake import actions, forms, jobs
from meg.intake.models import Batch, File, Row
from meg.intake.tests.sending import HEADER, MISSING, Post, Return
from meg.partnership.seats import seated
from meg.partnership.trail.models import Entry
from meg.protect.missing.models import Episode
from tests.browser import Browsing

SENDS = "helen"
READS = ("helen", "arthur")
HEADINGS = "CHILD,DOB,MISSING,MIS_START,MIS_END\n"
AS = Callable[[str], Client]
BROKEN = Return(missing=MISSING + "\nA3,05/04/2005,M,31/02/2018,")


@pytest.fixture
def post(cast: Cast, tmp_path: Path) -> Post:
    return Post(cast, tmp_path)


@pytest.fixture
def helen(as_member: AS) -> Client:
    return as_member(SENDS)


def send(client: Client, files: dict[str, str | bytes], year: str = "2017-18", **other: str) -> Any:
    sent = [
        SimpleUploadedFile(name, text if isinstance(text, bytes) else text.encode()) for name, text in files.items()
    ]
    return client.post("/files-in/", {"dataset": "ssda903", "year": year, "returned": sent, **other})


def text(response: Any) -> str:
    return str(response.content.decode())


def only_batch(cast: Cast) -> Batch:
    with seated(cast.by("helen")):
        return Batch.objects.get()


def lines(cast: Cast, sentence: str) -> int:
    with seated(cast.by("grace")):
        return Entry.objects.filter(sentence=sentence).count()


# ── who ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", PEOPLE)
def test_who_reaches_which_page(cast: Cast, post: Post, as_member: AS, name: str) -> None:
    batch = post.load(BROKEN)
    client, at = as_member(name), f"/files-in/{batch.pk}/"
    reads = 200 if name in READS else 403
    sends = 200 if name == SENDS else 403
    assert client.get("/files-in/").status_code == reads
    assert client.get(at).status_code == reads
    assert client.get(f"{at}rows/").status_code == reads
    assert client.get(f"{at}rejected/Missing.csv").status_code == reads
    assert client.get(f"{at}undo/").status_code == sends
    assert client.post("/files-in/", {}).status_code == sends
    if name != SENDS:
        assert client.post(f"{at}undo/").status_code == 403
        with seated(cast.by("helen")):
            assert Batch.objects.get().state == Batch.State.LOADED


def test_an_analyst_is_not_shown_what_they_may_not_do(post: Post, as_member: AS) -> None:
    batch = post.load(BROKEN)
    arthur = as_member("arthur")
    for address in ("/files-in/", f"/files-in/{batch.pk}/"):
        shown = text(arthur.get(address))
        assert "Send the files" not in shown
        assert "undo/" not in shown


@pytest.mark.parametrize("address", ["/files-in/999/", "/files-in/999/undo/", "/files-in/99999999999999999999999/"])
def test_a_batch_that_is_not_there(cast: Cast, helen: Client, address: str) -> None:
    assert helen.get(address).status_code == 404


def test_a_table_that_has_no_rejected_row_is_not_there(post: Post, helen: Client) -> None:
    batch = post.load(BROKEN)
    for table in ("Header", "Nonsense", "..%2fMissing"):
        assert helen.get(f"/files-in/{batch.pk}/rejected/{table}.csv").status_code == 404


# ── sending ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_sending_a_return_and_its_page_when_the_worker_has_loaded_it(
    cast: Cast, helen: Client, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks() as waiting:
        response = send(helen, dict(BROKEN.files))
    batch = only_batch(cast)
    assert response.status_code == 302
    assert response.headers["Location"] == f"/files-in/{batch.pk}/"
    page = helen.get(f"/files-in/{batch.pk}/")
    assert f"Batch {batch.pk} is waiting to be read" in text(page)
    assert page.headers["Refresh"] == "2"
    assert "Refresh" not in helen.get(f"/files-in/{batch.pk}/?still").headers

    assert len(waiting) == 1
    waiting[0]()
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name, args, queueing_lock FROM procrastinate_jobs")
        ((task, said, lock),) = cursor.fetchall()
    assert (task, lock) == ("intake.load_batch", f"batch-{batch.pk}")
    jobs.load_batch(**json.loads(said))
    shown = text(helen.get(f"/files-in/{batch.pk}/"))
    assert f"Batch {batch.pk}: 1 row needs a person" in shown
    assert "31/02/2018" in shown
    with seated(cast.by("grace")):
        loaded = Entry.objects.get(sentence=f"Loaded batch {batch.pk}: 9 rows accepted, 1 rejected.")
    assert (loaded.member_name, loaded.seat) == ("Helen Example", "team")


BAD: dict[str, tuple[dict[str, str | bytes], str]] = {
    "nothing": ({}, "Choose the files of the return."),
    "empty": ({"missing.csv": ""}, "missing.csv is empty."),
    "not a CSV": ({"missing.xlsx": b"PK\x03\x04 and so on"}, "missing.xlsx is a spreadsheet or a zip file, not a CSV file."),
    "wrong columns": ({"missing.csv": "CHILD,DOB,MISSING,MIS_START\nA1,,M,01/04/2017\n"}, "but it lacks MIS_END."),
    "wrong encoding": ({"missing.csv": (HEADINGS + "Zoë,,M,01/04/2017,\n").encode("latin-1")}, "missing.csv, line 2: this is not UTF-8"),
    "UTF-16": ({"missing.csv": (HEADINGS + "A1,,M,01/04/2017,\n").encode("utf-16")}, "this is UTF-16 text"),
    "two of a table": ({"a.csv": HEADINGS + "A1,,M,01/04/2017,\n", "b.csv": HEADINGS + "A2,,M,01/04/2017,\n"},
                       "a.csv and b.csv both hold the Missing table. Send only one of them."),
    "only headings": ({"missing.csv": HEADINGS}, "missing.csv holds only the headings of Missing"),
    "only what is left": ({"uasc.csv": "CHILD,SEX,DOB,DUC\nA1,1,01/01/2001,\n"}, "None of the files sent holds Header"),
}  # fmt: skip


@pytest.mark.parametrize("kind", BAD)
def test_files_that_cannot_be_taken(cast: Cast, helen: Client, kind: str) -> None:
    files, sentence = BAD[kind]
    shown = text(send(helen, files))
    assert "<title>Error: Files in" in shown
    assert f'<a href="#id_returned">{sentence}' in shown or sentence in shown
    assert '<a href="#id_returned">' in shown
    assert "Traceback" not in shown
    with seated(cast.by("helen")):
        assert not Batch.objects.exists()


@pytest.mark.parametrize(
    ("year", "sentence"),
    [
        ("", "Enter the collection year, like 2017-18."),
        ("2017", "‘2017’ is not a collection year. Write it like 2017-18."),
        ("2017-19", "2017 is followed by 18, so write 2017-18."),
        ("1" * 100, "Enter the collection year, like 2017-18."),
        ("2017\0-18", "Null characters are not allowed."),
    ],
)
def test_years_that_are_none(cast: Cast, helen: Client, year: str, sentence: str) -> None:
    shown = text(send(helen, dict(Return().files), year=year))
    assert sentence in shown
    assert '<a href="#id_year">' in shown


def test_a_file_that_is_too_big_is_named(cast: Cast, helen: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("meg.intake.reading.LARGEST_FILE", 100)
    assert "header.csv is 0 MB; the most that is taken is" in text(send(helen, dict(Return().files)))


def test_more_than_is_looked_into_is_refused_before_it_is_read(
    cast: Cast, helen: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("meg.intake.views.LARGEST_DELIVERY", 200)
    response = send(helen, dict(Return().files), year="nonsense")
    assert response.status_code == 413
    assert "the most that is taken at once is 150 MB" in text(response)
    assert "nonsense" not in text(response)
    assert "200 MB" in str(forms.SendForm.too_much(200_000_000).errors["returned"])


def test_a_form_without_its_token_is_refused(cast: Cast, as_member: AS) -> None:
    guarded = Client(enforce_csrf_checks=True)
    guarded.force_login(cast.members["helen"].account)
    as_member("helen")
    assert send(guarded, dict(Return().files)).status_code == 403
    with seated(cast.by("helen")):
        assert not Batch.objects.exists()


# ── a batch in each state ───────────────────────────────────────────────────────────────────────────────────


def test_the_numbers_add_up_and_the_row_is_shown_as_sent(post: Post, helen: Client) -> None:
    batch = post.load(BROKEN)
    shown = text(helen.get(f"/files-in/{batch.pk}/"))
    assert batch.rows_read == batch.accepted + batch.unchanged + batch.rejected == 10
    for words, number in (("Rows read", 10), ("Accepted", 9), ("Unchanged", 0), ("Rejected", 1)):
        assert f"<dt>{words}</dt><dd>{number}" in shown
    assert '<td role="cell" data-label="Row" class="meg-num">3</td>' in shown
    assert '<code class="meg-sent">31/02/2018</code>' in shown
    assert "To be matched" not in shown


def test_all_in(post: Post, helen: Client) -> None:
    batch = post.load(Return())
    shown = text(helen.get(f"/files-in/{batch.pk}/"))
    assert f"Batch {batch.pk}: all 9 rows are in" in shown
    assert "Rejected rows" not in shown


def test_rows_that_are_stored_and_to_be_looked_at(post: Post, helen: Client) -> None:
    batch = post.load(Return(missing=MISSING + "\nA3,05/04/2005,M,01/08/2016,02/08/2016"))
    shown = text(helen.get(f"/files-in/{batch.pk}/"))
    assert "1 to be looked at" in shown
    assert "Missing, 1 row: The period ends before the collection year began" in shown
    assert "(rule 571)" in shown
    assert "02/08/2016" in text(helen.get(f"/files-in/{batch.pk}/rows/?rule=571&table=Missing"))
    assert "There are none." in text(helen.get(f"/files-in/{batch.pk}/rows/?rule=%00"))


def test_the_same_files_again(post: Post, helen: Client) -> None:
    first, again = post.load(Return()), post.load(Return())
    shown = text(helen.get(f"/files-in/{again.pk}/"))
    assert f"Batch {again.pk}: nothing has changed" in shown
    assert "Nothing has changed: these files were loaded on" in shown
    assert f'<a class="govuk-link" href="/files-in/{first.pk}/">batch {first.pk}</a>' in shown


def test_not_loaded(cast: Cast, post: Post, helen: Client) -> None:
    batch, by = post.receive(Return(episodes=None), year="2020-21"), cast.by("helen")
    jobs.load_batch(number=batch.pk, sender={**vars(by), "seat": "team"})
    shown = text(helen.get(f"/files-in/{batch.pk}/"))
    assert f"Batch {batch.pk} was not loaded" in shown
    assert "This return was sent as 2020-21" in shown
    assert "Nothing of it is in." in shown
    with seated(by):
        assert not Episode.objects.exists()


def test_being_loaded(cast: Cast, post: Post, helen: Client) -> None:
    batch, by = post.receive(Return()), cast.by("helen")
    with seated(by):
        actions.begin(by=by, batch=batch)
        actions.tell_progress(by=by, batch=batch.pk, step="checking", done=30)
    shown = text(helen.get(f"/files-in/{batch.pk}/"))
    assert f"Batch {batch.pk} is being read: 30 per cent" in shown
    assert "Checking every row against the rules." in shown
    assert '<rect class="b-1" x="0" width="30" height="14"/>' in shown


def test_what_an_earlier_return_had_and_this_one_has_not_is_told(post: Post, helen: Client) -> None:
    post.load(Return())
    batch = post.load(Return(missing=MISSING.splitlines()[0]))
    shown = text(helen.get(f"/files-in/{batch.pk}/"))
    assert "2 records of the earlier return for 2017-18 are not in this one, and are withdrawn." in shown


def test_taking_a_batch_back(cast: Cast, post: Post, helen: Client) -> None:
    batch = post.load(Return())
    asked = text(helen.get(f"/files-in/{batch.pk}/undo/"))
    assert "Missing episodes that this batch made, withdrawn: 3" in asked
    assert "govuk-button--warning" in asked
    with seated(cast.by("helen")):
        assert Episode.objects.filter(withdrawn_at=None).count() == 3
    response = helen.post(f"/files-in/{batch.pk}/undo/")
    assert response.status_code == 302
    shown = text(helen.get(f"/files-in/{batch.pk}/"))
    assert f"Batch {batch.pk} was taken back" in shown
    assert "Taken back by Helen Example" in shown
    assert "undo/" not in shown
    assert "so there is nothing to take back" in text(helen.get(f"/files-in/{batch.pk}/undo/"))


def test_a_batch_that_was_worked_on_since(cast: Cast, post: Post, helen: Client) -> None:
    batch = post.load(Return())
    post.load(Return(missing=MISSING.replace("04/05/2017", "05/05/2017")))
    for response in (helen.get(f"/files-in/{batch.pk}/undo/"), helen.post(f"/files-in/{batch.pk}/undo/")):
        shown = text(response)
        assert f"Batch {batch.pk} cannot be taken back: 1 record has been worked on since." in shown
        assert "govuk-button--warning" not in shown
    with seated(cast.by("helen")):
        assert Batch.objects.get(pk=batch.pk).state == Batch.State.LOADED


# ── rows taken away ─────────────────────────────────────────────────────────────────────────────────────────


def test_rejected_rows_are_taken_away_under_the_same_headings(cast: Cast, post: Post, helen: Client) -> None:
    batch = post.load(Return(missing=MISSING + "\n=cmd|'/c calc'!A1,05/04/2005,M,31/02/2018,\nA3,05/04/2005,M,soon,"))
    response = helen.get(f"/files-in/{batch.pk}/rejected/Missing.csv")
    assert "attachment" in response.headers["Content-Disposition"]
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert rows[0] == ["CHILD", "DOB", "MISSING", "MIS_START", "MIS_END"]
    assert rows[1] == ["'=cmd|'/c calc'!A1", "05/04/2005", "M", "31/02/2018", ""]
    assert rows[2] == ["A3", "05/04/2005", "M", "soon", ""]
    assert lines(cast, f"Took the rejected Missing rows of batch {batch.pk} away.") == 1


def test_seeing_rows_is_in_the_trail_and_waiting_for_them_is_not(cast: Cast, post: Post, helen: Client) -> None:
    batch = post.receive(BROKEN)
    helen.get(f"/files-in/{batch.pk}/")
    assert lines(cast, f"Looked at rows of batch {batch.pk}.") == 0
    with seated(cast.by("helen")):
        actions.load(by=cast.by("helen"), batch=batch)
    helen.get(f"/files-in/{batch.pk}/")
    helen.get(f"/files-in/{batch.pk}/rows/")
    assert lines(cast, f"Looked at rows of batch {batch.pk}.") == 1
    assert lines(cast, f"Looked at rejected rows of batch {batch.pk}.") == 1


# ── many ────────────────────────────────────────────────────────────────────────────────────────────────────


def many(count: int) -> Return:
    """A return in which `count` rows are rejected and as many are stored and flagged."""
    bad = "\n".join(f"A1,03/02/2003,M,31/02/20{17 + n % 2},{n}" for n in range(count))
    odd = "\n".join(f"B{n},1,,WBRI,,," for n in range(count))
    return Return(header=f"{HEADER}\n{odd}", missing=f"{MISSING}\n{bad}")


def test_long_lists_go_on_another_page(post: Post, helen: Client) -> None:
    batch = post.load(many(60))
    assert batch.rejected == 60
    at = f"/files-in/{batch.pk}/"
    shown = text(helen.get(at))
    assert "Showing 20 of 60." in shown
    assert "Show all 60" in shown
    first, second = text(helen.get(f"{at}rows/")), text(helen.get(f"{at}rows/?page=2"))
    assert "50 of 60" in first
    assert 'href="?page=2"' in first
    assert "10 of 60" in second
    assert "60 rows" in text(helen.get(f"{at}rows/?rule=MEG05")).replace("50 of 60</strong> rows", "60 rows")


def test_no_page_asks_once_per_row(post: Post, helen: Client) -> None:
    post.load(Return())
    few, more = post.load(many(2)), post.load(many(60))

    def asked(address: str) -> int:
        helen.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert helen.get(address).status_code == 200
        return len(queries)

    assert asked(f"/files-in/{few.pk}/") == asked(f"/files-in/{more.pk}/") <= 25
    assert asked(f"/files-in/{few.pk}/rows/") == asked(f"/files-in/{more.pk}/rows/")
    before = asked("/files-in/")
    for _ in range(3):
        post.load(Return())
    assert asked("/files-in/") == before


def test_no_list_reads_the_files_themselves(post: Post, helen: Client) -> None:
    batch = post.load(Return())
    for address in ("/files-in/", f"/files-in/{batch.pk}/", f"/files-in/{batch.pk}/undo/"):
        with CaptureQueriesContext(connection) as queries:
            helen.get(address)
        assert not [one for one in queries.captured_queries if f'"{File._meta.db_table}"."content"' in one["sql"]]


# ── the worker ──────────────────────────────────────────────────────────────────────────────────────────────


def test_a_job_that_comes_twice_loads_once(cast: Cast, post: Post) -> None:
    batch, by = post.receive(Return()), cast.by("helen")
    for _ in range(2):
        jobs.load_batch(number=batch.pk, sender={**vars(by), "seat": "team"})
    assert lines(cast, f"Loaded batch {batch.pk}: 9 rows accepted, 0 rejected.") == 1


def test_a_fault_of_ours_leaves_nothing_in_and_says_so(cast: Cast, post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    batch, by = post.receive(Return()), cast.by("helen")

    def breaks(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("meg.intake.actions.deliveries._count", breaks)
    with pytest.raises(ZeroDivisionError):
        jobs.load_batch(number=batch.pk, sender={**vars(by), "seat": "team"})
    with seated(by):
        batch.refresh_from_db()
        assert (batch.state, batch.refusal) == (Batch.State.REFUSED, jobs.OUR_FAULT)
        assert not Row.objects.exists()
        assert not Episode.objects.exists()


def test_a_batch_whose_job_was_lost_is_taken_up_again(cast: Cast, post: Post) -> None:
    batch, by = post.receive(Return()), cast.operator
    assert jobs.left_behind(by) == []
    with seated(by):
        Batch.objects.update(sent_at="2017-04-01T12:00:00Z")
    assert jobs.left_behind(by) == [batch.pk]
    jobs.take_up_left_behind(timestamp=0)
    jobs.take_up_left_behind(timestamp=60)
    assert jobs.left_behind(by) == []
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'intake.load_batch'")
        assert cursor.fetchone()[0] == 1


# ── in a browser ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("width", [1280, 375])
def test_in_a_browser(post: Post, helen: Client, browse: Callable[..., Browsing], width: int) -> None:
    few, waiting = post.load(many(25)), post.receive(Return())
    undone = post.undo(post.load(Return(episodes=None, missing=None)))
    window = browse(helen, width=width)
    addresses = ["/files-in/"]
    addresses += [f"/files-in/{few.pk}/{page}" for page in ("", "rows/", "rows/?rule=MEG05")]
    addresses += [f"/files-in/{waiting.pk}/?still", f"/files-in/{undone.pk}/", f"/files-in/{few.pk}/undo/"]
    for address in addresses:
        page = window.go(address)
        assert page.locator("h1").count() == 1
        assert window.axe() == []
        assert not window.too_wide(), address
    page = window.go("/files-in/")
    page.get_by_role("button", name="Send the files").click()
    assert page.title().startswith("Error: Files in")
    assert window.axe() == []
    page.get_by_role("link", name="Choose the files of the return.").click()
    assert page.evaluate("document.activeElement.id") == "id_returned"
    assert window.complaints == []
