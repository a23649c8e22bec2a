"""The Jinja2 environment of our pages: addresses, static files, dates in Europe/London, GOV.UK's macros."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from jinja2 import ChainableUndefined, ChoiceLoader, Environment, PackageLoader


def day(value: date | datetime | None) -> str:
    """'14 March 2011'; empty where there is none."""
    if value is None:
        return ""
    local = timezone.localtime(value) if isinstance(value, datetime) else value
    return f"{local.day} {local:%B %Y}"


def day_short(value: date | datetime | None) -> str:
    """'14 Mar 2011'."""
    if value is None:
        return ""
    local = timezone.localtime(value) if isinstance(value, datetime) else value
    return f"{local.day} {local:%b %Y}"


def moment(value: datetime | None) -> str:
    """'Wed 25 Nov 05:55', with the year where it is not this one."""
    if value is None:
        return ""
    local = timezone.localtime(value)
    year = "" if local.year == timezone.localtime().year else f" {local.year}"
    return f"{local:%a} {local.day} {local:%b}{year} {local:%H:%M}"


def clock(value: datetime | None) -> str:
    """'05:55'."""
    return "" if value is None else f"{timezone.localtime(value):%H:%M}"


def url(name: str, *args: Any, **kwargs: Any) -> str:
    return reverse(name, args=args or None, kwargs=kwargs or None)


def environment(**options: Any) -> Environment:
    options["undefined"] = ChainableUndefined  # GOV.UK's macros read attributes of parameters that were not given
    made = Environment(**options)
    assert made.loader is not None
    made.loader = ChoiceLoader([made.loader, PackageLoader("govuk_frontend_jinja")])
    made.globals.update(static=static, url=url, now=timezone.localtime)
    made.filters.update(day=day, day_short=day_short, moment=moment, clock=clock)
    made.trim_blocks = made.lstrip_blocks = True
    return made
