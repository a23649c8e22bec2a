"""Meetings: who sees and who records what."""

from meg.partnership.seats import Table

TABLES: list[Table] = []
