from meg.partnership.seats import Table

TABLES: list[Table] = []
