"""The team keeps the frameworks. A published one is never changed: a change makes a new version, and old assessments
keep theirs."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, field
from datetime import date

from django.db import connection, transaction
from django.db.models import Max

from meg.partnership.seats import By, permit
from meg.partnership.trail.actions import record
from meg.partnership.trail.models import Kind
from meg.protect.assessments.models import Framework, FrameworkFactor
from meg.protect.assessments.permissions import KEEPERS
from meg.protect.assessments.rules import Answer, tool_wrong
from meg.protect.children.rules import Unfit, Unfits

ONLY = "Only the exploitation team keeps the frameworks."
COPIED = ("key", "title", "about", "scored", "caution", "bands", "review_days", "most_missing")


@dataclass(frozen=True)
class FrameworkSaid:
    """What a framework says of itself. `bands` are as they are typed; `review_days`: level to days."""

    title: str
    about: str = ""
    scored: str = ""
    caution: str = ""
    bands: str = ""
    review_days: dict[str, int] = field(default_factory=dict)
    most_missing: int = 0


@dataclass(frozen=True)
class FactorSaid:
    """What a factor asks, under which heading, and what can be answered."""

    section: str
    label: str
    help: str = ""
    harm: bool = False
    answers: tuple[Answer, ...] = ()


def _one_at_a_time(key: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"assessments_framework:{key}"])


def _key_of(title: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:40] or "framework"


@transaction.atomic
def start_framework(*, by: By, said: FrameworkSaid) -> Framework:
    """Begin a framework of one's own, as a draft. Raises: Refused; Unfit, where it has no title or one is called so already."""
    permit(by, KEEPERS, ONLY)
    if not said.title.strip():
        raise Unfit("Enter the title.", "title")
    key = _key_of(said.title)
    _one_at_a_time(key)
    if Framework.objects.filter(key=key).exists():
        raise Unfit("There is a framework of this title already. Make a new version of it.", "title")
    made = Framework.objects.create(key=key, version=1, **asdict(said))
    _tell(by, f"Began the framework ‘{made.title}’.", made)
    return made


def draft_of(framework: Framework) -> Framework | None:
    """The draft of a framework's next version, if there is one."""
    return Framework.objects.filter(key=framework.key, state=Framework.State.DRAFT).first()


@transaction.atomic
def new_version(*, by: By, framework: Framework) -> Framework:
    """A draft of the next version, like the one given; the draft that is there, where there is one. Raises: Refused."""
    permit(by, KEEPERS, ONLY)
    _one_at_a_time(framework.key)
    kept = Framework.objects.get(pk=framework.pk)
    there = kept if kept.state == Framework.State.DRAFT else draft_of(kept)
    if there:
        return there
    last = Framework.objects.filter(key=kept.key).aggregate(last=Max("version"))["last"]
    made = Framework.objects.create(version=last + 1, **{name: getattr(kept, name) for name in COPIED})
    factors = list(FrameworkFactor.objects.filter(framework=kept, left_out=False).order_by("position", "pk"))
    for one in factors:
        one.pk, one.framework = None, made
    FrameworkFactor.objects.bulk_create(factors)
    _tell(by, f"Began version {made.version} of the framework ‘{made.title}’.", made)
    return made


@transaction.atomic
def change_framework(*, by: By, framework: Framework, said: FrameworkSaid) -> Framework:
    """What a framework says of itself. Where it was published, what is said goes into a new version. Returns the draft.

    Raises: Refused; Unfit, where it has no title.
    """
    permit(by, KEEPERS, ONLY)
    if not said.title.strip():
        raise Unfit("Enter the title.", "title")
    draft = new_version(by=by, framework=framework)
    Framework.objects.filter(pk=draft.pk).update(**asdict(said))
    draft.refresh_from_db()
    _tell(by, f"Changed the draft of the framework ‘{draft.title}’.", draft)
    return draft


@transaction.atomic
def keep_factor(*, by: By, framework: Framework, said: FactorSaid, code: str = "") -> Framework:
    """Add a factor, or change the one with this code; in a new version, where the framework was published. Returns the draft.

    Raises: Refused; Unfit, where it says too little.
    """
    permit(by, KEEPERS, ONLY)
    wrong = [(name, sentence) for name, sentence in
             (("section", "Enter the heading it stands under."), ("label", "Enter what is asked."))
             if not str(getattr(said, name)).strip()]  # fmt: skip
    if wrong:
        raise Unfits(wrong)
    draft = new_version(by=by, framework=framework)
    values = {**asdict(said), "answers": FrameworkFactor.kept(said.answers), "left_out": False}
    there = FrameworkFactor.objects.filter(framework=draft)
    if not code or not there.filter(code=code).update(**values):
        FrameworkFactor.objects.create(
            framework=draft, code=code or _free_code(draft), position=_place_of(draft, said.section), **values
        )
    _tell(by, f"Kept a factor in the draft of the framework ‘{draft.title}’.", draft)
    return draft


def _free_code(draft: Framework) -> str:
    return f"f{FrameworkFactor.objects.filter(framework=draft).count() + 1}_{draft.version}"


def _place_of(draft: Framework, section: str) -> int:
    """The end of its section; the end of all, where the section is new. Factors of one position stand in order of adding."""
    there = FrameworkFactor.objects.filter(framework=draft)
    own = there.filter(section=section).aggregate(last=Max("position"))["last"]
    return int(own or (there.aggregate(last=Max("position"))["last"] or 0) + 1)


@transaction.atomic
def leave_out(*, by: By, framework: Framework, code: str) -> Framework:
    """Leave a factor out; of a new version, where the framework was published. Returns the draft. Raises: Refused."""
    permit(by, KEEPERS, ONLY)
    draft = new_version(by=by, framework=framework)
    FrameworkFactor.objects.filter(framework=draft, code=code).update(left_out=True)
    _tell(by, f"Left a factor out of the draft of the framework ‘{draft.title}’.", draft)
    return draft


@transaction.atomic
def publish(*, by: By, framework: Framework, today: date) -> None:
    """Take a draft into use. The version before is used for no new assessment from then on.

    Raises: Refused; Unfit with every sentence, where it cannot be used as it is, or is no draft.
    """
    permit(by, KEEPERS, ONLY)
    _one_at_a_time(framework.key)
    kept = Framework.objects.select_for_update().get(pk=framework.pk)
    if kept.state != Framework.State.DRAFT:
        raise Unfit("This version was published already.")
    wrong = tool_wrong(kept.tool(), kept.review_days)
    if wrong:
        raise Unfits([("", sentence) for sentence in wrong])
    Framework.objects.filter(key=kept.key, state=Framework.State.PUBLISHED).update(
        state=Framework.State.ENDED, valid_to=today
    )
    Framework.objects.filter(pk=kept.pk).update(state=Framework.State.PUBLISHED, valid_from=today, published_by=by.name)
    _tell(by, f"Took version {kept.version} of the framework ‘{kept.title}’ into use.", kept)


@transaction.atomic
def end_framework(*, by: By, framework: Framework, today: date) -> None:
    """Use a framework for no new assessment. Those that were begun keep it. Raises: Refused; Unfit, where it is not in use."""
    permit(by, KEEPERS, ONLY)
    _one_at_a_time(framework.key)
    found = Framework.objects.filter(pk=framework.pk, state=Framework.State.PUBLISHED)
    if not found.update(state=Framework.State.ENDED, valid_to=today):
        raise Unfit("This version is not in use.")
    _tell(by, f"Ended the framework ‘{framework.title}’.", framework)


def _tell(by: By, sentence: str, framework: Framework) -> None:
    record(by=by, kind=Kind.WRITE, sentence=sentence, detail={"framework": framework.key, "version": framework.version})
