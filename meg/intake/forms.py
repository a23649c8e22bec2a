"""What is sent from a page: the files of one return."""

from __future__ import annotations

import io
from typing import Any, BinaryIO, TypeAlias, cast

from django import forms
from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile
from django.utils.datastructures import MultiValueDict

from meg.intake.actions import DATASET
from meg.intake.reading import FileTrouble, Reading, Source, recognise
from meg.intake.rules import LARGEST_FILE, YearTrouble, collection_year
from meg.intake.sources.ssda903.tables import KNOWN, LOADED

Sent: TypeAlias = "UploadedFile[Any]"

LARGEST_DELIVERY = 3 * LARGEST_FILE
"""Bytes of all files that are sent together: one for each table that is loaded."""

DATASETS = {DATASET: "Looked-after children return (SSDA903)"}
CHOOSE = "Choose the files of the return."


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
    """The files of one return, and the year it is for. `reading` holds what was read, when the form is valid."""

    dataset = forms.ChoiceField(
        label="What it holds",
        choices=list(DATASETS.items()),
        error_messages={"required": "Choose what the files hold.", "invalid_choice": "Choose what the files hold."},
    )
    year = forms.CharField(
        label="Collection year",
        help_text="1 April to 31 March, for example 2017-18",
        max_length=40,
        error_messages={
            "required": "Enter the collection year, like 2017-18.",
            "max_length": "Enter the collection year, like 2017-18.",
        },
    )
    returned = FilesField(
        label="Files",
        help_text=f"All CSV files of the return, up to {megabytes(LARGEST_FILE)} each",
        allow_empty_file=True,
        error_messages={"required": CHOOSE, "missing": CHOOSE, "invalid": CHOOSE},
    )
    reading: Reading

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
        try:
            return collection_year(self.cleaned_data["year"]).label
        except YearTrouble as trouble:
            raise forms.ValidationError(str(trouble)) from None

    def clean_returned(self) -> list[Sent]:
        files: list[Sent] = self.cleaned_data["returned"]
        try:
            self.reading = recognise([_source(file) for file in files], known=KNOWN, loaded=LOADED)
        except FileTrouble as trouble:
            raise forms.ValidationError(str(trouble)) from None
        return files


def _source(file: Sent) -> Source:
    return Source(file.name or "A file without a name", file.size or 0, lambda: _opened(file))


def _opened(file: Sent) -> BinaryIO:
    if isinstance(file, TemporaryUploadedFile):
        return open(file.temporary_file_path(), "rb")
    file.seek(0)
    return io.BytesIO(file.read())
