"""An assessment is begun, finished and, where it was mistaken, withdrawn. The tool proposes; a named person decides."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import Exists, OuterRef

from meg.partnership.seats import By, Refused, permit
from meg.partnership.trail.actions import record
from meg.partnership.trail.models import Kind
from meg.protect.assessments.models import Assessment, Framework, FrameworkFactor, Said
from meg.protect.assessments.permissions import ASSESSORS
from meg.protect.assessments.rules import Given, Result, Tool, finish_wrong, overrides, review_on, score
from meg.protect.children.rules import Unfit, Unfits
from meg.protect.exploitation.actions import give_level, hold
from meg.protect.exploitation.course import latest_level
from meg.protect.exploitation.models import Level, Referral
from meg.protect.exploitation.rules import LEVELS
from meg.protect.missing.rules import london_day

ONLY = "Only the exploitation team assesses."
CLOSED = "This referral is closed. Open it again before you assess."
NO_CHILD = "Match this referral to a child first."
NO_LEVEL = "Give the level at the point of referral first."
NONE_BEFORE = "There is no finished assessment to review yet. Begin with the first assessment."
THERE_IS_ONE = "This referral has a first assessment already. Begin a review."
BEGUN = "An assessment of this referral is begun already. Finish it, or withdraw it."
NOT_IN_USE = "Choose a framework that is in use."
FINISHED = "This assessment is finished. It is not changed: begin a new one, or withdraw it."
WITHDRAWN = "This assessment was withdrawn. It can be read, and no longer changed."


def last_of(referral: Referral) -> Assessment | None:
    """The last assessment of a referral that is finished and stands."""
    return Assessment.objects.finished().filter(referral=referral).order_by("-finished_at", "-pk").first()


def why_not_begin(referral: Referral) -> str:
    """Why no assessment of a referral can be begun now; empty where one can."""
    if referral.child_id is None:
        return NO_CHILD
    if referral.state == Referral.State.CLOSED:
        return CLOSED
    if not Level.objects.filter(referral=referral, point=Level.Point.REFERRAL).exists():
        return NO_LEVEL
    if Assessment.objects.begun().filter(referral=referral).exists():
        return BEGUN
    return ""


@transaction.atomic
def begin(*, by: By, referral: Referral, framework: Framework, kind: str, now: datetime | None = None) -> Assessment:
    """Begin an assessment of a referral's child. A review and a closing assessment start from the one before. `now`: when it
    is begun, where that is not the moment of the database.

    Raises: Refused; Unfit, where the referral is closed or of no child, one is begun already, there is none to review, or
    the framework is not in use.
    """
    permit(by, ASSESSORS, ONLY)
    kept = hold(referral)
    wrong = why_not_begin(kept)
    if wrong or kept.child_id is None:
        raise Unfit(wrong or NO_CHILD)
    if kind not in Assessment.Kind.values:
        raise Unfit("Choose what kind of assessment it is.", "kind")
    before = last_of(kept)
    if kind != Assessment.Kind.FIRST and before is None:
        raise Unfit(NONE_BEFORE, "kind")
    if kind == Assessment.Kind.FIRST and before is not None:
        raise Unfit(THERE_IS_ONE, "kind")
    if not Framework.objects.in_use().filter(pk=framework.pk).exists():
        raise Unfit(NOT_IN_USE, "framework")
    made = Assessment.objects.create(
        referral=kept, child_id=kept.child_id, framework=framework, kind=kind, previous=before,
        **({"begun_at": now} if now else {}),
    )  # fmt: skip
    made.refresh_from_db()
    _tell(by, made, f"Began an assessment: {made.get_kind_display().lower()}.", framework=framework.key,
          version=framework.version)  # fmt: skip
    return made


def _hold(assessment: Assessment) -> Assessment:
    """The assessment as it stands now, held for this transaction. Raises: Refused; Unfit, where it is no longer worked on."""
    found = Assessment.objects.select_for_update(of=("self",)).select_related("child", "referral", "framework")
    kept = found.filter(pk=assessment.pk).first()
    if kept is None:
        raise Refused("There is no such assessment, or your seat does not reach it.")
    if kept.state == Assessment.State.WITHDRAWN:
        raise Unfit(WITHDRAWN)
    return kept


@transaction.atomic
def finish(*, by: By, assessment: Assessment, given: Given, now: datetime) -> Assessment:
    """Finish an assessment: the answers, what the tool makes of them, and the level that a named person decides on.

    The level is written where levels are kept, in the same transaction.
    Raises: Refused; Unfit with each field and its sentence, also where it is finished already or the referral is closed.
    """
    permit(by, ASSESSORS, ONLY)
    kept = _hold(assessment)
    if kept.state == Assessment.State.FINISHED:
        raise Unfit(FINISHED)
    if kept.referral.state == Referral.State.CLOSED:
        raise Unfit(CLOSED)
    wrong = finish_wrong(given, london_day(now))
    if wrong:
        raise Unfits(wrong)
    tool = kept.framework.tool()
    _keep_answers(kept, given)
    result = score(tool, given.answers)
    until = given.review_on or _review(kept, given.level, london_day(now))
    Assessment.objects.filter(pk=kept.pk).update(**_values(given, result, until, now))
    point = Level.Point.ASSESSMENT if kept.kind == Assessment.Kind.FIRST else Level.Point.REVIEW
    give_level(by=by, referral=kept.referral, level=given.level, who=given.who, rationale=given.rationale, now=now,
               point=point, review_on=until, number=kept.pk)  # fmt: skip
    _tell(by, kept, f"Finished an assessment: {kept.get_kind_display().lower()}.", level=given.level,
          proposed=result.proposed, override=overrides(result.proposed, given.level))  # fmt: skip
    return Assessment.objects.get(pk=kept.pk)


def _review(kept: Assessment, level: str, today: date) -> date:
    return review_on(level, kept.framework.review_days, today)


def _values(given: Given, result: Result, until: date, now: datetime) -> dict[str, object]:
    notes = {section: words.strip() for section, words in given.notes.items() if words.strip()}
    return {
        "state": Assessment.State.FINISHED, "finished_at": now, "points": result.points, "at_most": result.at_most,
        "unanswered": result.unanswered, "total": result.total, "proposed": result.proposed,
        "band": result.band.label if result.band else "", "level": given.level, "by": given.who.strip(),
        "rationale": given.rationale.strip(), "notes": notes, "voice": given.voice.strip(),
        "strengths": given.strengths.strip(), "review_on": until,
    }  # fmt: skip


def _keep_answers(kept: Assessment, given: Given) -> None:
    """Every answer that a factor of the framework has. Raises: Unfit, where an answer is none of its factor."""
    made = []
    for one in FrameworkFactor.objects.filter(framework=kept.framework, left_out=False):
        code = given.answers.get(one.code, "")
        answer = one.factor.answer(code)
        if code and answer is None:
            raise Unfit(f"‘{one.label}’ has no such answer.")
        if answer:
            made.append(
                Said(assessment=kept, child_id=kept.child_id, factor=one, answer=answer.code, weight=answer.weight)
            )
    Said.objects.bulk_create(made)


def rests_on(assessment: Assessment) -> bool:
    """Whether the child's level of today is the one that was given in this assessment."""
    if assessment.state != Assessment.State.FINISHED:
        return False
    last = latest_level(assessment.child_id)
    return last is not None and (last.number, last.at) == (assessment.pk, assessment.finished_at)


def level_before(assessment: Assessment) -> Level | None:
    """The level that a child had before an assessment, but for those of assessments that were withdrawn."""
    gone = Assessment.objects.filter(
        child=assessment.child_id, state=Assessment.State.WITHDRAWN, pk=OuterRef("number"), finished_at=OuterRef("at")
    )
    found = Level.objects.filter(child=assessment.child_id, at__lt=assessment.finished_at).exclude(Exists(gone))
    return found.filter(referral__withdrawn_at__isnull=True).order_by("-at", "-pk").first()


@transaction.atomic
def withdraw(*, by: By, assessment: Assessment, why: str, now: datetime, stands: str = "", who: str = "") -> None:
    """Take back an assessment that was mistaken. It can still be read, and so can the level that was given in it.

    Where the child's level of today rests on it, a named person says which level stands now: a level of its own, with the
    reason. `stands` and `who` are not used where a later level stands already.
    Raises: Refused; Unfit, where no reason is given, it was withdrawn already, or nobody says which level stands.
    """
    permit(by, ASSESSORS, ONLY)
    kept = _hold(assessment)
    rests = rests_on(kept)
    wrong = [] if why.strip() else [("why", "Say why it is withdrawn. The reason stays with it.")]
    wrong += [("stands", "Choose which level stands now.")] if rests and stands not in LEVELS else []
    wrong += [("who", "Enter whose judgement the level is.")] if rests and not who.strip() else []
    if wrong:
        raise Unfits(wrong)
    if rests:
        closed = kept.referral.state == Referral.State.CLOSED
        give_level(by=by, referral=kept.referral, level=stands, who=who, now=now,
                   rationale=f"The assessment that gave {kept.level} was withdrawn: {why.strip()}",
                   point=Level.Point.CLOSURE if closed else Level.Point.REVIEW)  # fmt: skip
    Assessment.objects.filter(pk=kept.pk).update(
        state=Assessment.State.WITHDRAWN, withdrawn_at=now, withdrawn_by=by.name, withdrawn_why=why.strip()
    )
    _tell(by, kept, "Withdrew an assessment.", why=why.strip(), stands=stands if rests else "")


def answers_of(assessment: Assessment) -> dict[str, str]:
    """What was answered: factor code to answer code."""
    return dict(Said.objects.filter(assessment=assessment).values_list("factor__code", "answer"))


def result_of(assessment: Assessment, tool: Tool) -> Result:
    """What the tool makes of the answers that are kept."""
    return score(tool, answers_of(assessment))


def _tell(by: By, assessment: Assessment, sentence: str, **detail: object) -> None:
    record(by=by, kind=Kind.WRITE, sentence=sentence, reference=str(assessment.child.reference),
           detail={"assessment": assessment.pk, "referral": assessment.referral.reference, **detail})  # fmt: skip
