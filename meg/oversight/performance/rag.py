"""Red, amber and green: only where the Group has set a target, and only where one direction is good."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum


class Rag(StrEnum):
    """How a figure stands against its target."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"


def rag(value: Decimal | float | None, target: Decimal | None, tolerance: Decimal | None, polarity: str) -> Rag | None:
    """Green where the target is met, amber within the tolerance of it, red beyond. The target and the tolerance are in the
    unit of the figure. None where there is no figure, no target, or no direction is judged.
    """
    if value is None or target is None or polarity not in ("more", "less"):
        return None
    short = target - Decimal(str(value)) if polarity == "more" else Decimal(str(value)) - target
    if short <= 0:
        return Rag.GREEN
    return Rag.AMBER if short <= (tolerance or 0) else Rag.RED
