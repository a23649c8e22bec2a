"""Pages of contexts in a browser, at a desk's width and at a phone's: axe finds nothing, nothing scrolls sideways."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from conftest import Cast
from meg.partnership.seats import seated
from meg.protect.children.models import Child
from meg.protect.contexts.actions import close_context, end_link, plan_for
from meg.protect.contexts.tests.conftest import SOON, TODAY, Linked, Naming, Opened
from meg.protect.missing.tests.pages import SignIn, text_of
from meg.protect.plans.actions import add_action


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 375])
def test_in_a_browser(
    cast: Cast, as_member: SignIn, opened: Opened, keira: Child, kira: Child, linked: Linked, naming: Naming,
    browse: Callable[..., Any], width: int,
) -> None:  # fmt: skip
    context = opened(level="high", who="Helen Example", rationale="Named four times")
    link, gone = linked(context, keira), linked(context, kira)
    for child in (keira, kira):
        naming(child, place="Mill Street Arcade")
    with seated(cast.by("helen")) as by:
        end_link(by=by, link=gone, why="Moved away", now=timezone.now())
        plan = plan_for(by=by, context=context, words="Safer evenings", review_on=SOON, now=timezone.now())
        add_action(by=by, plan=plan, what="Walk by", agency=cast.agencies["Penfield Academy"], due_on=SOON, today=TODAY)
        shut = opened(name="A closed one")
        close_context(by=by, context=shut, why="Quiet", now=timezone.now())
    window = browse(as_member("helen"), width)
    here = f"/contexts/{context.reference}/"
    page = text_of(as_member("helen").get("/contexts/proposals/"))
    digests = re.findall(r"/contexts/proposals/([0-9a-f]{16})/open/", page)
    assert digests
    pages = [here, "/contexts/", "/contexts/?state=closed", "/contexts/new/", "/contexts/proposals/",
             *(f"/contexts/proposals/{digests[0]}/{name}/" for name in ("open", "add", "set-aside")),
             *(f"{here}{name}/" for name in ("known", "level", "name", "review", "link", "close")), f"{here}links/{link.pk}/end/",
             *(f"{here}plan/{plan.pk}/{name}/" for name in ("aim", "action", "review", "close")),
             f"/contexts/{shut.reference}/", f"/children/{keira.reference}/contexts/",
             f"/children/{keira.reference}/contexts/link/"]  # fmt: skip
    for address in pages:
        shown = window.go(address)
        assert shown.locator("h1").count() == 1, address
        assert window.axe() == [], address
        assert not window.too_wide(), address
    other = browse(as_member("daniel"), width)
    for address in (here, "/contexts/", f"/children/{keira.reference}/contexts/"):
        other.go(address)
        assert other.axe() == [], address
        assert not other.too_wide(), address
    assert window.complaints == other.complaints == []
