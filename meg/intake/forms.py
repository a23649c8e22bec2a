"""What is sent from a page: the files of one return, one sheet, a row as it should be."""

from __future__ import annotations

import io
from collections.abc import Collection, Sequence
from typing import Any, BinaryIO, TypeAlias, cast

from django import forms
from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile
from django.forms.boundfield import BoundField
from django.utils.datastructures import MultiValueDict

from meg.intake.actions import DATASET
from meg.intake.reading import FileTrouble, Reading, Source, recognise
from meg.intake.rules import LARGEST_FILE, YearTrouble, collection_year, shown
from meg.intake.sources.sheet.columns import DATASETS as SHEETS
from meg.intake.sources.sheet.columns import Column as SheetColumn
from meg.intake.sources.sheet.columns import Dataset, Kind
from meg.intake.sources.sheet.mapping import Mapping, read_mapping
from meg.intake.sources.sheet.reading_rows import Issue
from meg.intake.sources.sheet.rows import Sheet, sheet_of
from meg.intake.sources.ssda903.tables import EXTRA, KNOWN, LOADED

Sent: TypeAlias = "UploadedFile[Any]"

LARGEST_MAPPING = 100_000  # bytes
LARGEST_DELIVERY = 3 * LARGEST_FILE
"""Bytes of all files that are sent together: one for each table that is loaded."""

DATASETS = {
    DATASET: "Looked-after children return (SSDA903)",
    "missing": "Tracker: one row a missing episode",
    "return-interviews": "Return interviews: one row an interview",
    "referrals": "Referrals: one row a referral",
}
CHOOSE = "Choose the files of the return."
YEAR = "Enter the collection year, like 2017-18."
ONE_SHEET = "Choose one file: a tracker, return interviews and referrals are sent one sheet at a time."


def megabytes(size: int) -> str:
    return f"{size / 1e6:,.0f} MB"


class ManyFiles(forms.FileInput):
    """A choice of several files at once."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files. Its value is the list of them."""

    widget = ManyFiles

    def clean(self, data: Any, initial: Any = None) -> list[Sent]:
        files = data if isinstance(data, list) else [data]
        return [cast("Sent", super(FilesField, self).clean(file, initial)) for file in files or [None]]


class SendForm(forms.Form):
    """The files of one return with the year it is for, or one sheet. When the form is valid, `reading` holds what was read
    of a return, and `sheet` a sheet that can be followed.
    """

    dataset = forms.ChoiceField(
        label="What it holds",
        choices=list(DATASETS.items()),
        error_messages={"required": "Choose what the files hold.", "invalid_choice": "Choose what the files hold."},
    )
    year = forms.CharField(
        label="Collection year",
        help_text="Of a return: 1 April to 31 March, for example 2017-18",
        required=False,
        max_length=40,
        error_messages={"max_length": YEAR},
    )
    returned = FilesField(
        label="Files",
        help_text=f"All CSV files of the return; or one tracker, CSV, XLSX or ODS. Up to {megabytes(LARGEST_FILE)} each",
        allow_empty_file=True,
        error_messages={"required": CHOOSE, "missing": CHOOSE, "invalid": CHOOSE},
    )
    mapping = forms.FileField(
        label="Mapping (optional)",
        help_text="A TOML file that says what the columns of a tracker are called, if not as ours",
        required=False,
        allow_empty_file=True,
        error_messages={"invalid": "Choose the mapping as a file."},
    )
    reading: Reading
    sheet: Sheet | None = None

    @classmethod
    def too_much(cls, size: int) -> SendForm:
        """The form as it is shown when `size` bytes were sent, which is more than is looked into."""
        form = cls({}, MultiValueDict())
        form.errors.clear()
        form.add_error(
            "returned",
            f"{megabytes(size)} were sent; the most that is taken at once is {megabytes(LARGEST_DELIVERY)}, and "
            f"{megabytes(LARGEST_FILE)} a file. Send one year’s return, as CSV.",
        )
        return form

    def clean_year(self) -> str:
        if self.cleaned_data.get("dataset") != DATASET:
            return ""
        if not self.cleaned_data["year"]:
            raise forms.ValidationError(YEAR)
        try:
            return collection_year(self.cleaned_data["year"]).label
        except YearTrouble as trouble:
            raise forms.ValidationError(str(trouble)) from None

    def clean_returned(self) -> list[Sent]:
        files: list[Sent] = self.cleaned_data["returned"]
        if self.cleaned_data.get("dataset") in SHEETS and len(files) != 1:
            raise forms.ValidationError(ONE_SHEET)
        if self.cleaned_data.get("dataset") != DATASET:
            return files
        try:
            sources = [_source(file) for file in files]
            self.reading = recognise(sources, known=KNOWN, loaded=LOADED, extra=EXTRA)
        except FileTrouble as trouble:
            raise forms.ValidationError(str(trouble)) from None
        return files

    def clean(self) -> dict[str, Any]:
        """Read the headings of a sheet, by its mapping."""
        found = super().clean() or {}
        dataset = SHEETS.get(found.get("dataset", ""))
        if dataset is None or not found.get("returned"):
            return found
        at = "mapping"
        try:
            mapping = _mapping(found.get("mapping"), dataset)
            at = "returned"
            self.sheet = sheet_of(_source(found["returned"][0]), dataset, mapping)
        except FileTrouble as trouble:
            self.add_error(at, str(trouble))
        return found


def _mapping(file: Sent | None, dataset: Dataset) -> Mapping:
    """The mapping that was sent; none where none was. Raises: FileTrouble."""
    if file is None:
        return Mapping()
    name = file.name or "mapping.toml"
    if (file.size or 0) > LARGEST_MAPPING:
        raise FileTrouble(f"The mapping {shown(name)} is too large: the most is {LARGEST_MAPPING:,} bytes.")
    try:
        return read_mapping(name, file.read().decode("utf-8-sig"), dataset)
    except UnicodeDecodeError:
        raise FileTrouble(f"The mapping {shown(name)} is not UTF-8 text.") from None


class RowForm(forms.Form):
    """A rejected row as it should be: one field a column, with what may stand in it. `about`: what it was rejected for."""

    def __init__(
        self,
        names: Sequence[str],
        dataset: Dataset | None,
        about: Collection[str],
        data: Any = None,
        initial: Any = None,
    ) -> None:
        super().__init__(data, initial=initial)
        self.about = about
        for name in names:
            self.fields[name] = forms.CharField(
                label=name if dataset else name.upper(), required=False, strip=True,
                help_text=_hint(dataset.column(name)) if dataset else "",
            )  # fmt: skip

    @property
    def told(self) -> list[BoundField]:
        """The columns that say something, must be there or are wrong; the others stand folded below."""
        return [field for field in self if self._is_told(field)]

    @property
    def empty(self) -> list[BoundField]:
        return [field for field in self if not self._is_told(field)]

    def _is_told(self, field: BoundField) -> bool:
        return bool(field.value() or field.errors or field.name in self.about)

    def say(self, issues: Sequence[Issue]) -> None:
        """Put what is wrong at the columns it is about."""
        for issue in issues:
            self.add_error(issue.fields[0] if issue.fields and issue.fields[0] in self.fields else None, issue.message)


def _hint(column: SheetColumn) -> str:
    """What may stand in a column of a sheet."""
    if column.kind in (Kind.DAY, Kind.MOMENT):
        return "Like 24/11/2026, or 24/11/2026 16:30" if column.kind is Kind.MOMENT else "Like 24/11/2026"
    if column.name == "child_id":
        return "An identifier of the child, or MEG’s own reference"
    codes = sorted(set(column.codes.values()))
    several = ", several with ; between" if column.kind is Kind.CODES else ""
    return f"{', '.join(codes)}{several}" if codes else ""


def _source(file: Sent) -> Source:
    return Source(file.name or "A file without a name", file.size or 0, lambda: _opened(file))


def _opened(file: Sent) -> BinaryIO:
    if isinstance(file, TemporaryUploadedFile):
        return open(file.temporary_file_path(), "rb")
    file.seek(0)
    return io.BytesIO(file.read())
