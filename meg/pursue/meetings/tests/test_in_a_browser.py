"""A meeting run in a real browser, by the keyboard alone; and every page looked at by axe, wide and narrow."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from conftest import Cast
from meg.partnership.seats import seated
from meg.protect.children.models import Child
from meg.protect.tasks.models import Task
from meg.pursue.meetings import actions
from meg.pursue.meetings.models import Decision, Item, Meeting
from meg.pursue.meetings.tests.conftest import on_agenda, plan, refer_child, works_with
from tests.browser import Browsing

pytestmark = pytest.mark.browser
SignIn = Callable[[str], Client]
Browse = Callable[..., Browsing]


@pytest.fixture
def meeting(cast: Cast, keira: Child, owen: Child) -> Meeting:
    """A meeting of tomorrow with its agenda closed: Keira, referred at high, and Owen."""
    now = timezone.now()
    refer_child(cast, keira, at=now - timedelta(days=3))
    made = plan(cast, starts_at=now + timedelta(days=1), now=now)
    works_with(cast, owen, "Penfield Academy")
    on_agenda(cast, made, owen)
    with seated(cast.by("helen")) as by:
        actions.add_theme(by=by, meeting=made, title="Any other business", why="As always.", shared=True)
        actions.close_agenda(by=by, meeting=made, now=now)
        actions.begin(by=by, meeting=made, now=now)
    return made


def state_of(cast: Cast, child: Child) -> str:
    with seated(cast.by("helen")):
        return Item.objects.get(child=child).state


def test_a_meeting_is_run_from_the_keyboard(
    cast: Cast, as_member: SignIn, browse: Browse, meeting: Meeting, keira: Child, owen: Child
) -> None:
    window = browse(as_member("helen"))
    page = window.go(f"/meetings/{meeting.pk}/room/")
    keys = page.keyboard
    assert "Keira Dunstan" in page.title()
    keys.press("j")
    there(page, "Owen Tarrant")
    keys.press("ArrowLeft")
    there(page, "Keira Dunstan")
    keys.press("d")
    assert page.evaluate("document.activeElement.name") == "what"
    keys.press("ArrowDown")
    keys.press("Space")
    page.locator("#id_why").focus()
    keys.type("Safer on the way to school; no jump on j, k or n.")
    keys.press("Control+Enter")
    page.get_by_text("The decision is kept.").wait_for()
    page.wait_for_load_state()
    assert state_of(cast, keira) == "decided"
    give_by_keyboard(window)
    page.get_by_text("The action is given").wait_for()
    page.wait_for_load_state()
    keys.press("n")
    there(page, "Owen Tarrant")
    keys.press("e")
    page.get_by_role("heading", name="End the meeting").wait_for()
    page.locator("input[name=put_off_rest]").focus()
    keys.press("Space")
    keys.press("Enter")
    page.get_by_text("The meeting has ended.").wait_for()
    assert state_of(cast, owen) == "put_off"
    with seated(cast.by("helen")):
        decided = Decision.objects.get(child=keira)
        assert (decided.what, decided.why[:6]) == ("plan", "Safer ")
        assert Task.objects.get(child=keira).what == "See Keira at school"
    assert window.complaints == []


def there(page: Page, name: str) -> None:
    """Wait until the item of this name is there, with its scripts."""
    expect(page).to_have_title(re.compile(name))
    page.wait_for_load_state()


def give_by_keyboard(window: Browsing) -> None:
    """An action for Penfield Academy in nine days."""
    keys, day = window.page.keyboard, timezone.localdate() + timedelta(days=9)
    keys.press("a")
    keys.type("See Keira at school")
    keys.press("Tab")
    keys.type("Penf")
    for text in (day.day, day.month, day.year):
        keys.press("Tab")
        keys.type(str(text))
    keys.press("Control+Enter")


def test_what_was_typed_is_kept_when_the_page_is_left(
    cast: Cast, as_member: SignIn, browse: Browse, meeting: Meeting
) -> None:
    window = browse(as_member("helen"))
    page = window.go(f"/meetings/{meeting.pk}/room/")
    page.locator("#id_facts").focus()
    page.keyboard.type("Told by the school")
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    there(page, "Owen Tarrant")
    page.keyboard.press("k")
    there(page, "Keira Dunstan")
    assert page.locator("#id_facts").input_value() == "Told by the school"


def test_the_room_works_without_scripts(
    cast: Cast, as_member: SignIn, browse: Browse, meeting: Meeting, keira: Child
) -> None:
    window = browse(as_member("helen"), scripts=False)
    page = window.go(f"/meetings/{meeting.pk}/room/")
    page.get_by_role("link", name="On", exact=True).click()
    page.get_by_role("link", name="Back", exact=True).click()
    page.get_by_label("No further action").check()
    page.get_by_label("Why", exact=True).fill("Nothing new.")
    page.get_by_role("button", name="Keep the decision").click()
    assert page.get_by_text("The decision is kept.").is_visible()
    assert state_of(cast, keira) == "decided"


@pytest.mark.parametrize("width", [1280, 375])
def test_axe_finds_nothing(
    cast: Cast, as_member: SignIn, browse: Browse, meeting: Meeting, keira: Child, width: int
) -> None:
    with seated(cast.by("helen")) as by:
        item = Item.objects.get(child=keira)
        actions.decide(by=by, item=item, what="plan", why="Safer.", facts="Told by the school.", now=timezone.now())
    room = ["room/", "attendance/", "end/", "agenda/child/", "agenda/theme/", "next/", f"agenda/{item.pk}/off/"]
    seen_by(browse(as_member("helen"), width=width), meeting, ["", "agenda/", "papers/", "minutes/", *room])
    seen_by(browse(as_member("daniel"), width=width), meeting, ["", "agenda/", "papers/"])
    with seated(cast.by("helen")) as by:
        actions.end_meeting(by=by, meeting=meeting, put_off_rest=True, now=timezone.now())
    seen_by(browse(as_member("helen"), width=width), meeting, ["minutes/", "minutes/agree/"])
    with seated(cast.by("helen")) as by:
        actions.agree(by=by, meeting=meeting, now=timezone.now(), demonstration=True)
        actions.correct(by=by, item=item, words="It was the aunt.")
    seen_by(browse(as_member("daniel"), width=width), meeting, ["minutes/"])


def seen_by(window: Browsing, meeting: Meeting, pages: list[str]) -> None:
    for address in ["/meetings/", *(f"/meetings/{meeting.pk}/{page}" for page in pages)]:
        window.go(address)
        assert window.axe() == [], address
        assert not window.too_wide(), address
    assert window.complaints == []
