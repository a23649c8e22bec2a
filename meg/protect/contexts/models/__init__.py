"""The nouns of this room: contexts, what is said of them, the children linked to them, and what became of proposals."""

from meg.protect.contexts.models.context import Answer, Context, ContextQuerySet, Level, OfContext, Said
from meg.protect.contexts.models.link import HOW, Link, LinkQuerySet

__all__ = ["HOW", "Answer", "Context", "ContextQuerySet", "Level", "Link", "LinkQuerySet", "OfContext", "Said"]
