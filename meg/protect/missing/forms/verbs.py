"""The form of one verb: what the rules find wrong is said at the field it is about."""

from __future__ import annotations

from django import forms

from meg.protect.children.rules import Unfit
from meg.protect.missing.actions import Unfits


class VerbForm(forms.Form):
    """A form whose fields are told what is wrong by the rules of its verb."""

    def refuse(self, unfit: Unfit) -> None:
        """Show each sentence at the field it is about."""
        wrong = unfit.all if isinstance(unfit, Unfits) else [(unfit.field or "", str(unfit))]
        for name, sentence in wrong:
            self.add_error(name if name in self.fields else None, sentence)
