"""The tables of the SSDA903 return, as the Department for Education's CSV files have them.

Source: the Department's SSDA903 specification, collection years 2017-18 to 2026-27. Dates are DD/MM/YYYY.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from meg.intake.rules import LONGEST_CELL


class Kind(StrEnum):
    """What a column holds."""

    TEXT = "text"
    DATE = "date"
    CODE = "code"


@dataclass(frozen=True)
class Column:
    """A column: what it holds, the most characters we can keep of it, and the code lists a code may come
    from.
    """

    name: str
    kind: Kind = Kind.TEXT
    longest: int = LONGEST_CELL
    lists: tuple[str, ...] = ()
    extra: bool = False  # no part of the return; taken where a sender's own system adds it

    @property
    def raw(self) -> str:
        """Its column in the stage, as sent."""
        return self.name.lower()

    @property
    def derived(self) -> str:
        """Its column in the stage as a date."""
        return f"{self.raw}_on"


def _date(name: str) -> Column:
    return Column(name, Kind.DATE)


def _code(name: str, longest: int, *lists: str) -> Column:
    return Column(name, Kind.CODE, longest, lists)


LOADED: Mapping[str, tuple[Column, ...]] = {
    "Header": (
        Column("CHILD"),
        _code("SEX", 1, "sex_to_2024", "sex_from_2025"),
        _date("DOB"),
        _code("ETHNIC", 4, "dfe_ethnicity"),
        Column("UPN"),
        Column("MOTHER"),
        _date("MC_DOB"),
    ),
    "Episodes": (
        Column("CHILD"),
        _date("DECOM"),
        _code("RNE", 1, "ssda903_rne"),
        _code("LS", 2, "ssda903_legal_status"),
        _code("CIN", 2, "ssda903_need"),
        _code("PLACE", 3, "ssda903_placement"),
        _code("PLACE_PROVIDER", 3, "ssda903_provider"),
        _date("DEC"),
        _code("REC", 3, "ssda903_ended"),
        _code("REASON_PLACE_CHANGE", 6, "ssda903_change"),
        Column("HOME_POST", longest=8),
        Column("PL_POST", longest=8),
        Column("URN", longest=10),
        Column("PL_DISTANCE", longest=8, extra=True),  # miles from home to the placement
        Column("PL_LOCATION", longest=8, extra=True),  # IN or OUT of the responsible authority's area
    ),
    "Missing": (
        Column("CHILD"),
        _date("DOB"),
        _code("MISSING", LONGEST_CELL),
        _date("MIS_START"),
        _date("MIS_END"),
    ),
}
"""The tables we load."""

KNOWN: Mapping[str, tuple[str, ...]] = {
    **{table: tuple(column.name for column in columns if not column.extra) for table, columns in LOADED.items()},
    "Reviews": ("CHILD", "DOB", "REVIEW", "REVIEW_CODE"),
    "UASC": ("CHILD", "SEX", "DOB", "DUC"),
    "OC2": (
        "CHILD",
        "DOB",
        "SDQ_SCORE",
        "SDQ_REASON",
        "CONVICTED",
        "HEALTH_CHECK",
        "IMMUNISATIONS",
        "TEETH_CHECK",
        "HEALTH_ASSESSMENT",
        "SUBSTANCE_MISUSE",
        "INTERVENTION_RECEIVED",
        "INTERVENTION_OFFERED",
    ),
    "OC3": ("CHILD", "DOB", "IN_TOUCH", "ACTIV", "ACCOM"),
    "AD1": ("CHILD", "DOB", "DATE_INT", "DATE_MATCH", "FOSTER_CARE", "NB_ADOPTR", "SEX_ADOPTR", "LS_ADOPTR"),
    "PlacedAdoption": ("CHILD", "DOB", "DATE_PLACED", "DATE_PLACED_CEASED", "REASON_PLACED_CEASED"),
    "PrevPerm": ("CHILD", "DOB", "PREV_PERM", "LA_PERM", "DATE_PERM"),
    "SWEpisodes": ("CHILD", "DOB", "SW_ID", "SW_DECOM", "SW_DEC", "SW_REASON"),
    "DoLo": ("CHILD", "DOB", "DOLO_START", "DOLO_END"),
}
"""Every table of the return, by its set of columns."""

EXTRA: Mapping[str, tuple[str, ...]] = {
    table: tuple(column.name for column in columns if column.extra) for table, columns in LOADED.items()
}
"""Columns that a table may have besides: the Department works them out itself from the postcodes, and senders’ systems
write them into their own copies. Their names have not been checked against a specification.
"""


def stage(table: str) -> str:
    """The temporary table a table's rows wait in."""
    return f"stage_{table.lower()}"
