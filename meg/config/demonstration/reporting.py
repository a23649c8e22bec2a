"""The reports of the demonstration: the quarter before last published, the last one waiting for its commentary.

Each person acts in their own seat. The words are about process, and about no child.
"""

from __future__ import annotations

from datetime import date

from meg.oversight.performance.actions import (
    Given,
    approve_report,
    ask_commentary,
    begin_limits_anew,
    change_indicator,
    comment,
    make_report,
    publish_report,
    supply_figures,
)
from meg.oversight.performance.models import SUPPLIED, Indicator, Report
from meg.oversight.performance.rules import Period, last_periods, previous, quarter_of, year_of
from meg.partnership.access.models import Member
from meg.partnership.seats import By, Seat, seated

OWNERS = {
    "1": "Helen Marsh",
    "2": "Helen Marsh",
    "3": "Wendy Oxley",
    "4": "Wendy Oxley",
    "5": "Colin Haye",
    "6": "Colin Haye",
}
WORDS = {
    "1": "Schools report earlier than a year ago, so that more short episodes are known.",
    "2": "The team sees every second episode in its weekly meeting.",
    "3": "Two homes record more carefully since their training in the spring. The figure of the next two quarters will show "
    "whether it was that.",
    "4": "The same children as under 3; each has a named worker.",
    "5": "Interviews are offered on the day of the return. Late ones were mostly over weekends.",
    "6": "Other authorities were told within a day.",
}  # fmt: skip
ACTIONS = {"3": "Home managers and the team go through every episode each month, from the next quarter."}
ATTENDED = (31, 28, 36, 41, 33, 39, 44, 38)
"""People at Level 3 training in each of eight quarters, the last one not supplied yet. Invented."""
WHY_ANEW = "Recording from homes was brought in line with the guidance, and the old range no longer described it"


def in_seat(name: str, seat: Seat, partnership: int) -> By:
    """A person of the demonstration at work."""
    member = Member.objects.get(name=name)
    return By(member.pk, member.name, seat, partnership, member.agency_id, f"{seat.label}: {seat.reach}")


def bring_reports(*, by: By, today: date) -> None:
    """Publish the quarter before last, begin the last, and record one decision on limits. `by`: the operator."""
    with seated(by):
        people = {member.name: member for member in Member.objects.all()}
        colin = in_seat("Colin Haye", Seat.COORDINATOR, by.partnership_id)
        ruth = in_seat("Ruth Calder", Seat.GROUP, by.partnership_id)
        writers = {name: _writer(people[name], by) for name in set(OWNERS.values())}
    last = previous(quarter_of(today))
    asked = {number: people[name] for number, name in OWNERS.items()}
    with seated(colin):
        since = year_of(date(last.start.year - 3, last.start.month, 1)).start
        for number in ("3", "4"):
            begin_limits_anew(
                by=colin, indicator=number, since=since, decided=date(since.year + 2, 5, 14), decided_by="the Group",
                reason=WHY_ANEW,
            )  # fmt: skip
        for number, name in OWNERS.items():
            present = Indicator.objects.get(number=number, valid__upper_inf=True)
            change_indicator(by=colin, indicator=present, since=present.valid.lower, said={"owner": people[name]})
        for period in (previous(last), last):
            report = make_report(by=colin, period=period, today=today)
            ask_commentary(by=colin, report=report, owners=asked, approver=people["Ruth Calder"])
    for number, name in OWNERS.items():
        _answer(writers[name], previous(last), number)
    for number in ("1", "2"):
        _answer(writers[OWNERS[number]], last, number)
    with seated(ruth):
        approve_report(by=ruth, report=Report.objects.get(period=previous(last).label))
    with seated(colin):
        publish_report(by=colin, report=Report.objects.get(period=previous(last).label), today=today)


def _writer(member: Member, by: By) -> By:
    seat = Seat(member.seats[0])
    return By(member.pk, member.name, seat, by.partnership_id, member.agency_id, f"{seat.label}: {seat.reach}")


def _answer(writer: By, period: Period, number: str) -> None:
    with seated(writer):
        report = Report.objects.get(period=period.label)
        comment(by=writer, report=report, indicator=number, words=WORDS[number], actions=ACTIONS.get(number, ""))


def bring_supplied(*, by: By, today: date) -> None:
    """Level 3 training is supplied by the coordinator each quarter; the last figure still waits. `by`: the operator."""
    with seated(by):
        colin = in_seat("Colin Haye", Seat.COORDINATOR, by.partnership_id)
    said = {
        "measure": SUPPLIED,
        "supplied": "quarterly",
        "disclosure": "open",
        "settings": {"unit": "people", "add_up": True},
    }
    with seated(colin):
        present = Indicator.objects.get(number="11", valid__upper_inf=True)
        indicator = change_indicator(by=colin, indicator=present, since=present.valid.lower, said=said)
        quarters = last_periods(previous(previous(quarter_of(today))), len(ATTENDED))
        given = [Given(indicator, quarter, number) for quarter, number in zip(quarters, ATTENDED, strict=True)]
        supply_figures(by=colin, given=given, today=today)
