"""Invented contexts: a bus station, an online space and a peer group, with levels, reviews, linked children and one plan; and
what the records propose, of which one group waits for the team. Every sentence is about process and says nothing of any child.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import models

from meg.config.demonstration.concerns import PEOPLE, PLACES
from meg.config.demonstration.staff import ACADEMY, HEALTH, POLICE, SERVICES
from meg.partnership.access.models import Member
from meg.partnership.agencies.models import Agency
from meg.protect.contexts.models import Answer, Context, Level, Link, Said
from meg.protect.contexts.proposals import Proposal, proposals
from meg.protect.contexts.rules import same_words
from meg.protect.exploitation.models import Link as Named
from meg.protect.exploitation.models import Referral
from meg.protect.missing.rules import london_day
from meg.protect.plans.models import Aim, Plan
from meg.protect.plans.models import Review as PlanReview
from meg.protect.tasks.models import Task

BY = "Helen Marsh"
JUDGE = "Helen Marsh, team manager"
STATION, ARCADE, FRIEND = PLACES[0], PLACES[3], PEOPLE[1]
SPACE = "A chat server named by pupils"
MOST = 6  # children linked to one context
ASIDE = (
    "Looked at with the neighbourhood officer: the children were there at different times and do not know each other."
)
WAITS = same_words(ARCADE)


@dataclass(frozen=True)
class Told:
    """One context: what it is, the words of the records it comes from, and the days from today on which things happened."""

    kind: str
    name: str
    named: str
    how: str
    known: str
    why: str
    opened: int
    levels: tuple[tuple[int, str, str], ...]
    reviewed: int
    review: int


CONTEXTS = (
    Told("place", STATION, STATION, "seen",
         "Busy from 15:30 to 19:00. Station staff have the team’s number and have been told what to look for.",
         "Several referrals of one term name it.", 74,
         ((73, "medium", "Named in several referrals; staff are present."),
          (18, "high", "Named again in two referrals since the last review.")), 18, 0),
    Told("online", SPACE, SPACE, "online",
         "Schools have told parents how to report it. The provider has been written to.",
         "Named in referrals of three schools.", 41, ((40, "medium", "Several schools; the provider answers."),), 14, 12),
    Told("peer", "A group of friends at the leisure centre", FRIEND, "member",
         "The youth worker of the centre knows the group and meets it each week.",
         "The same first name stands in several referrals.", 96,
         ((95, "medium", "Several referrals within a term."), (33, "low", "The youth worker meets the group each week.")), 33, -4),
)  # fmt: skip


@dataclass
class Around:
    """Contexts as rows, with what hangs on them, ready to be written in this order."""

    now: datetime
    agencies: dict[str, Agency]
    members: dict[str, Member]

    def named(self) -> Iterator[Named]:
        """Referrals of the last months that name the places and the people here, so that there is a group of each."""
        found = Referral.objects.current().filter(child__isnull=False).order_by("-received_at")
        online = found.filter(began="online")
        for kind, name, some in (
            ("online", SPACE, online[:5]), ("place", STATION, found[1:6]), ("person", FRIEND, found[6:9]), ("place", ARCADE, found[9:12]),
        ):  # fmt: skip
            for one in some:
                yield Named(referral=one, child_id=one.child_id, kind=kind, name=name, about="")

    def rows(self) -> Iterator[models.Model]:
        """The contexts and all of it. Groups are taken from the records, as the team would take them."""
        found = {one.words: one for page in (1, 2) for one in proposals(self.now, page)[0]}
        for told in CONTEXTS:
            made = Context(kind=told.kind, name=told.name, opened_at=self._ago(told.opened))
            yield made
            yield from self._said(told, made)
            if group := found.pop(same_words(told.named), None):
                yield from self._links(told, made, group)
            if told.kind == "place":
                yield from self._plan(made)
        for words, group in found.items():
            if words != WAITS:
                yield Answer(kind=group.kind, words=words, children=group.ids, what=Answer.What.SET_ASIDE, why=ASIDE,
                             at=self._ago(9), recorded_by=BY)  # fmt: skip

    def _ago(self, days: int) -> datetime:
        return self.now - timedelta(days=days)

    def _said(self, told: Told, made: Context) -> Iterator[models.Model]:
        of: dict[str, Any] = {"context": made, "recorded_by": BY}
        at = self._ago(told.opened)
        first = london_day(self._ago(told.reviewed))
        yield Said(what="opened", words=told.why, by=BY, next_on=first, at=at, **of)
        yield Said(what="known", words=told.known, by=BY, at=at, **of)
        for days, level, why in told.levels:
            yield Level(level=level, by=JUDGE, rationale=why, at=self._ago(days), **of)
        yield Said(
            what="review", words="Reviewed with the agencies that work there; what is known is unchanged.", by=JUDGE,
            held_on=first, next_on=london_day(self.now) + timedelta(days=told.review), at=self._ago(told.reviewed), **of,
        )  # fmt: skip

    def _links(self, told: Told, made: Context, group: Proposal) -> Iterator[models.Model]:
        for first, records in group.children[:MOST]:
            yield Link(
                context=made, child_id=first.child_id, how=told.how, since=london_day(records[-1].at),
                referral_id=first.referral, interview_id=first.interview, linked_at=max(self._ago(told.opened), first.at),
                linked_by=BY,
            )  # fmt: skip
        yield Answer(kind=group.kind, words=group.words, children=group.ids, what=Answer.What.OPENED, context=made,
                     at=self._ago(1), recorded_by=BY)  # fmt: skip

    def _plan(self, made: Context) -> Iterator[models.Model]:
        today = london_day(self.now)
        plan = Plan(context=made.pk, words="Evenings at the station in which children are seen and safe.", opened_at=self._ago(70),
                    opened_by=BY, review_on=today + timedelta(days=10))  # fmt: skip
        yield plan
        aims = (
            (
                "Adults who know what to look for are there each evening",
                "The rota of the station and of the youth service",
            ),
            ("Children say that they feel safe there", "What they say in return interviews and in school"),
        )
        for words, known_by in aims:
            yield Aim(plan=plan, words=words, known_by=known_by, recorded_by=BY)
        yield PlanReview(plan=plan, by="Helen Marsh; the station’s manager", words="The rota is agreed; lighting is asked for.",
                         at=self._ago(20), next_on=today + timedelta(days=10), recorded_by=BY)  # fmt: skip
        asked = (
            (POLICE, "Fiona Lyle", "Walk through the station on Fridays between 17:00 and 19:00", 5, False),
            (ACADEMY, "Daniel Okafor", "Tell the pupils who use the bus whom they can speak to", -1, False),
            (HEALTH, None, "Ask the drop-in to open one evening a week", 16, False),
            (SERVICES, "Helen Marsh", "Meet the station’s manager", -30, True),
        )
        for agency, who, what, days, done in asked:
            yield Task(
                of=Task.Of.CONTEXT, of_number=made.pk, what=what, agency=self.agencies[agency],
                member=self.members[who] if who else None, due_on=today + timedelta(days=days), asked_at=self._ago(60),
                asked_by=BY, done_at=self._ago(32) if done else None, done_by=who or "" if done else "",
                outcome="Met; the rota is agreed." if done else "",
            )  # fmt: skip
