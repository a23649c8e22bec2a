"""Verbs of figures: keep the specification, compute, read what lies behind a figure, publish a report."""

from meg.oversight.performance.actions.computing import Computed, bring_up_to_date, compute_figures
from meg.oversight.performance.actions.publishing import (
    ONLY_COORDINATOR,
    approve_report,
    ask_commentary,
    begin_limits_anew,
    comment,
    edit_summary,
    make_report,
    publish_report,
    take_limits_back,
)
from meg.oversight.performance.actions.reading import before_disclosure_control, rows_behind, took_away
from meg.oversight.performance.actions.specification import (
    add_indicator,
    bring_specification_up_to_date,
    change_indicator,
    end_indicator,
    unpicked,
)

__all__ = [
    "ONLY_COORDINATOR",
    "Computed",
    "add_indicator",
    "approve_report",
    "ask_commentary",
    "before_disclosure_control",
    "begin_limits_anew",
    "bring_specification_up_to_date",
    "bring_up_to_date",
    "change_indicator",
    "comment",
    "compute_figures",
    "edit_summary",
    "end_indicator",
    "make_report",
    "publish_report",
    "rows_behind",
    "take_limits_back",
    "took_away",
    "unpicked",
]
