"""The two frameworks that come with MEG. What a team changed in its own stays."""

from __future__ import annotations

import json
from datetime import date
from importlib.resources import files
from typing import Any

from django.db import transaction

from meg.partnership.seats import By, permit
from meg.partnership.trail.actions import record
from meg.partnership.trail.models import Kind
from meg.protect.assessments.models import Framework, FrameworkFactor
from meg.protect.assessments.permissions import INSTALLERS
from meg.protect.exploitation.rules import LEVELS

SINCE = date(2016, 4, 1)  # the strategy that MEG comes with is of 2016/17
WORDS = ("key", "title", "about", "scored", "caution", "bands", "review_days", "most_missing")


def shipped() -> dict[str, Any]:
    """The frameworks as they come with MEG, and the answers that their factors share."""
    text = files("meg.protect.assessments").joinpath("data", "frameworks.json").read_text(encoding="utf-8")
    return dict(json.loads(text))


@transaction.atomic
def bring_frameworks_up_to_date(*, by: By) -> int:
    """Add the frameworks that come with MEG and are not here in any version. Returns how many are in use.

    Raises: Refused, where the seat may not.
    """
    permit(by, INSTALLERS, "The frameworks that come with MEG are kept by the installation.")
    data = shipped()
    here = set(Framework.objects.values_list("key", flat=True))
    new = [one for one in data["frameworks"] if one["key"] not in here]
    for one in new:
        _add(one, data["answers"])
    if new:
        record(by=by, kind=Kind.WRITE, sentence=f"Added {len(new)} frameworks for assessment.",
               detail={"keys": [one["key"] for one in new]})  # fmt: skip
    return Framework.objects.in_use().count()


def _add(one: dict[str, Any], answers: dict[str, Any]) -> None:
    made = Framework.objects.create(version=1, **{name: one[name] for name in WORDS})
    asked = [(section, factor) for section in one["sections"] for factor in section["factors"]]
    FrameworkFactor.objects.bulk_create(
        FrameworkFactor(
            framework=made, section=section["title"], position=position, code=factor[0], label=factor[1], help=factor[2],
            harm=len(factor) > 3 and factor[3],
            answers=[dict(zip(("code", "label", "weight"), answer, strict=True)) for answer in answers[section["answers"]]],
        )
        for position, (section, factor) in enumerate(asked, 1)
    )  # fmt: skip
    assert set(made.review_days) == set(LEVELS)
    Framework.objects.filter(pk=made.pk).update(
        state=Framework.State.PUBLISHED, valid_from=SINCE, published_by="Comes with MEG"
    )
