"""Plain rules of contexts: what a context, a link, a level and a review need; and when records are proposed as a group.

Contextual safeguarding assesses contexts (family, peer group, school, neighbourhood, online) beside the child: C. Firmin,
contextualsafeguarding.org.uk. The thresholds here are MEG's own.
"""

from meg.protect.contexts.rules.context import (
    LEVELS,
    LONG,
    SHORT,
    as_reference,
    context_wrong,
    level_wrong,
    link_wrong,
    name_wrong,
    review_wrong,
    why_wrong,
)
from meg.protect.contexts.rules.proposal import AT_LEAST, WITHIN_DAYS, digest_of, kind_for, same_words

__all__ = [
    "AT_LEAST",
    "LEVELS",
    "LONG",
    "SHORT",
    "WITHIN_DAYS",
    "as_reference",
    "context_wrong",
    "digest_of",
    "kind_for",
    "level_wrong",
    "link_wrong",
    "name_wrong",
    "review_wrong",
    "same_words",
    "why_wrong",
]
