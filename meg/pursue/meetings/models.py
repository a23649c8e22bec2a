"""Meetings of the agencies that work with exploited children: agenda, attendance, decisions, actions, minutes."""

from __future__ import annotations

from datetime import date, datetime

from django.db import models
from django.db.models.functions import Coalesce, Now
from django.utils import timezone

from meg.partnership.access.models import Member
from meg.partnership.agencies.models import Agency, PartnershipRow, RowOfAMatter
from meg.partnership.trail.models import FromContext
from meg.protect.children.models import FULL_NAME, Child, Name
from meg.protect.tasks.models import Task

WHO = FromContext("meg.name", models.TextField())


class MeetingQuerySet(models.QuerySet["Meeting"]):
    def coming(self) -> MeetingQuerySet:
        """Meetings that are not over, the next first."""
        return self.filter(state__in=["open", "closed", "room"]).order_by("starts_at", "pk")

    def over(self) -> MeetingQuerySet:
        """Meetings that were held, the latest first."""
        return self.filter(state__in=["held", "agreed"]).order_by("-starts_at", "-pk")


class Meeting(PartnershipRow):
    """One meeting, from its planning to its agreed minutes. `frozen`, once agreed: what its minutes say of the whole."""

    class State(models.TextChoices):
        OPEN = "open", "Agenda open"
        CLOSED = "closed", "Agenda closed"
        ROOM = "room", "In the room"
        HELD = "held", "Held: minutes to be agreed"
        AGREED = "agreed", "Minutes agreed"

    starts_at = models.DateTimeField()
    where = models.TextField()
    chair = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+", db_index=False)
    closes_on = models.DateField()
    state = models.TextField(choices=State.choices, default=State.OPEN)
    follows = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    planned_at = models.DateTimeField(db_default=Now())
    planned_by = models.TextField(db_default=WHO)
    closed_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    held_at = models.DateTimeField(null=True, blank=True)
    agreed_at = models.DateTimeField(null=True, blank=True)
    agreed_by = models.TextField(blank=True, db_default="")
    frozen = models.JSONField(default=dict, blank=True)

    objects = MeetingQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["partnership", "-starts_at"], name="meeting_by_day")]
        constraints = [
            models.UniqueConstraint(fields=["partnership", "id"], name="meeting_of_its_partnership"),
            models.UniqueConstraint(fields=["follows"], name="meeting_is_followed_once"),
            models.CheckConstraint(condition=~models.Q(where=""), name="meeting_is_somewhere"),
            models.CheckConstraint(
                condition=models.Q(state__in=["open", "closed", "room", "held", "agreed"]), name="meeting_state_is_known"
            ),
            models.CheckConstraint(
                condition=~models.Q(state="agreed") | (models.Q(agreed_at__isnull=False) & ~models.Q(agreed_by="")),
                name="meeting_agreed_by_someone",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"Meeting of {self.day}"

    @property
    def on(self) -> date:
        """The day of the meeting, in Europe/London."""
        return timezone.localtime(self.starts_at).date()

    @property
    def day(self) -> str:
        return f"{self.on.day} {self.on:%B %Y}"

    @property
    def is_coming(self) -> bool:
        return self.state in ("open", "closed", "room")

    @property
    def is_over(self) -> bool:
        return self.state in ("held", "agreed")


class OfMeeting(RowOfAMatter):
    """A row of a meeting, by one key over partnership and meeting."""

    meeting = models.ForeignKey(
        Meeting, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )

    class Meta:
        abstract = True


def called() -> Coalesce:
    """The name that a row's child is known by, empty where none is recorded."""
    name = Name.objects.current().filter(child=models.OuterRef("child"), kind=Name.Kind.NAME)
    return Coalesce(models.Subquery(name.values_list(FULL_NAME)[:1]), models.Value("", models.TextField()))


class ItemQuerySet(models.QuerySet["Item"]):
    def with_child(self) -> ItemQuerySet:
        """Items with their child, and the name it is known by as `called`, empty where none is recorded."""
        return self.select_related("child").annotate(called=called())

    def there(self) -> ItemQuerySet:
        """Items that were not taken off, in the order of the agenda."""
        return self.exclude(state=Item.State.TAKEN_OFF).order_by("position", "pk")

    def waiting(self) -> ItemQuerySet:
        """Items that are not dealt with yet."""
        return self.filter(state=Item.State.ON).order_by("position", "pk")


class Item(OfMeeting):
    """What is talked about: a child, or a theme. It ends decided, put off to the next meeting, or taken off with a reason.

    A theme is `shared` where every agency may read it; it then names no child. `late`: added after the agenda was closed.
    """

    class State(models.TextChoices):
        ON = "on", "On the agenda"
        DECIDED = "decided", "Decided"
        PUT_OFF = "put_off", "Put off to the next meeting"
        TAKEN_OFF = "taken_off", "Taken off the agenda"

    child = models.ForeignKey(
        Child, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False, db_constraint=False
    )
    title = models.TextField(blank=True)
    shared = models.BooleanField(default=False)
    position = models.IntegerField()
    late = models.BooleanField(default=False)
    state = models.TextField(choices=State.choices, default=State.ON)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.TextField(blank=True, db_default="")
    ended_because = models.TextField(blank=True, db_default="")
    added_at = models.DateTimeField(db_default=Now())
    added_by = models.TextField(db_default=WHO)

    objects = ItemQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["meeting", "position"], name="item_of_meeting"),
            models.Index(fields=["child", "meeting"], name="item_of_child"),
            models.Index(fields=["partnership"], name="item_put_off", condition=models.Q(state="put_off")),
        ]
        constraints = [
            models.UniqueConstraint(fields=["partnership", "meeting", "id"], name="item_of_its_meeting"),
            models.UniqueConstraint(fields=["partnership", "id"], name="item_of_its_partnership"),
            models.UniqueConstraint(fields=["partnership", "child", "id"], name="item_of_its_child"),
            models.UniqueConstraint(
                fields=["meeting", "child"], condition=~models.Q(state="taken_off"), name="item_one_of_a_child"
            ),
            models.CheckConstraint(
                condition=models.Q(child__isnull=False, title="", shared=False)
                | (models.Q(child__isnull=True) & ~models.Q(title="")),
                name="item_is_of_a_child_or_a_theme",
            ),
            models.CheckConstraint(
                condition=models.Q(state="on", ended_at__isnull=True, ended_because="")
                | (models.Q(state__in=["decided", "put_off", "taken_off"], ended_at__isnull=False)
                   & ~models.Q(ended_because="") & ~models.Q(ended_by="")),
                name="item_end_is_whole",
            ),
        ]  # fmt: skip

    @property
    def name(self) -> str:
        """What the item is called: the child's name or reference, or the theme."""
        return str(getattr(self, "called", "") or self.child) if self.child_id else self.title

    @property
    def is_on(self) -> bool:
        return self.state == self.State.ON


class OfItem(OfMeeting):
    """Something said of an item. Its child is the item's; empty where the item is a theme."""

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    child = models.ForeignKey(
        Child, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False, db_constraint=False
    )
    recorded_at = models.DateTimeField(db_default=Now())
    recorded_by = models.TextField(db_default=WHO)

    class Meta:
        abstract = True


class Reason(OfItem):
    """Why an item is on the agenda. `number` names what is due: a referral, a level, a context, an item that was put off."""

    class Kind(models.TextChoices):
        PUT_OFF = "put_off", "Put off at the last meeting"
        HIGH = "high", "New referral at high"
        REPEAT = "repeat", "Referred again"
        MISSING = "missing", "Missing again and again"
        LEVEL = "level", "Level to be reviewed"
        ASSESSMENT = "assessment", "Assessment to be reviewed"
        PLAN = "plan", "Plan to be reviewed"
        TASKS = "tasks", "Tasks overdue"
        CONTEXT = "context", "Context to be looked at"
        ASKED = "asked", "Asked for"
        THEME = "theme", "Theme"

    kind = models.TextField(choices=Kind.choices)
    words = models.TextField()
    number = models.BigIntegerField(null=True, blank=True)
    agency = models.ForeignKey(
        Agency, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )

    class Meta:
        indexes = [
            models.Index(fields=["item"], name="reason_of_item"),
            models.Index(fields=["number"], name="reason_put_off", condition=models.Q(kind="put_off")),
        ]
        constraints = [
            models.CheckConstraint(condition=~models.Q(words=""), name="reason_says_why"),
            models.UniqueConstraint(
                fields=["partnership", "number"], condition=models.Q(kind="put_off"), name="reason_carried_once"
            ),
        ]


class Decision(OfItem):
    """What the meeting decided on an item, and why: the judgement of those who met, written down by one of them.

    `facts`: what was reported, apart from it. A later decision of the same meeting stands in place of an earlier one.
    """

    class What(models.TextChoices):
        NONE = "none", "No further action"
        PLAN = "plan", "Plan changed"
        REVIEW = "review", "Level to be reviewed"
        DISCUSSION = "discussion", "Strategy discussion"
        REFERRAL = "referral", "Referral to another service"
        PUT_OFF = "put_off", "Put off to the next meeting"

    what = models.TextField(choices=What.choices)
    facts = models.TextField(blank=True)
    why = models.TextField()
    review_on = models.DateField(null=True, blank=True)
    to = models.TextField(blank=True)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [
            models.Index(fields=["item", "-at"], name="meeting_decision_of_item"),
            models.Index(fields=["child", "-at"], name="meeting_decision_of_child"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(what__in=["none", "plan", "review", "discussion", "referral", "put_off"])
                & ~models.Q(why=""),
                name="meeting_decision_has_a_reason",
            ),
            models.CheckConstraint(
                condition=~models.Q(what="review") | models.Q(review_on__isnull=False), name="meeting_review_has_a_day"
            ),
            models.CheckConstraint(condition=~models.Q(what="referral") | ~models.Q(to=""), name="meeting_referral_says_to"),
        ]  # fmt: skip

    @property
    def in_words(self) -> str:
        """'Level to be reviewed by 3 December 2026', 'Referral to the health service'."""
        if self.what == self.What.REVIEW and self.review_on:
            return f"Level to be reviewed by {self.review_on.day} {self.review_on:%B %Y}"
        return f"Referral to {self.to}" if self.what == self.What.REFERRAL else str(self.What(self.what).label)


class ActionQuerySet(models.QuerySet["Action"]):
    def with_child(self) -> ActionQuerySet:
        """Actions with their item and child, and the name it is known by as `called`, empty where none is recorded."""
        return self.select_related("child", "item").annotate(called=called())


class Action(OfItem):
    """A task that was given for an item. What it is, whose, and by when, is the task's to say."""

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="+", db_index=False)

    objects = ActionQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["item"], name="action_of_item")]
        constraints = [models.UniqueConstraint(fields=["task"], name="action_is_one_task")]


class AttendanceQuerySet(models.QuerySet["Attendance"]):
    def current(self) -> AttendanceQuerySet:
        """What is said of who takes part, and was not taken back."""
        return self.filter(withdrawn_at__isnull=True).order_by("name", "pk")


class Attendance(OfMeeting):
    """Who was there for which agency, who sent apologies, who a report instead."""

    class How(models.TextChoices):
        PRESENT = "present", "Present"
        APOLOGIES = "apologies", "Apologies"
        REPORT = "report", "Sent a report"

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_index=False)
    name = models.TextField()
    how = models.TextField(choices=How.choices)
    recorded_at = models.DateTimeField(db_default=Now())
    recorded_by = models.TextField(db_default=WHO)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = AttendanceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["meeting", "agency", "name"], name="attendance_once_a_person"),
            models.CheckConstraint(condition=~models.Q(name=""), name="attendance_names_someone"),
            models.CheckConstraint(
                condition=models.Q(how__in=["present", "apologies", "report"]), name="attendance_is_known"
            ),
        ]


class Minute(OfItem):
    """What the agreed minutes say of an item. Added when they are agreed, and never changed."""

    content = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item"], name="minute_once_an_item")]


class Document(OfMeeting):
    """The agreed minutes as they were set for the team: bytes that never change."""

    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["meeting"], name="document_once_a_meeting")]


class Note(OfItem):
    """A correction of agreed minutes, beside what they say."""

    words = models.TextField()

    class Meta:
        indexes = [models.Index(fields=["item"], name="note_of_item")]
        constraints = [models.CheckConstraint(condition=~models.Q(words=""), name="note_says_something")]


def moment(value: datetime) -> str:
    """'Wednesday 25 November 2026 at 10:00', in Europe/London."""
    local = timezone.localtime(value)
    return f"{local:%A} {local.day} {local:%B %Y} at {local:%H:%M}"
