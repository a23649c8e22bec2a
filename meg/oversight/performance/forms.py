"""The one form of these pages: which period."""

from __future__ import annotations

from django import forms

from meg.oversight.performance.rules import Period, PeriodTrouble, read_period


class PeriodForm(forms.Form):
    """A period, chosen or typed in an address."""

    period = forms.CharField(label="Show another period", required=False)

    def clean_period(self) -> Period | None:
        text = self.cleaned_data["period"]
        try:
            return read_period(text) if text else None
        except PeriodTrouble as trouble:
            raise forms.ValidationError(str(trouble)) from trouble
