"""What people fill in about a child. Whether it can be so is decided in the actions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone

from meg.partnership.access.fields import DateParts, MomentField
from meg.partnership.access.forms_members import agencies_on, choose
from meg.partnership.access.models import Member
from meg.partnership.codes.models import Code
from meg.protect.children.actions import Facts, sex_list
from meg.protect.children.forms_verbs import VerbForm
from meg.protect.children.models import SEX_LISTS, Child, Name
from meg.protect.children.rules import date_among, read_date

LEAST = 2  # letters to search for


class FindForm(forms.Form):
    """What is asked: words, and a date of birth as people type it."""

    words = forms.CharField(label="Name, other name or reference", max_length=120, required=False)
    born = forms.CharField(label="Date of birth, if known", max_length=30, required=False)
    near = forms.ChoiceField(
        label="Spelling", required=False, choices=[("", "Exact and close"), ("exact", "Exact only")]
    )
    read: date | None = None

    def clean_born(self) -> str:
        typed = str(self.cleaned_data["born"]).strip()
        if typed:
            self.read = read_date(typed, timezone.localdate())
            if self.read is None:
                raise forms.ValidationError(f"'{typed}' is not a date. Write it like 14 3 2011 or 14/3/11.")
        return typed

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        words = str(cleaned.get("words", ""))
        if not self.read and "born" in cleaned:
            words, self.read = date_among(words, timezone.localdate())
        cleaned["words"] = words.strip()
        letters = sum(letter.isalnum() for letter in words)
        if not self.errors and not self.read and letters < LEAST:
            self.add_error("words", "Enter at least two letters of a name, a reference, or a date of birth.")
        return cleaned


def _codes(name: str, none: str = "Not recorded") -> list[tuple[str, str]]:
    today = timezone.localdate()
    return [("", none), *Code.objects.of(name, today).values_list("code", "label")]


def _with_held(codes: list[tuple[str, str]], held: Sequence[str], lists: Sequence[str]) -> list[tuple[str, str]]:
    """The codes of today, and those the child has from another day: to save a form must not take them away."""
    today = dict(codes)
    strays = [code for code in held if code and code not in today]
    words = dict(Code.objects.filter(list__in=lists, code__in=strays).values_list("code", "label")) if strays else {}
    return [*codes, *((code, f"{words.get(code, code)} (recorded earlier, no longer in use)") for code in strays)]


class FactsForm(VerbForm):
    """What is recorded of a child beside names and identifiers."""

    date_of_birth = DateParts(label="Date of birth", required=False, help_text="For example, 14 3 2011")
    estimated_birth_year = forms.IntegerField(
        label="Year of birth, estimated", required=False, help_text="Only where the date of birth is not known",
        error_messages={"invalid": "The year must be a number, like 2011."},
    )  # fmt: skip
    sex = forms.ChoiceField(label="Sex", required=False)
    ethnicity = forms.ChoiceField(label="Ethnicity", required=False)
    disabilities = forms.MultipleChoiceField(
        label="Disability", required=False, widget=forms.CheckboxSelectMultiple, help_text="Choose all that hold"
    )
    responsible_authority = forms.CharField(
        label="Responsible authority", required=False, max_length=3,
        help_text="The three digits of the authority that looks after the child, for example 840",
    )  # fmt: skip

    def __init__(self, *args: Any, child: Child | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        held = {
            "sex": [child.sex] if child else [],
            "ethnicity": [child.ethnicity] if child else [],
            "disabilities": child.disabilities if child else [],
        }
        lists = {"sex": sex_list(timezone.localdate()), "ethnicity": "dfe_ethnicity", "disabilities": "disability"}
        for name, found in lists.items():
            codes = _with_held(_codes(found), held[name], SEX_LISTS if name == "sex" else (found,))
            choose(self, name, codes[1:] if name == "disabilities" else codes)

    def facts(self) -> Facts:
        data = self.cleaned_data
        return Facts(
            data["date_of_birth"], data["estimated_birth_year"], data["sex"], data["ethnicity"],
            tuple(data["disabilities"]), data["responsible_authority"].strip(),
        )  # fmt: skip

    @staticmethod
    def of(child: Child) -> dict[str, Any]:
        """What stands in the form of a child."""
        return {name: getattr(child, name) for name in FactsForm.base_fields}


class NewChildForm(FactsForm):
    """A child who is not here yet."""

    given = forms.CharField(
        label="First name", max_length=80, error_messages={"required": "Enter the child’s first name."}
    )
    family = forms.CharField(
        label="Family name", max_length=80, error_messages={"required": "Enter the child’s family name."}
    )
    field_order = ["given", "family"]


class NameForm(VerbForm):
    """A new name, or another one."""

    kind = forms.ChoiceField(
        label="What it is", widget=forms.RadioSelect,
        choices=[("new", "The child’s name from now on"), *Name.Kind.choices[1:]],
        error_messages={"required": "Choose what kind of name it is."},
    )  # fmt: skip
    given = forms.CharField(label="First name", max_length=80, required=False)
    family = forms.CharField(label="Family name", max_length=80, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not (cleaned.get("given") or cleaned.get("family")) and not {"given", "family"} & set(self.errors):
            self.add_error("given", "Enter a first name or a family name.")
        return cleaned


class IdentifierForm(VerbForm):
    """The number by which another system knows the child."""

    source = forms.ChoiceField(label="From which system", error_messages={"required": "Choose the system."})
    value = forms.CharField(label="Number", max_length=60, error_messages={"required": "Enter the number."})

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        choose(self, "source", _codes("identifier_source", "Choose a system"))


MILES = dict.fromkeys(
    ("invalid", "min_value", "max_value", "max_decimal_places", "max_digits"),
    "Enter the miles from home as a number under 1,000 with one decimal at most, for example 12.5.",
)


class CareForm(VerbForm):
    """One placement under one legal status."""

    started = DateParts(label="Began")
    ended = DateParts(label="Ended", required=False, help_text="Leave empty while it lasts")
    placement_type = forms.ChoiceField(label="Placement", error_messages={"required": "Choose the placement."})
    legal_status = forms.ChoiceField(label="Legal status", error_messages={"required": "Choose the legal status."})
    distance = forms.DecimalField(
        label="Miles from home", required=False, min_value=0, max_value=Decimal("999.9"), decimal_places=1,
        help_text="From the child’s home to the placement. Leave empty where it is not known", error_messages=MILES,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )  # fmt: skip
    in_area = forms.TypedChoiceField(
        label="Area", required=False, empty_value=None, coerce=lambda value: value == "in",
        choices=[("", "Not known"), ("in", "In the area of the responsible authority"), ("out", "In another area")],
    )  # fmt: skip

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        choose(self, "placement_type", _codes("ssda903_placement", "Choose"))
        choose(self, "legal_status", _codes("ssda903_legal_status", "Choose"))


class EndCareForm(VerbForm):
    """The last day of a time looked after."""

    ended = DateParts(label="Last day", help_text="For example, 14 3 2026")


class WhomForm(VerbForm):
    """An agency, or one of its people."""

    agency = forms.ChoiceField(label="Agency", error_messages={"required": "Choose the agency."})
    member = forms.ChoiceField(label="Person (optional)", required=False)
    nobody = "Nobody in particular"

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        agencies = agencies_on(timezone.localdate())
        people = Member.objects.filter(left_on__isnull=True).order_by("name")
        self.people = {str(one.pk): one for one in people}
        names = dict(agencies)
        choose(self, "agency", [("", "Choose an agency"), *agencies])
        known = [(pk, f"{one.name}, {names.get(str(one.agency_id), '')}") for pk, one in self.people.items()]
        choose(self, "member", [("", self.nobody), *known])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        person = self.people.get(cleaned.get("member") or "")
        if person and cleaned.get("agency") and str(person.agency_id) != cleaned["agency"]:
            self.add_error("member", f"{person.name} works for another agency. Choose that agency, or another person.")
        return cleaned


class WorkForm(WhomForm):
    """An agency, or one of its people, works with the child."""

    role = forms.CharField(label="What they do for the child (optional)", max_length=120, required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["member"].help_text = "Everyone of the agency sees the record, also where one person is named"


class ShareForm(WhomForm):
    """An agency, or one of its people, sees the record for a reason and until a time."""

    nobody = "Everyone of the agency"
    reason = forms.CharField(
        label="Reason", max_length=300, help_text="It stays in the trail",
        error_messages={"required": "Say why the record is shared."},
    )  # fmt: skip
    until = MomentField(label="Shared until", error_messages={"required": "Say until when the record is shared."})

    def clean_until(self) -> datetime:
        until: datetime = self.cleaned_data["until"]
        if until <= timezone.now():
            raise forms.ValidationError("Shared until must be in the future.")
        return until
