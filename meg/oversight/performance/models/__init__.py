"""The nouns of this room: the data specification, its figures as computed and as they may be shown, and reports."""

from meg.oversight.performance.models.figures import (
    CountedOtherwise,
    Figure,
    FigureQuerySet,
    OfPeriod,
    ProtectedFamily,
    ShownFigure,
    ShownFigureQuerySet,
)
from meg.oversight.performance.models.limits import LimitReset, LimitResetQuerySet
from meg.oversight.performance.models.reports import Commentary, Document, Released, Report, Revision
from meg.oversight.performance.models.specification import SUPPLIED, Indicator, IndicatorQuerySet
from meg.oversight.performance.models.supplied import SuppliedFigure, SupplyReminder

__all__ = [
    "SUPPLIED",
    "Commentary",
    "CountedOtherwise",
    "Document",
    "Figure",
    "FigureQuerySet",
    "Indicator",
    "IndicatorQuerySet",
    "LimitReset",
    "LimitResetQuerySet",
    "OfPeriod",
    "ProtectedFamily",
    "Released",
    "Report",
    "Revision",
    "ShownFigure",
    "ShownFigureQuerySet",
    "SuppliedFigure",
    "SupplyReminder",
]
