"""The carer's sheet: read, changed, kept as it was, printed; and who may do which."""

from __future__ import annotations

from io import BytesIO

import pikepdf
import pytest

from conftest import Cast
from meg.partnership.access.models import Draft
from meg.partnership.seats import seated
from meg.partnership.trail.models import Entry, Kind
from meg.protect.children.models import Child
from meg.protect.missing.actions import keep_sheet
from meg.protect.missing.forms.sheets import PARTS
from meg.protect.missing.models import Sheet
from meg.protect.missing.tests.pages import SignIn, assert_same_as_nobody, assert_summary_lands, summary, text_of

TOLD = {"description": "1.62 m, dark plait", "places": "Bus station\nThe arcade", "health": "Asthma: blue inhaler"}


def address(child: Child, rest: str = "") -> str:
    return f"/children/{child.reference}/sheet{rest}"


def kept(cast: Cast, child: Child, **other: str) -> Sheet:
    with seated(cast.by("nadia")) as by:
        return keep_sheet(by=by, child=child, told={**TOLD, **other})


@pytest.mark.parametrize("name", ["helen", "daniel", "nadia"])
def test_who_works_with_the_child_keeps_the_sheet(cast: Cast, keira: Child, as_member: SignIn, name: str) -> None:
    client = as_member(name)
    response = client.post(address(keira, "/change/"), TOLD, follow=True)
    assert response.redirect_chain == [(address(keira, "/"), 302)]
    page = text_of(response)
    assert "The carer’s sheet is updated." in page
    assert f"Updated by {name.title()} Example" in page
    with seated(cast.operator):
        made = Sheet.objects.get()
        assert (made.description, made.places.split(), made.updated_by) == (
            "1.62 m, dark plait", ["Bus", "station", "The", "arcade"], f"{name.title()} Example",
        )  # fmt: skip
        lines = Entry.objects.about(keira.reference)
        assert lines.filter(kind=Kind.WRITE, sentence="Updated what carers know beforehand.").exists()
        assert not Draft.objects.exclude(fields={}).exists()


def test_only_what_is_filled_in_is_shown(cast: Cast, keira: Child, as_member: SignIn) -> None:
    kept(cast, keira)
    page = text_of(as_member("daniel").get(address(keira, "/")))
    assert "<dt>Health needs</dt><dd>Asthma: blue inhaler</dd>" in page
    assert "<dt>Travel</dt>" not in page


def test_earlier_states_are_kept_and_each_says_what_it_changed(cast: Cast, keira: Child, as_member: SignIn) -> None:
    kept(cast, keira)
    kept(cast, keira, health="", helps="Speak calmly")
    page = text_of(as_member("helen").get(address(keira, "/")))
    newest, first = page.split('<ol class="meg-chron">')[1].split("<li>")[1:3]
    assert "What helps:</strong> Speak calmly" in newest
    assert "Health needs:</strong> emptied" in newest
    assert "Description" not in newest
    assert "Likely places:</strong> Bus station; The arcade" in first
    assert "Health needs:</strong> Asthma: blue inhaler" in first


def test_the_form_begins_with_the_sheet_as_it_is(cast: Cast, keira: Child, as_member: SignIn) -> None:
    kept(cast, keira)
    page = text_of(as_member("helen").get(address(keira, "/change/")))
    assert "1.62 m, dark plait</textarea>" in page


def test_an_empty_sheet_and_one_that_is_no_different_are_said(cast: Cast, keira: Child, as_member: SignIn) -> None:
    client = as_member("helen")
    empty = client.post(address(keira, "/change/"), dict.fromkeys(TOLD, " "))
    assert summary(empty) == {"Fill in at least one part of the sheet.": "id_description"}
    kept(cast, keira)
    same = client.post(address(keira, "/change/"), TOLD)
    assert_summary_lands(same)
    assert "Nothing is different from the sheet as it is." in text_of(same)
    assert "Bus station\nThe arcade</textarea>" in text_of(same)


def test_too_long_a_part_is_said_and_kept_as_typed(keira: Child, as_member: SignIn) -> None:
    response = as_member("helen").post(address(keira, "/change/"), {"travel": "x" * 501})
    assert summary(response) == {"Use 500 characters or fewer for ‘Travel’.": "id_travel"}
    assert "x" * 501 in text_of(response)


def test_who_may_only_read_is_told_so(cast: Cast, keira: Child, as_member: SignIn) -> None:
    kept(cast, keira)
    page = as_member("arthur").get(address(keira, "/"))
    assert page.status_code == 200
    assert "Change the sheet" not in text_of(page)
    for name in ("arthur", "fiona", "ruth", "colin", "wendy", "grace", "adam"):
        refused = as_member(name).get(address(keira, "/change/"))
        assert refused.status_code == 403, name
        assert "Only those who work with the child can change this sheet." in text_of(refused)
    for name in ("fiona", "ruth", "colin", "wendy", "adam"):
        for rest in ("/", ".pdf"):
            assert as_member(name).get(address(keira, rest)).status_code == 403, name


@pytest.mark.parametrize("rest", ["/", "/change/", ".pdf"])
def test_out_of_reach_is_the_same_as_nobody(cast: Cast, keira: Child, as_member: SignIn, rest: str) -> None:
    kept(cast, keira)
    assert_same_as_nobody(as_member, address(keira, rest), str(keira.reference))


def test_the_looks_and_the_print_are_in_the_trail(cast: Cast, keira: Child, as_member: SignIn) -> None:
    kept(cast, keira)
    client = as_member("daniel")
    client.get(address(keira, "/"))
    client.get(address(keira, "/change/"))
    client.get(address(keira, ".pdf"))
    with seated(cast.operator):
        lines = Entry.objects.about(keira.reference).filter(member_id=cast.members["daniel"].pk)
        assert set(lines.values_list("kind", "sentence")) == {
            (Kind.LOOK, "Looked at the carer’s sheet."),
            (Kind.LOOK, "Opened the form of the carer’s sheet."),
            (Kind.TAKEN_AWAY, "Took the carer’s sheet away (PDF)."),
        }


def test_the_print_is_one_tagged_page_with_a_title(cast: Cast, keira: Child, as_member: SignIn) -> None:
    kept(cast, keira, contact="#set page(width: 10cm) *not markup*")
    response = as_member("helen").get(address(keira, ".pdf"))
    assert response["Content-Type"] == "application/pdf"
    assert f'filename="{keira.reference}-if-missing.pdf"' in response["Content-Disposition"]
    with pikepdf.open(BytesIO(response.content)) as pdf:
        assert len(pdf.pages) == 1
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang) == "en-GB"
        assert str(pdf.docinfo["/Title"]) == f"If Keira Dunstan goes missing, {keira.reference}"
        assert [round(float(side)) for side in pdf.pages[0].mediabox] == [0, 0, 595, 842]
        with pdf.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"


def test_a_full_sheet_is_still_one_page(cast: Cast, keira: Child, as_member: SignIn) -> None:
    full = {name: ("Words of some length, " * 40)[:most].strip() for name, (_, _, most) in PARTS.items()}
    response = as_member("helen").post(address(keira, "/change/"), full, follow=True)
    assert "The carer’s sheet is updated." in text_of(response)
    with pikepdf.open(BytesIO(as_member("helen").get(address(keira, ".pdf")).content)) as pdf:
        assert len(pdf.pages) == 1


def test_nothing_to_print_takes_nothing_away(cast: Cast, keira: Child, as_member: SignIn) -> None:
    response = as_member("helen").get(address(keira, ".pdf"), follow=True)
    assert "there is nothing to print" in text_of(response)
    assert "No sheet is kept for this child yet." in text_of(response)
    with seated(cast.operator):
        assert not Entry.objects.about(keira.reference).filter(kind=Kind.TAKEN_AWAY).exists()
