"""Verbs of figures: keep the specification, compute, read what lies behind a figure, take a document away."""

from meg.oversight.performance.actions.computing import Computed, bring_up_to_date, compute_figures
from meg.oversight.performance.actions.reading import before_disclosure_control, rows_behind, took_away
from meg.oversight.performance.actions.specification import bring_specification_up_to_date

__all__ = [
    "Computed",
    "before_disclosure_control",
    "bring_specification_up_to_date",
    "bring_up_to_date",
    "compute_figures",
    "rows_behind",
    "took_away",
]
