"""Plain rules about a child: dates and references as typed, age, periods of care, why a search found someone."""

from meg.protect.children.rules.child import (
    OLDEST,
    Care,
    Unfit,
    Unfits,
    age,
    age_in_words,
    as_reference,
    check_birth,
    date_among,
    goes_on,
    looked_after_on,
    periods_of_care,
    read_date,
)
from meg.protect.children.rules.matching import Called, reasons, same_name

__all__ = [
    "OLDEST",
    "Called",
    "Care",
    "Unfit",
    "Unfits",
    "age",
    "age_in_words",
    "as_reference",
    "check_birth",
    "date_among",
    "goes_on",
    "looked_after_on",
    "periods_of_care",
    "read_date",
    "reasons",
    "same_name",
]
