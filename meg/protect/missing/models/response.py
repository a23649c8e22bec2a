"""What is done about an episode: the police's grading, changes of status, the prevention interview, the team's
decision and what is challenged. Each row is added and never changed, but for the answer to a challenge.
"""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from meg.partnership.agencies.models import RowOfAMatter
from meg.partnership.trail.models import FromContext
from meg.protect.children.models import Child
from meg.protect.missing.models.episode import Episode


class OfEpisode(RowOfAMatter):
    """Something said of an episode: `at` is when it happened, `recorded_at` and `recorded_by` when and by whom it
    was written down. Its child is the episode's.
    """

    episode = models.ForeignKey(
        Episode, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    at = models.DateTimeField(db_default=Now())
    recorded_at = models.DateTimeField(db_default=Now())
    recorded_by = models.TextField(db_default=FromContext("meg.name", models.TextField()))
    batch = models.BigIntegerField(null=True, blank=True)

    class Meta:
        abstract = True


class Risk(OfEpisode):
    """The police's level of risk, who assessed it and why, and when it is reviewed. A later one replaces it and
    leaves it readable. Levels are the code list `police_risk`, and `ABSENT` for its years.
    """

    level = models.TextField()
    reason = models.TextField()
    assessor = models.TextField()
    review_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["episode", "-at"], name="risk_of_episode")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(level__in=["VERY_LOW", "LOW", "MEDIUM", "HIGH", "ABSENT"]),
                name="risk_level_is_known",
            ),
            models.CheckConstraint(
                condition=~models.Q(reason="") & ~models.Q(assessor=""), name="risk_has_a_reason_and_an_assessor"
            ),
            models.CheckConstraint(
                condition=models.Q(review_at__isnull=True) | models.Q(review_at__gt=models.F("at")),
                name="risk_review_after_grading",
            ),
        ]


class Status(OfEpisode):
    """A change of status within an episode: from that moment missing, or away or absent. The episode itself keeps
    the graver word, so that it is counted as missing where it was missing at any time.
    """

    care_status = models.CharField(max_length=1, choices=Episode.CareStatus.choices, blank=True)
    police_category = models.TextField(choices=Episode.PoliceCategory.choices, blank=True)
    reason = models.TextField()

    class Meta:
        indexes = [models.Index(fields=["episode", "-at"], name="status_of_episode")]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(care_status="", police_category="") & ~models.Q(reason=""),
                name="status_is_one_with_a_reason",
            ),
        ]

    @property
    def in_words(self) -> str:
        """The status in words, the carer's before the police's."""
        if self.care_status:
            return Episode.CareStatus(self.care_status).label
        return Episode.PoliceCategory(self.police_category).label


class Prevention(OfEpisode):
    """The prevention interview, which the police hold at the return; or why there was none."""

    held = models.BooleanField()
    by = models.TextField()
    not_held_because = models.TextField(blank=True)
    harm = models.BooleanField(null=True, blank=True)  # harm told or seen; empty where it was not asked
    passed_on = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["episode", "-at"], name="prevention_of_episode")]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(by="") & (models.Q(held=True) | ~models.Q(not_held_because="")),
                name="prevention_held_or_why_not",
            ),
        ]


class Decision(OfEpisode):
    """What the team decided on an episode, who, and why."""

    class What(models.TextChoices):
        NONE = "no_further_action", "No further action"
        INTERVIEW = "interview_first", "Interview first, then decide"
        REFERRAL = "referral", "Referral"
        DISCUSSION = "strategy_discussion", "Strategy discussion"
        PLAN = "safety_plan", "Safety plan"
        POLICE = "information_to_police", "Information to the police"

    what = models.TextField(choices=What.choices)
    why = models.TextField()

    class Meta:
        indexes = [models.Index(fields=["episode", "-at"], name="decision_of_episode")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    what__in=[
                        "no_further_action", "interview_first", "referral", "strategy_discussion", "safety_plan",
                        "information_to_police",
                    ]
                ) & ~models.Q(why=""),
                name="decision_is_known_and_has_a_reason",
            ),
        ]  # fmt: skip


class Challenge(OfEpisode):
    """The team's view that an absent or away episode should have been missing, and the answer. Both are kept."""

    class Answer(models.TextChoices):
        AGREED = "agreed", "Agreed: recorded as missing"
        KEPT = "kept", "Not agreed: the first view is kept"

    why = models.TextField()
    answer = models.TextField(choices=Answer.choices, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.TextField(blank=True)
    answer_why = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["episode", "-at"], name="challenge_of_episode")]
        constraints = [
            models.CheckConstraint(condition=~models.Q(why=""), name="challenge_has_a_reason"),
            models.CheckConstraint(
                condition=models.Q(answer="", answered_at__isnull=True)
                | (models.Q(answer__in=["agreed", "kept"], answered_at__isnull=False)
                   & ~models.Q(answered_by="") & ~models.Q(answer_why="")),
                name="challenge_answer_is_whole",
            ),
            models.UniqueConstraint(
                fields=["episode"], condition=models.Q(answer=""), name="challenge_one_open_of_an_episode"
            ),
        ]  # fmt: skip
