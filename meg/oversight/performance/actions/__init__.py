"""Verbs of figures: keep the specification, compute, read what lies behind a figure, publish a report."""

from meg.oversight.performance.actions.asking import tell_owners
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
from meg.oversight.performance.actions.supplying import (
    Given,
    asked_of,
    periods_supplied,
    send_reminders,
    supply_figures,
    take_figure_back,
    to_supply,
    waiting_supplies,
    what_is_wrong,
)

__all__ = [
    "ONLY_COORDINATOR",
    "Computed",
    "Given",
    "add_indicator",
    "approve_report",
    "ask_commentary",
    "asked_of",
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
    "periods_supplied",
    "publish_report",
    "rows_behind",
    "send_reminders",
    "supply_figures",
    "take_figure_back",
    "take_limits_back",
    "tell_owners",
    "to_supply",
    "took_away",
    "unpicked",
    "waiting_supplies",
    "what_is_wrong",
]
