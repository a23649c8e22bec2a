"""What needs me today, by seat. Each seat's page asks only for what that seat may see; the database holds it
to that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from django.db import connection, models
from django.db.models.functions import Cast, Coalesce, Concat, Greatest, Length, LPad
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from meg.front.context import stands
from meg.front.protecting import protecting
from meg.intake.models import Batch
from meg.oversight.performance.actions import waiting_supplies
from meg.oversight.performance.models import Commentary, Indicator, Report, ShownFigure
from meg.oversight.performance.permissions import FIGURES
from meg.oversight.performance.rules import read_period
from meg.partnership.access.models import Grant, Involvement, Member
from meg.partnership.access.request import by_of
from meg.partnership.agencies.models import Agency
from meg.partnership.seats import By, Seat
from meg.partnership.trail.models import Entry, Kind
from meg.protect.children.at_once import Asked, moment_of
from meg.protect.children.models import Child
from meg.protect.children.rules import age
from meg.protect.missing import board
from meg.protect.missing.actions import record_list
from meg.protect.missing.models import Episode
from meg.protect.missing.permissions import RECORDERS
from meg.protect.missing.rules import duration, elapsed, london_day, when

SHOWN = 10  # rows a section, then a link to all
ALL = 500
RECENTLY = timedelta(days=7)
BACK_AT_MOST = timedelta(days=14)  # how far back 'since you left' looks
Context = dict[str, Any]
Row = TypeVar("Row")


@dataclass(frozen=True)
class Tile:
    """One of the counts at the top: a link into the page."""

    n: int
    label: str
    href: str
    note: str = ""
    worst: str = ""


@dataclass(frozen=True)
class Matter:
    """One child in a list: who, for how long or how long ago, since when, and what is recorded."""

    name: str
    reference: str
    age: int | None
    clock: str
    moment: str
    lasted: str
    recorded_as: str
    where: str
    reported_by: str
    episode: int

    @classmethod
    def of(cls, episode: Episode, now: datetime) -> Matter:
        child = episode.child
        return cls(
            name=getattr(episode, "called", "") or str(child.reference),
            reference=str(child.reference),
            age=age(child.date_of_birth, london_day(now)),
            clock=episode.lasted(now) if episode.returned_at is None else _ago(episode, now),
            moment=episode.since(now) if episode.returned_at is None else episode.until(now),
            lasted=episode.lasted(now),
            recorded_as=episode.recorded_as,
            where=episode.where,
            reported_by=episode.reported_by,
            episode=episode.pk,
        )


@dataclass(frozen=True)
class Section(Generic[Row]):
    """Rows of a section, and how many there are in all."""

    rows: list[Row]
    total: int
    key: str = ""


def added(rows: Sequence[models.Model], name: str) -> int:
    """A number that a query's phrase added to every row, as the total; 0 where there is no row."""
    return int(rows[0].__dict__[name]) if rows else 0


def _ago(episode: Episode, now: datetime) -> str:
    """How long ago the child came back; in days where only the day is known."""
    assert episode.returned_at is not None
    if not episode.returned_to_the_minute:
        days = (london_day(now) - london_day(episode.returned_at)).days
        return f"{days} days ago" if days != 1 else "1 day ago"
    return f"{duration(elapsed(episode.returned_at, now))} ago"


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The start page of the seat one is in."""
    by, now = by_of(request), timezone.now()
    template, context = PAGES[by.seat](request, by, now)
    today = timezone.localtime(now)
    shared = {
        "today": f"{today:%A} {today.day} {today:%B %Y}, {today:%H:%M}",
        "may_record": by.seat in RECORDERS,
    }
    return render(request, f"front/{template}.html", {**shared, **context})


# ── children ────────────────────────────────────────────────────────────────────────────────────────────────


def _most(request: HttpRequest, key: str) -> int:
    return ALL if request.GET.get("all") == key else SHOWN


def _cut(request: HttpRequest, key: str, rows: list[Row]) -> Section[Row]:
    """The first rows of a section, or all; interviews that are over are never cut off."""
    over = sum(isinstance(row, board.Waiting) and row.clock.state == "over" for row in rows)
    return Section(rows[: max(_most(request, key), over)], len(rows), key)


@dataclass(frozen=True)
class Open:
    """The open matters of the day, as this seat may see them: all of them, or only the member's own."""

    missing: Section[board.NowMissing]
    interviews: Section[board.Waiting]
    scrutiny: Section[board.ForTeam]
    tiles: list[Tile]
    own: int
    total: int
    only_mine: bool

    def references(self) -> list[str]:
        rows: list[board.Matter] = [*self.missing.rows, *self.interviews.rows, *self.scrutiny.rows]
        return [row.who.reference for row in rows]


def _only_mine(request: HttpRequest) -> bool:
    """Whether only the member's own matters are shown; what was chosen last is kept for the next visit."""
    if (asked := request.GET.get("mine")) in ("yes", "no"):
        request.session["only_mine"] = asked
    return bool(request.session.get("only_mine") == "yes")


def open_matters(request: HttpRequest, by: By, now: datetime, *, team: bool) -> Open:
    """What is open now, by the same queries as the board."""
    whole = board.Board(
        board.now_missing(by, now), board.interviews(by, now), board.for_scrutiny(by, now) if team else [], []
    )
    own, only_mine = whole.only(lambda one: one.mine), _only_mine(request)
    shown = own if only_mine else whole
    return Open(
        _cut(request, "missing", shown.missing), _cut(request, "interviews", shown.interviews),
        _cut(request, "scrutiny", shown.scrutiny), _tiles(shown, team=team), len(own.matters()), len(whole.matters()), only_mine,
    )  # fmt: skip


def _tiles(shown: board.Board, *, team: bool) -> list[Tile]:
    """The counts of all that is open, also of what is cut off, each with its worst fact."""
    missing, waiting, scrutiny = shown.missing, shown.interviews, shown.scrutiny
    high, reviews = sum(one.risk == "HIGH" for one in missing), sum(one.review_over for one in missing)
    over, soon = (sum(one.clock.state == state for one in waiting) for state in ("over", "soon"))
    found = [
        Tile(len(missing), "now missing", "#now-missing", f"{high} high" if high else "",
             f"{reviews} review{'' if reviews == 1 else 's'} over" if reviews else ""),
        Tile(len(waiting), "interviews due", "#interviews", f"{soon} under 24 h" if soon else "",
             f"{over} over" if over else ""),
    ]  # fmt: skip
    if team:
        longest = f"longest {scrutiny[0].waited}" if scrutiny else ""
        found.append(Tile(len(scrutiny), "waiting for scrutiny", "#scrutiny", longest))
    return found


@dataclass(frozen=True)
class SinceLeft:
    """What is new since a moment: children reported missing, children who came back."""

    moment: datetime
    words: str
    reported: list[Matter]
    returned: list[Matter]

    @property
    def in_words(self) -> str:
        said = [
            f"{len(rows)} {verb}"
            for rows, verb in ((self.reported, "reported missing"), (self.returned, "returned"))
            if rows
        ]
        return ", ".join(said)


def since_left(by: By, signed_in: datetime | None, now: datetime) -> SinceLeft | None:
    """What others recorded since this member's last look before they signed in. None where there was no
    look.
    """
    if signed_in is None:
        return None
    lines = Entry.objects.filter(partnership_id=by.partnership_id, member_id=by.member_id, at__lt=signed_in)
    left = lines.newest_first().values_list("at", flat=True).first()
    if left is None:
        return None
    moment = max(left, now - BACK_AT_MOST)
    near, written = moment - RECENTLY, Coalesce("changed_at", "recorded_at")
    reported = models.Q(started_at__gte=near, recorded_at__gt=moment)
    back = models.Q(returned_at__gte=near, written__gt=moment)
    episodes = Episode.objects.current().with_child().alias(written=written)
    new = list(episodes.filter(reported | back).order_by("-started_at")[:ALL])
    return SinceLeft(
        moment,
        when(moment, True, now),
        reported=[Matter.of(one, now) for one in new if one.recorded_at > moment],
        returned=[Matter.of(one, now) for one in new if one.returned_at and one.returned_at > moment],
    )


def deliveries() -> Asked:
    """The latest delivery of each kind and year."""
    latest = Batch.objects.filter(state=Batch.State.LOADED).order_by("dataset", "year", "-id")
    return latest.distinct("dataset", "year").values("pk", "dataset", "year", "rejected", "sent_at")


def files_waiting(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The deliveries of which rows wait for a person."""
    return [{**row, "sent_at": moment_of(row["sent_at"])} for row in rows if row["rejected"]]


def team(request: HttpRequest, by: By, now: datetime) -> tuple[str, Context]:
    opened = open_matters(request, by, now, team=True)
    since = since_left(by, getattr(request.user, "last_login", None), now)
    protect = protecting(by, now, deliveries() if stands("intake:batches") else None)
    longest = protect.referrals[0].longest if protect.referrals else ""
    over = f"{protect.reviews_over} over" if protect.reviews_over else ""
    tiles = [
        *opened.tiles,
        Tile(protect.waiting, "referrals waiting", "#referrals", longest),
        Tile(len(protect.reviews), "reviews this week", "#reviews", worst=over),
    ]
    record_list(
        by=by, sentence="Saw children on the page of today.", references=[*opened.references(), *protect.references()]
    )
    return "home_team", {
        "open": opened, "tiles": tiles, "since": since, "waiting": files_waiting(protect.also), "names_files": stands("intake:batches"),
        "protect": protect,
    }  # fmt: skip


def caseload(request: HttpRequest, by: By, now: datetime) -> tuple[str, Context]:
    opened = open_matters(request, by, now, team=False)
    children, protect = _children(request, by), protecting(by, now)
    record_list(
        by=by, sentence="Saw the children they work with on the page of today.",
        references=[*opened.references(), *protect.references(), *(str(child.reference) for child in children.rows)],
    )  # fmt: skip
    over = f"{protect.tasks_over} over" if protect.tasks_over else ""
    tiles = [
        *opened.tiles,
        Tile(protect.tasks_in_all, "tasks this week", "#tasks", worst=over),
        Tile(children.total, "children you work with", "#children"),
    ]
    return "home_caseload", {"open": opened, "tiles": tiles, "children": children, "protect": protect}


def _children(request: HttpRequest, by: By) -> Section[Child]:
    """The children this seat reaches, those allocated to the member first, then by name."""
    mine = Involvement.objects.filter(child_id=models.OuterRef("pk"), member_id=by.member_id or 0, until__isnull=True)
    found = list(
        Child.objects.current().with_names()
        .annotate(mine=models.Exists(mine), total=models.Window(models.Count("pk")))
        .order_by("-mine", models.F("called"), "pk")[: _most(request, "children")]
    )  # fmt: skip
    return Section(found, added(found, "total"), "children")


def analyst(request: HttpRequest, by: By, now: datetime) -> tuple[str, Context]:
    missing = _cut(request, "missing", board.now_missing(by, now))
    record_list(
        by=by, sentence="Saw children on the page of today.", references=[row.who.reference for row in missing.rows]
    )
    return "home_analyst", {"missing": missing, **_figures(by, now)}


# ── figures, without children ───────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class New:
    """A figure as it may be shown, with its indicator's name."""

    number: str
    name: str
    period: str
    shown: str
    why: str


@dataclass(frozen=True)
class Wanted:
    """What a report waits for from this person."""

    words: str
    period: str
    address: str


def _figures(by: By, now: datetime) -> Context:
    """The latest quarter's figures after disclosure control, when they last changed, which this person supplies, and what
    reports wait for from a seat of figures.
    """
    names = dict(Indicator.objects.on(london_day(now)).values_list("number", "name"))
    kept = list(ShownFigure.objects.current().filter(kind="quarter").order_by("-last_day", "indicator")[:20])
    latest = [one for one in kept if one.period == kept[0].period]
    figures = sorted(latest, key=lambda one: _place(names, one.indicator))
    return {
        "figures": [New(f.indicator, names.get(f.indicator, f.indicator), f.period, f.shown, f.why) for f in figures],
        "so_far": bool(figures) and figures[0].last_day >= london_day(now),
        "as_at": max((figure.as_at for figure in figures), default=None),
        "has_scorecard": stands("performance:scorecard"),
        "supplies": waiting_supplies(by, london_day(now)),
        "reports": [*_commentaries(by, names), *_approvals(by)] if by.seat in FIGURES else [],
    }


def _commentaries(by: By, names: dict[str, str]) -> Iterator[Wanted]:
    """The commentaries that this person was asked for and has not written."""
    asked = Commentary.objects.filter(owner=by.member_id, answered_at=None, report__state=Report.State.ASKED)
    for one in sorted(asked.select_related("report"), key=lambda one: _place(names, one.indicator)):
        address = reverse("performance:commentary", args=[one.report.period, one.indicator])
        words = f"Write your commentary on {names.get(one.indicator, one.indicator)}"
        yield Wanted(words, read_period(one.report.period).words, address)


def _place(names: dict[str, str], indicator: str) -> int:
    """Where an indicator stands in the specification; after all others, where it has left it."""
    return list(names).index(indicator) if indicator in names else len(names)


def _approvals(by: By) -> Iterator[Wanted]:
    """The reports whose commentaries are all in, and that this person approves."""
    silent = Commentary.objects.filter(report=models.OuterRef("pk"), answered_at=None)
    for one in Report.objects.filter(~models.Exists(silent), approver=by.member_id, state=Report.State.ASKED):
        words = read_period(one.period).words
        yield Wanted("Approve the report", words, reverse("performance:report", args=[one.period]))


def figures(request: HttpRequest, by: By, now: datetime) -> tuple[str, Context]:
    return "home_figures", _figures(by, now)


# ── who keeps the house ─────────────────────────────────────────────────────────────────────────────────────


def governance(request: HttpRequest, by: By, now: datetime) -> tuple[str, Context]:
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    lines = Entry.objects.filter(at__gte=midnight).values("kind").annotate(n=models.Count("pk")).order_by("-n")
    grants = Grant.objects.filter(revoked_at__isnull=True, until__gt=now).select_related("member", "granted_by")
    return "home_governance", {
        "kinds": [(Kind(line["kind"]).label, line["n"]) for line in lines],
        "grants": list(grants.annotate(reference=REFERENCE).order_by("until")[:ALL]),
        "has_trail": stands("trail:read"),
    }


DIGITS = Cast("child_id", models.TextField())
REFERENCE = Concat(
    models.Value("MEG-"), LPad(DIGITS, Greatest(Length(DIGITS), models.Value(6)), models.Value("0"))
)  # as the child's own reference is made


def administrator(request: HttpRequest, by: By, now: datetime) -> tuple[str, Context]:
    still = models.Q(left_on__isnull=True) | models.Q(left_on__gt=london_day(now))
    members = list(Member.objects.filter(still).order_by("name"))
    unseated = [member for member in members if not member.seats]
    sees_children = [seat.value for seat in Seat if seat.sees_children]
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM meg.without_second_factor(%s)", [sees_children])
        unguarded = {row[0] for row in cursor.fetchall()}
    return "home_administrator", {
        "tiles": [
            Tile(len(members), "members", "#members", "can sign in"),
            Tile(len(unguarded), "without a second factor", "#members", "of those who see children"),
            Tile(len(unseated), "without a seat", "#members", "reach nothing yet" if unseated else ""),
            Tile(Agency.objects.filter(closed_on__isnull=True).count(), "agencies", "#agencies"),
        ],
        "unseated": unseated,
        "unguarded": [member for member in members if member.pk in unguarded],
        "has_members": stands("access:members"),
        "has_agencies": stands("access:agencies"),
    }


def plain(request: HttpRequest, by: By, now: datetime) -> tuple[str, Context]:
    return "home_intelligence", {}


PAGES: dict[Seat, Callable[[HttpRequest, By, datetime], tuple[str, Context]]] = {
    Seat.TEAM: team,
    Seat.PRACTITIONER: caseload,
    Seat.INTERVIEWER: caseload,
    Seat.ANALYST: analyst,
    Seat.GROUP: figures,
    Seat.COORDINATOR: figures,
    Seat.LEAD: figures,
    Seat.GOVERNANCE: governance,
    Seat.ADMINISTRATOR: administrator,
    Seat.INTELLIGENCE: plain,
    Seat.OPERATOR: plain,
}
