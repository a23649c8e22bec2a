"""The form of one verb: what the rules find wrong is said at the field it is about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from django import forms

from meg.protect.children.rules import Unfit, Unfits


class VerbForm(forms.Form):
    """A form whose fields are told what is wrong by the rules of its verb. `asked_as`: under which field something is
    asked that has none of its own name.
    """

    asked_as: ClassVar[Mapping[str, str]] = {}

    def refuse(self, unfit: Unfit) -> None:
        """Show each sentence at the field it is about."""
        wrong = unfit.all if isinstance(unfit, Unfits) else [(unfit.field or "", str(unfit))]
        for told, sentence in wrong:
            name = self.asked_as.get(told, told)
            self.add_error(name if name in self.fields else None, sentence)
