"""The documented columns of each sheet: their names, what stands in them, and which must be there.

Dates are written 24/11/2026 or 2026-11-24, with a time (24/11/2026 16:30) where it is known. `docs/files-in.md` says the
same for whoever sends the file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

YES_NO = {"yes": "yes", "y": "yes", "true": "yes", "1": "yes", "no": "no", "n": "no", "false": "no", "0": "no"}


class Kind(StrEnum):
    """What stands in a column."""

    TEXT = "text"
    DAY = "day"
    MOMENT = "moment"
    CODE = "code"
    CODES = "codes"  # several, with semicolons between
    NUMBER = "number"


@dataclass(frozen=True)
class Column:
    """One column. `codes`: what may be written, in small letters, to our own code; `longest` in characters."""

    name: str
    kind: Kind = Kind.TEXT
    required: bool = False
    codes: Mapping[str, str] = field(default_factory=dict)
    longest: int = 120


def same(*codes: str) -> dict[str, str]:
    """Codes that are written as they are."""
    return {code.lower(): code for code in codes}


CHILD = (
    Column("child_id", longest=60),
    Column("given_name"),
    Column("family_name"),
    Column("date_of_birth", Kind.DAY),
)
SETTINGS = {
    **same("own_home", "foster", "childrens_home", "supported", "other"),
    "own home": "own_home", "home": "own_home", "foster care": "foster", "foster carer": "foster",
    "children's home": "childrens_home", "children’s home": "childrens_home", "childrens home": "childrens_home",
    "supported lodgings": "supported", "supported accommodation": "supported",
}  # fmt: skip
RISKS = {
    **same("VERY_LOW", "LOW", "MEDIUM", "HIGH", "ABSENT"),
    "very low": "VERY_LOW", "no apparent risk": "VERY_LOW", "standard": "MEDIUM",
}  # fmt: skip
TRACKER = (
    *CHILD,
    Column("episode_id", longest=60),
    Column("started", Kind.MOMENT, required=True),
    Column("missing_from", Kind.CODE, codes=same("home", "care")),
    Column("setting", Kind.CODE, codes=SETTINGS),
    Column("care_status", Kind.CODE, codes={**same("M", "A"), "missing": "M", "away": "A"}),
    Column("police_category", Kind.CODE, codes=same("MISSING", "ABSENT")),
    Column("last_seen_place"),
    Column("reported", Kind.MOMENT),
    Column("reported_by"),
    Column("reported_to"),
    Column("located", Kind.MOMENT),
    Column("returned", Kind.MOMENT),
    Column("held_by"),
    Column("police_risk", Kind.CODE, codes=RISKS),
    Column("risk_reason", longest=300),
    Column("risk_assessor"),
    Column("prevention_held", Kind.CODE, codes=YES_NO),
    Column("prevention_by"),
    Column("prevention_not_held_because", longest=300),
)
INTERVIEWS = (
    *CHILD,
    Column("episode_id", longest=60),
    Column("started", Kind.MOMENT),
    Column("interview_id", longest=60),
    Column("required", Kind.CODE, codes=YES_NO),
    Column("not_required_because", Kind.CODE),
    Column("offered", Kind.MOMENT),
    Column("offered_by"),
    Column("accepted", Kind.CODE, codes=YES_NO),
    Column("declined_by", Kind.CODE, codes={**same("child", "parent"), "young person": "child", "carer": "parent"}),
    Column("attempts", Kind.NUMBER),
    Column("not_contactable", Kind.CODE, codes=YES_NO),
    Column("held", Kind.MOMENT),
    Column("held_by"),
    Column("held_by_agency"),
    Column("independent", Kind.CODE, codes=YES_NO),
    Column("place", Kind.CODE),
    Column("harm", Kind.CODES),
    Column("reasons", Kind.CODES),
    Column("information", Kind.CODES),
)
YES_NO_UNKNOWN = {**YES_NO, **same("not_known"), "unknown": "not_known", "not known": "not_known"}
REFERRALS = (
    *CHILD,
    Column("referral_id", longest=60),
    Column("received", Kind.MOMENT, required=True),
    Column("referred_by", required=True),
    Column("role"),
    Column("agency"),
    Column("source", Kind.CODE),
    Column("how_known", Kind.CODE),
    Column("concerns", longest=4000),
    Column("models", Kind.CODES),
    Column("began", Kind.CODE, codes={**same("online", "place", "not_known"), "not known": "not_known"}),
    Column("platform", Kind.CODE),
    Column("place"),
    Column("place_not_known", Kind.CODE),
    Column("vulnerabilities", Kind.CODES),
    Column("push", Kind.CODES),
    Column("pull", Kind.CODES),
    Column("control", Kind.CODES),
    Column("linked_missing", Kind.CODE, codes=YES_NO_UNKNOWN),
    Column("cross_border", Kind.CODE, codes=YES_NO_UNKNOWN),
    Column("cross_border_where"),
    Column("voice", longest=2000),
    Column("consent", Kind.CODE, codes={**same("given", "not_given", "not_asked"), "yes": "given", "no": "not_given"}),
    Column("consent_because", longest=600),
    Column("transition_reason", longest=600),
    Column("level", Kind.CODE, codes=same("low", "medium", "high")),
    Column("level_by"),
    Column("level_reason", longest=600),
    Column("level_given", Kind.MOMENT),
    Column("taken_on", Kind.MOMENT),
    Column("closed", Kind.MOMENT),
    Column("outcome", Kind.CODE),
)
# Columns whose codes are a code list of the partnership.
LISTS = {
    "not_required_because": "interview_not_required",
    "place": "interview_place",
    "harm": "interview_harm",
    "reasons": "interview_reason",
    "information": "interview_information",
    "source": "referral_source",
    "how_known": "how_known",
    "models": "exploitation_model",
    "platform": "online_platform",
    "place_not_known": "place_not_known",
    "vulnerabilities": "vulnerability",
    "push": "push_factor",
    "pull": "pull_factor",
    "control": "control_factor",
    "outcome": "referral_outcome",
}


@dataclass(frozen=True)
class Dataset:
    """One kind of sheet: its name for the command, the word for its rows, its columns."""

    name: str
    table: str
    columns: tuple[Column, ...]

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)

    @property
    def column_of_time(self) -> tuple[str]:
        """The column that says when: what a row is about, where nothing nearer is known."""
        return ("received",) if self.name == "referrals" else ("started",)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)


DATASETS = {
    "missing": Dataset("missing", "Tracker", TRACKER),
    "return-interviews": Dataset("return-interviews", "Interviews", INTERVIEWS),
    "referrals": Dataset("referrals", "Referrals", REFERRALS),
}
