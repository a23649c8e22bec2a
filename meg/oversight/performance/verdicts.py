"""What the control chart says of the last period, in words: usual, changed, or not to be judged, and why not.

A change is called better or worse only where the specification says which direction is good.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from meg.oversight.performance.control import BASELINE, Judged, Limits, Rule, Segment, Signal
from meg.oversight.performance.disclosure import NOT_APPLICABLE, Shown
from meg.oversight.performance.rules import Kind, Period, month_of, previous

NUMBERS = "no one two three four five six seven eight nine ten eleven twelve".split()
ORDINALS = "zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split()
HOW_JUDGED = (
    "A figure is said to have changed where it lies outside the range of its first eight periods, where eight in a row lie "
    "on one side of their mean, where two of three lie near a limit, or where six in a row rise or fall (Shewhart 1931; "
    "Western Electric 1956; Nelson 1984)."
)


OVERLAPS = "Whether it has changed is judged by quarter: 12 months share nine with the 12 months a quarter before."


NOT_SUPPLIED, NOT_COUNTED = "Not supplied", "Not counted yet"


class Mark(StrEnum):
    """What stands before a verdict."""

    CHANGED = "changed"
    USUAL = "usual"
    NONE = ""


@dataclass(frozen=True)
class Verdict:
    """A verdict: two short lines for a table, a sentence for a page, and for the list of changes what goes on from the
    name.
    """

    mark: Mark
    first: str
    second: str = ""
    sentence: str = ""
    news: str = ""


def number_words(number: int) -> str:
    """three; 13."""
    return NUMBERS[number] if number < len(NUMBERS) else f"{number}"


def ordinal(number: int) -> str:
    """third; 13th."""
    return ORDINALS[number] if number < len(ORDINALS) else f"{number}th"


def usual_range(limits: Limits, shown: Shown) -> str:
    """35 to 53; 53.1% to 75.4%."""
    low, high = (f"{limit:.1f}%" if shown.of else f"{limit:,.0f}" for limit in (limits.low, limits.high))
    return f"{low} to {high}"


def mean_words(limits: Limits, shown: Shown) -> str:
    """43.9; 64.1%."""
    return f"{limits.mean:.1f}%" if shown.of else f"{limits.mean:,.1f}"


def verdict(
    segments: Sequence[Segment], polarity: str, period: Period, *, is_over: bool = True, absent: str = NOT_SUPPLIED
) -> Verdict:
    """What is said of a period. `segments` end with it, where it has a figure; `absent` is said where it has none."""
    kind = period.kind.word
    last = segments[-1].points[-1] if segments else None
    if last is None or last.period != period:
        return _not_over(period) if not is_over else Verdict(Mark.NONE, absent)
    if last.shown.hidden:
        return _hidden([point for segment in segments for point in segment.points], kind)
    if last.shown.value is None:
        return _no_figure(last.shown)
    if period.kind is Kind.ROLLING:
        return Verdict(Mark.NONE, "Not judged", "It shares months with the one before.", OVERLAPS)
    if last.limits is None:
        return _too_few(segments[-1], kind)
    if not last.signals:
        usual = usual_range(last.limits, last.shown)
        return Verdict(Mark.USUAL, "Within its usual range", usual, f"That is within its usual range, {usual}.")
    return _changed(last, last.limits, last.signals[0], polarity)


def _not_over(period: Period) -> Verdict:
    return Verdict(Mark.NONE, "Not judged yet", f"The {period.kind.word} is not over.", "It is judged when it is over.")


def _no_figure(shown: Shown) -> Verdict:
    if shown == NOT_APPLICABLE:
        return Verdict(Mark.NONE, "Does not apply", "Nothing to be a share of.")
    return Verdict(Mark.NONE, NOT_SUPPLIED)


def _hidden(points: Sequence[Judged], kind: str) -> Verdict:
    hidden = sum(point.shown.hidden for point in points)
    return Verdict(
        Mark.NONE,
        "Cannot be shown",
        f"Hidden in {hidden} of {len(points)} {'spans' if kind == Kind.ROLLING.word else f'{kind}s'}.",
    )


def _too_few(segment: Segment, kind: str) -> Verdict:
    since = " since the limits began anew" if segment.reset else ""
    there = f"{segment.shown} of the {BASELINE} that are needed{since}"
    sentence = f"Whether it has changed cannot be judged yet: {number_words(BASELINE)} {kind}s must be shown{since}."
    return Verdict(Mark.NONE, f"Too few {kind}s to judge", f"{there}.", sentence)


def _changed(last: Judged, limits: Limits, signal: Signal, polarity: str) -> Verdict:
    kind, usual = last.period.kind, usual_range(limits, last.shown)
    judged = _judgement(polarity, signal.above)
    what, second, tells = {
        Rule.OUTSIDE: _outside,
        Rule.RUN: _run,
        Rule.NEAR: _near,
        Rule.TREND: _trend,
    }[signal.rule](signal, kind, usual, mean_words(limits, last.shown), last.period)
    outcome = {"Changed": "a real change", "Worse": "a real change, for the worse"}.get(
        judged, "a real change, for the better"
    )
    news = f"{last.shown.grouped}, {tells}." + ("" if judged == "Changed" else f" {judged}.")
    return Verdict(Mark.CHANGED, f"{judged}: {what}", second, f"That is {tells}: {outcome}.", news)


def _judgement(polarity: str, above: bool) -> str:
    if polarity not in ("more", "less"):
        return "Changed"
    return "Better" if (polarity == "more") == above else "Worse"


Words = tuple[str, str, str]
"""What changed, the line under it, and how a sentence tells it."""


def _outside(signal: Signal, kind: Kind, usual: str, _mean: str, _period: Period) -> Words:
    side = "above" if signal.above else "below"
    again = f"{ordinal(signal.periods)} {kind.value}" if signal.periods > 1 else ""
    running = f" for the {again} running" if again else ""
    second = (f"{again.capitalize()}. " if again else "") + f"Usual: {usual}."
    return f"{side} its usual range", second, f"{side} the usual {usual}{running}"


def _run(signal: Signal, kind: Kind, _usual: str, mean: str, period: Period) -> Words:
    side = "above" if signal.above else "below"
    since = _since(period, signal.periods)
    second = f"Every {kind.value} since {since}."
    tells = f"the {ordinal(signal.periods)} {kind.value} in a row {side} the mean of {mean}"
    return f"{number_words(signal.periods)} {side} the mean", second, tells


def _near(signal: Signal, kind: Kind, usual: str, _mean: str, _period: Period) -> Words:
    limit = "upper" if signal.above else "lower"
    tells = f"near the {limit} limit of the usual {usual}, as one of the two {kind.value}s before it was"
    return f"near its {limit} limit", f"Two of three {kind.value}s. Usual: {usual}.", tells


def _trend(signal: Signal, kind: Kind, _usual: str, _mean: str, period: Period) -> Words:
    rises = "rising" if signal.above else "falling"
    since = _since(period, signal.periods)
    many = number_words(signal.periods)
    return f"{rises} for {many} {kind.value}s", f"Since {since}.", f"the end of {many} {kind.value}s of {rises} figures"


def _since(period: Period, periods: int) -> str:
    """The month in which a run of so many periods began: April 2022."""
    first = period
    for _ in range(periods - 1):
        first = previous(first)
    return month_of(first.start).words


def opening(verdicts: Sequence[Verdict], reds: int = 0) -> tuple[str, str]:
    """The first words of a scorecard: how many have changed and are red; then how the others stand."""
    changed = sum(each.mark is Mark.CHANGED for each in verdicts)
    first = _changes(changed, len(verdicts))
    first += f", and {number_words(reds)} {'is' if reds == 1 else 'are'} red." if reds else "."
    told = {
        "within {} usual range": sum(each.mark is Mark.USUAL for each in verdicts),
        "hidden to protect children": sum(each.first == "Cannot be shown" for each in verdicts),
        "shown for too few periods to judge": sum(each.first.startswith("Too few") for each in verdicts),
        "not supplied": sum(each.first == NOT_SUPPLIED for each in verdicts),
        "not counted yet": sum(each.first == NOT_COUNTED for each in verdicts),
        "not over yet": sum(each.first == "Not judged yet" for each in verdicts),
        "judged by quarter alone": sum(each.first == "Not judged" for each in verdicts),
        "without anything to be a share of": sum(each.first == "Does not apply" for each in verdicts),
    }
    rest = [f"{number_words(n)} {'is' if n == 1 else 'are'} {what.format('its' if n == 1 else 'their')}"
            for what, n in told.items() if n]  # fmt: skip
    if not rest:
        return first, ""
    joined = rest[0] if len(rest) == 1 else f"{', '.join(rest[:-1])} and {rest[-1]}"
    return first, f"{joined[0].upper()}{joined[1:]}."


def _changes(changed: int, total: int) -> str:
    """Three of 14 indicators have changed; and the same of one, and of none."""
    if total == 1:
        return f"The one indicator has {'' if changed else 'not '}changed"
    if not changed:
        return f"None of {total} indicators has changed"
    return f"{number_words(changed).capitalize()} of {total} indicators {'has' if changed == 1 else 'have'} changed"
