"""The rules, one a file. A file's docstring is the sentence its sender reads; its SQL selects the rows that
break it.

The Department for Education's rules keep their codes; INT are the reference implementation's own checks, MEG
are ours. Each file has CODE, STORABLE (False: a row that breaks it is kept aside, not stored), SQL (one
statement, or one for each table, over the stage, with `%(start)s` and `%(end)s` of the collection year),
and, where they apply, TABLE, FIELDS (without it the SQL selects them), NEEDS (the tables without which it is
not run), UNLESS_KNOWN (a row that breaks it is stored all the same where the child is known from an earlier
return) and LAST (it asks which rows the others have set aside, so it runs after them).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from pkgutil import iter_modules


@dataclass(frozen=True)
class Rule:
    """A rule, as its file has it. `sql` by table; `fields` empty where the SQL selects them."""

    code: str
    message: str
    storable: bool
    sql: Mapping[str, str]
    fields: tuple[str, ...]
    needs: tuple[str, ...]
    unless_known: bool
    last: bool

    @property
    def published(self) -> bool:
        """Known to the reference implementation too."""
        return not self.code.startswith("MEG")


def rule(code: str) -> Rule:
    """The rule of a code, from its file."""
    file = import_module(f"{__name__}.rule_{code}")
    sql = {file.TABLE: file.SQL} if isinstance(file.SQL, str) else dict(file.SQL)
    return Rule(
        code=file.CODE,
        message=" ".join((file.__doc__ or "").split()),
        storable=file.STORABLE,
        sql=sql,
        fields=getattr(file, "FIELDS", ()),
        needs=getattr(file, "NEEDS", ()),
        unless_known=getattr(file, "UNLESS_KNOWN", False),
        last=getattr(file, "LAST", False),
    )


def _in_order() -> tuple[Rule, ...]:
    """Published rules first, then ours; those that ask about rejected rows last."""
    names = (module.name for module in iter_modules(__path__))
    found = [rule(name.removeprefix("rule_")) for name in names if name.startswith("rule_")]
    return tuple(sorted(found, key=lambda rule: (rule.last, not rule.published, rule.code)))


RULES: tuple[Rule, ...] = _in_order()
