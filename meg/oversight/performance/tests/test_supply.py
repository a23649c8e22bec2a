"""Figures that their source supplies: by hand, by file, corrected, taken back, reminded of, and never shown bare."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from conftest import Cast
from meg.oversight.performance.actions import (
    Given,
    bring_up_to_date,
    change_indicator,
    send_reminders,
    supply_figures,
    take_figure_back,
)
from meg.oversight.performance.models import Indicator, ShownFigure, SuppliedFigure
from meg.oversight.performance.reports import card_of, report_of
from meg.oversight.performance.rules import (
    Period,
    last_periods,
    months_of,
    previous,
    quarter_of,
    quarters_of,
    read_period,
    year_of,
)
from meg.oversight.performance.supply import State, asked_for, due_on
from meg.oversight.performance.tests.families import protect_numbers
from meg.partnership.access.models import Member
from meg.partnership.agencies.models import Partnership
from meg.partnership.seats import Refused, seated

SignIn = Callable[[str], Client]
TODAY = timezone.localdate()
LAST = previous(quarter_of(TODAY))
BEFORE = previous(LAST)
CHILDREN: dict[str, Any] = {"measure": "supplied", "supplied": "quarterly", "settings": {"unit": "children"}}


def supplied(cast: Cast, number: str = "8", supplier: str = "", **said: Any) -> Indicator:
    """An indicator that is supplied, from the first day of the period before the last that is over."""
    colin = cast.by("colin")
    with seated(colin):
        present = Indicator.objects.get(number=number, valid__upper_inf=True)
        who = Member.objects.get(name=cast.by(supplier).name) if supplier else None
        return change_indicator(
            by=colin, indicator=present, since=BEFORE.start, said={**CHILDREN, "supplier": who, **said}
        )


def supply(cast: Cast, indicator: Indicator, *numbers: int, name: str = "colin", of: int | None = None) -> None:
    """One number a quarter, the last of them of the last quarter that is over; then everything is computed."""
    with seated(cast.by(name)):
        figures = [
            Given(indicator, quarter, number, of)
            for quarter, number in zip(last_periods(LAST, len(numbers)), numbers, strict=True)
        ]
        supply_figures(by=cast.by(name), given=figures, today=TODAY)
    with seated(cast.operator):
        bring_up_to_date(by=cast.operator)


def shown(cast: Cast, number: str, period: Period = LAST) -> str:
    with seated(cast.by("ruth")):
        found = ShownFigure.objects.current().filter(indicator=number, period=period.label).first()
        return found.shown if found else "–"


def test_a_supplied_figure_stands_on_the_scorecard_and_says_who_supplied_it(cast: Cast, as_member: SignIn) -> None:
    indicator = supplied(cast)
    supply(cast, indicator, 31, 34)
    page = as_member("ruth").get("/scorecard/").content.decode()
    assert "Supplied by DCC - CAS" in page
    assert ">34</span>" in page
    told = as_member("ruth").get("/scorecard/8/").content.decode()
    assert "as supplied by DCC - CAS" in told
    assert "The records are with DCC - CAS, and not here." in told
    assert as_member("helen").get("/scorecard/8/children/").status_code == 404


def test_a_small_number_is_hidden_from_whoever_did_not_supply_it(cast: Cast, as_member: SignIn) -> None:
    indicator = supplied(cast)
    supply(cast, indicator, 31, 3)
    assert shown(cast, "8") == "c"
    for name in ("ruth", "wendy"):
        with seated(cast.by(name)):
            assert not SuppliedFigure.objects.exists()
    with seated(cast.by("colin")):
        assert SuppliedFigure.objects.count() == 2
    page = as_member("ruth").get(f"/scorecard/8/?period={LAST.label}").content.decode()
    assert "from DCC - CAS, is hidden, to protect children." in page


def test_a_figure_that_is_not_of_children_is_shown_as_it_is(cast: Cast) -> None:
    indicator = supplied(cast, "11", disclosure="open", settings={"unit": "sessions", "add_up": True})
    supply(cast, indicator, 3)
    assert shown(cast, "11") == "3"
    with seated(cast.by("colin")), pytest.raises(IntegrityError, match="indicator_of_children_is_protected"):
        change_indicator(
            by=cast.by("colin"),
            indicator=Indicator.objects.get(number="3"),
            since=BEFORE.start,
            said={"disclosure": "open"},
        )


def test_a_share_is_shown_with_its_fraction_and_hidden_with_a_small_part(cast: Cast) -> None:
    indicator = supplied(cast, "9", settings={"share": True})
    supply(cast, indicator, 12, 2, of=40)
    assert shown(cast, "9", BEFORE) == "30.0%"
    assert shown(cast, "9") == "c"


def test_the_last_one_stands_and_taken_back_is_not_supplied(cast: Cast) -> None:
    indicator, colin = supplied(cast), cast.by("colin")
    supply(cast, indicator, 34)
    supply(cast, indicator, 36)
    assert shown(cast, "8") == "36"
    with seated(colin):
        assert supply_figures(by=colin, given=[Given(indicator, LAST, 36)], today=TODAY) == 0
        take_figure_back(by=colin, indicator=indicator, period=LAST, today=TODAY)
    with seated(cast.operator):
        bring_up_to_date(by=cast.operator)
    assert shown(cast, "8") == "–"
    with seated(colin):
        assert list(SuppliedFigure.objects.order_by("id").values_list("numerator", flat=True)) == [34, 36, None]


def noted(cast: Cast, number: int, note: str) -> None:
    with seated(cast.by("colin")):
        indicator = Indicator.objects.get(number="8", valid__upper_inf=True)
        supply_figures(by=cast.by("colin"), given=[Given(indicator, LAST, number, note=note)], today=TODAY)
    with seated(cast.operator):
        bring_up_to_date(by=cast.operator)


NOTE = "Two referrals were moved to the next quarter."


def test_a_note_is_published_with_its_figure_and_hidden_with_it(cast: Cast, as_member: SignIn) -> None:
    supplied(cast)
    noted(cast, 34, NOTE)
    address = f"/scorecard/8/?period={LAST.label}"
    assert f"They say of it: ‘{NOTE}’" in as_member("ruth").get(address).content.decode()
    with seated(cast.by("ruth")):
        assert not SuppliedFigure.objects.exists()
        told = {gap.what: gap for gap in report_of(card_of(LAST, TODAY), Partnership.objects.get()).gaps}
    gap = told["Exploitation referrals (8), as supplied"]
    assert (gap.effect, gap.owner) == (f"‘{NOTE}’", "DCC - CAS")
    noted(cast, 3, "Three, and not four.")
    page = as_member("ruth").get(address).content.decode()
    assert "is hidden, to protect children." in page
    assert "They say of it" not in page
    with seated(cast.by("ruth")):
        assert ShownFigure.objects.get(indicator="8", period=LAST.label).note == ""
        assert not any(
            each.effect.startswith("‘") for each in report_of(card_of(LAST, TODAY), Partnership.objects.get()).gaps
        )
    noted(cast, 34, "")
    assert "They say of it" not in as_member("ruth").get(address).content.decode()


def test_a_note_that_was_written_to_be_kept_alone_is_not_published(cast: Cast, as_member: SignIn) -> None:
    """Until it is sent again, by somebody who has read that it is published."""
    supplied(cast)
    with seated(cast.operator):
        SuppliedFigure.objects.create(indicator="8", period=LAST.label, numerator=34, note=NOTE)
        bring_up_to_date(by=cast.operator)
    address = f"/scorecard/8/?period={LAST.label}"
    assert NOTE not in as_member("ruth").get(address).content.decode()
    noted(cast, 34, NOTE)
    assert NOTE in as_member("ruth").get(address).content.decode()


def test_whoever_supplies_a_figure_reads_that_the_note_is_published(cast: Cast, as_member: SignIn) -> None:
    supplied(cast)
    for address in (f"/supply/8/{LAST.label}/", "/supply/file/"):
        page = as_member("colin").get(address).content.decode()
        assert "published with the figure" in page, address
        assert "ame no child" in page


def test_quarters_that_add_up_make_the_year(cast: Cast) -> None:
    indicator = supplied(cast, "11", settings={"unit": "children", "add_up": True})
    year = previous(year_of(TODAY))
    with seated(cast.by("colin")):
        given = [Given(indicator, quarter, 10) for quarter in quarters_of(year)]
        supply_figures(by=cast.by("colin"), given=given, today=TODAY)
    with seated(cast.operator):
        bring_up_to_date(by=cast.operator)
    assert shown(cast, "11", year) == "40"


def test_nothing_is_supplied_of_a_period_that_was_counted_here(cast: Cast) -> None:
    """Indicator 8 is supplied from a day on: of what came before, the figure is that of the records."""
    indicator, colin = supplied(cast), cast.by("colin")
    with seated(colin):
        with pytest.raises(Refused, match=f"counted from the records here before {BEFORE.start:%-d %B %Y}"):
            supply_figures(by=colin, given=[Given(indicator, previous(BEFORE), 10)], today=TODAY)
        assert supply_figures(by=colin, given=[Given(indicator, BEFORE, 10)], today=TODAY) == 1


@pytest.mark.parametrize(
    ("numbers", "sentence"),
    [
        ({"numerator": ""}, "Enter the number."),
        ({"numerator": "many"}, "Enter a whole number, like 34."),
        ({"numerator": "-1"}, "The number must be 0 or more."),
        ({"numerator": "99999999"}, "The number must be 10,000,000 or less."),
    ],
)
def test_a_number_out_of_range_is_one_sentence_and_stays(
    cast: Cast, as_member: SignIn, numbers: dict[str, str], sentence: str
) -> None:
    supplied(cast)
    sent = {**numbers, "note": "Two were moved."}
    page = as_member("colin").post(f"/supply/8/{LAST.label}/", sent).content.decode()
    assert sentence in page
    assert "Two were moved." in page
    with seated(cast.by("colin")):
        assert not SuppliedFigure.objects.exists()


def test_a_share_out_of_range(cast: Cast, as_member: SignIn) -> None:
    supplied(cast, "9", settings={"share": True})
    address = f"/supply/9/{LAST.label}/"
    for sent, sentence in (
        ({"numerator": "12"}, "Enter how many it is out of"),
        ({"numerator": "12", "denominator": "10"}, "12 cannot be a part of 10. Check both numbers."),
    ):
        assert sentence in as_member("colin").post(address, sent).content.decode()


def test_a_page_supplies_corrects_and_takes_back(cast: Cast, as_member: SignIn) -> None:
    supplied(cast)
    colin, address = as_member("colin"), f"/supply/8/{LAST.label}/"
    assert "Overdue since" in colin.get("/supply/").content.decode() or "By " in colin.get("/supply/").content.decode()
    assert colin.post(address, {"numerator": "34", "note": ""}).status_code == 302
    assert "what you send now replaces it" in colin.get(address).content.decode()
    assert colin.post(address, {"take_back": "yes"}).status_code == 302
    assert "taken back" in colin.get(address).content.decode()
    assert colin.get(f"/supply/8/{quarter_of(TODAY).label}/").status_code == 404
    assert colin.get("/supply/3/2017-18Q4/").status_code == 404


def test_only_the_one_who_is_named_supplies_and_the_database_says_so_too(cast: Cast, as_member: SignIn) -> None:
    indicator = supplied(cast, supplier="wendy")
    supply(cast, indicator, 34, name="wendy")
    assert shown(cast, "8") == "34"
    assert as_member("ruth").get(f"/supply/8/{LAST.label}/").status_code == 404
    ruth = cast.by("ruth")
    with seated(ruth), pytest.raises(Refused, match="not yours to supply"):
        supply_figures(by=ruth, given=[Given(indicator, LAST, 35)], today=TODAY)
    typed = (
        "INSERT INTO performance_suppliedfigure (indicator, period, numerator, note, file) VALUES ('8', %s, 9, '', '')"
    )
    with seated(ruth), pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        connection.cursor().execute(typed, [LAST.label])
    with seated(cast.by("wendy")), pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        connection.cursor().execute("UPDATE performance_suppliedfigure SET numerator = 1")
    assert as_member("daniel").get("/supply/").status_code == 403


# ── files ───────────────────────────────────────────────────────────────────────────────────────────────────


def file_of(folder: Path, *rows: str, heads: str = "indicator,period,numerator,denominator,note") -> Path:
    path = folder / "figures.csv"
    path.write_text("\n".join([heads, *rows]) + "\n", encoding="utf-8")
    return path


def test_a_file_is_supplied_and_twice_is_once(cast: Cast, tmp_path: Path) -> None:
    supplied(cast)
    path, out = file_of(tmp_path, f"8,{BEFORE.label},31,,", f'8,{LAST.label},"1,034",,Moved'), io.StringIO()
    call_command("supply", str(path), stdout=out)
    call_command("supply", str(path), stdout=out)
    assert out.getvalue().splitlines() == [
        "2 new of 2 figures. Every figure is computed again.",
        "0 new of 2 figures. Every figure is computed again.",
    ]
    assert shown(cast, "8") == "1034"


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ((f"3,{LAST.label},9,,",), "row 1: ‘3’ is not an indicator that you supply. Nothing was kept."),
        (("8,2017-18Q7,9,,",), "row 1: 2017-18Q7 is not a quarter"),
        (("8,2017-18,9,,",), "row 1: This figure is supplied by quarter, and 2017-18 is a year."),
        ((f"8,{LAST.label},x,,", "8,never,1,,"), "‘x’ in numerator is not a whole number. 1 more row is wrong."),
        ((f"8,{LAST.label},9,10,",), "This figure is a count"),
        ((f"8,{LAST.label},9,,", f"8,{LAST.label},8,,"), f"row 2: indicator 8 has {LAST.label} twice."),
        ((), "holds only headings and no rows under them."),
    ],
)
def test_a_wrong_row_keeps_nothing(cast: Cast, tmp_path: Path, rows: tuple[str, ...], sentence: str) -> None:
    supplied(cast)
    good = [f"8,{BEFORE.label},31,,"] if rows else []
    with pytest.raises(CommandError) as told:
        call_command("supply", str(file_of(tmp_path, *rows, *good)), stdout=io.StringIO())
    assert sentence in str(told.value)
    with seated(cast.operator):
        assert not SuppliedFigure.objects.exists()


def test_a_file_with_a_strange_column_is_refused(cast: Cast, as_member: SignIn) -> None:
    supplied(cast)
    sent = SimpleUploadedFile("figures.csv", b"indicator,period,numerator,name\n8,2026-27Q1,3,x\n")
    page = as_member("colin").post("/supply/file/", {"file": sent}).content.decode()
    assert "has the column ‘name’, which is not one of" in page


def test_a_file_from_the_page(cast: Cast, as_member: SignIn) -> None:
    supplied(cast)
    sent = SimpleUploadedFile("figures.csv", f"indicator,period,numerator\n8,{LAST.label},34\n".encode())
    page = as_member("colin").post("/supply/file/", {"file": sent}, follow=True).content.decode()
    assert "1 figure supplied." in page


# ── when, and who is told ───────────────────────────────────────────────────────────────────────────────────


def test_when_a_figure_is_due() -> None:
    quarter = read_period("2026-27Q2")
    assert due_on(quarter, "quarterly") == date(2026, 10, 15)
    assert due_on(read_period("2026-27Q1"), "six_monthly") == date(2026, 10, 15)
    assert due_on(read_period("2025-26"), "yearly") == date(2026, 4, 15)
    since, today = date(2026, 4, 1), date(2026, 10, 10)
    asked = asked_for("quarterly", since, {read_period("2026-27Q1")}, today)
    assert [(one.period.label, one.state) for one in asked] == [
        ("2026-27Q2", State.SOON), ("2026-27Q1", State.SUPPLIED),
    ]  # fmt: skip
    assert asked_for("quarterly", since, set(), date(2026, 10, 16))[0].state is State.OVER


def test_the_supplier_is_reminded_once_before_and_once_after(cast: Cast) -> None:
    supplied(cast, supplier="wendy")
    due = due_on(LAST, "quarterly")
    after = date.fromordinal(due.toordinal() + 1)
    for today, told in ((due, ["Figure due"]), (due, []), (after, ["Figure overdue"])):
        mail.outbox.clear()
        with seated(cast.operator):
            send_reminders(by=cast.operator, today=today)
        assert [" ".join(one.subject.replace(":", "").split()[:2]) for one in mail.outbox] == told
    assert mail.outbox[0].to == [Member.objects.get(name=cast.by("wendy").name).account.email]
    with pytest.raises(Refused, match="by the installation itself"), seated(cast.by("colin")):
        send_reminders(by=cast.by("colin"), today=due)


numbers = st.lists(st.integers(0, 40), min_size=12, max_size=12)


@given(numbers)
def test_no_hidden_month_can_be_worked_out_from_its_quarter_and_year(months: list[int]) -> None:
    year = read_period("2025-26")
    found = dict(zip([month for quarter in quarters_of(year) for month in months_of(quarter)], months, strict=True))
    for quarter in quarters_of(year):
        found[quarter] = sum(found[month] for month in months_of(quarter))
    found[year] = sum(months)
    told = protect_numbers(found)
    for whole, parts in [(year, quarters_of(year)), *((quarter, months_of(quarter)) for quarter in quarters_of(year))]:
        hidden = [period for period in (whole, *parts) if told[period].hidden]
        assert len(hidden) != 1
    assert all(told[period].hidden for period, number in found.items() if 1 <= number <= 5)
