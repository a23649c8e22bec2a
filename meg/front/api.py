"""The API: a child and the child's episodes, by reference, under the same seat as the pages. No search by name:
a name would stand in an address."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI, Path, Schema
from ninja.errors import ValidationError

from meg.front.api_door import ROOT
from meg.partnership.access.request import by_of
from meg.partnership.seats import Refused
from meg.protect.children.actions import open_child
from meg.protect.missing.models import Episode


class Api(NinjaAPI):
    """The API, which does not ask Django where it stands: it is not among the site's own addresses."""

    def get_root_path(self, path_params: dict[str, Any]) -> str:
        return ROOT


api = Api(title="MEG", version="1", docs_url=None, description="Records a seat reaches. Each look is in the trail.")
Reference = Annotated[str, Path(max_length=20, pattern=r"^[A-Za-z0-9-]{1,20}$", description="For example MEG-000217")]


class Problem(Schema):
    """What is wrong, in a sentence."""

    detail: str


class Invalid(Schema):
    """What in the request is not as it must be."""

    detail: list[dict[str, Any]]


class ChildOut(Schema):
    """A child, as far as the first page shows."""

    reference: str
    name: str
    date_of_birth: date | None
    estimated_birth_year: int | None
    sex: str
    ethnicity: str
    responsible_authority: str


class EpisodeOut(Schema):
    """One time a child was missing or away. Where only a day is known, its first minute in Europe/London."""

    started_at: datetime
    started_to_the_minute: bool
    returned_at: datetime | None
    returned_to_the_minute: bool
    missing_from: str
    care_status: str
    police_category: str
    setting: str


PROBLEMS = {401: Problem, 403: Problem, 404: Problem, 422: Invalid}


@api.exception_handler(Http404)
def no_such(request: HttpRequest, exc: Exception) -> HttpResponse:
    """The same bytes whether the seat does not reach the record or there is none."""
    return api.create_response(
        request, {"detail": "There is no such record, or your seat does not reach it."}, status=404
    )


@api.exception_handler(Refused)
def refused(request: HttpRequest, exc: Exception) -> HttpResponse:
    return api.create_response(request, {"detail": str(exc)}, status=403)


@api.exception_handler(ValidationError)
def invalid(request: HttpRequest, exc: ValidationError) -> HttpResponse:
    """What was wrong, without what was sent: it is nobody's business to read it back."""
    found = [{"loc": list(error["loc"]), "msg": error["msg"]} for error in exc.errors]
    return api.create_response(request, {"detail": found}, status=422)


@api.get("/children/{reference}", response={200: ChildOut, **PROBLEMS}, summary="A child")
def child(request: HttpRequest, reference: Reference) -> dict[str, Any]:
    found = open_child(by=by_of(request), reference=reference, doing="Read the record by the API.")
    return {
        "reference": found.reference,
        "name": found.called,  # type: ignore[attr-defined]
        "date_of_birth": found.date_of_birth,
        "estimated_birth_year": found.estimated_birth_year,
        "sex": found.sex,
        "ethnicity": found.ethnicity,
        "responsible_authority": found.responsible_authority,
    }


@api.get("/children/{reference}/episodes", response={200: list[EpisodeOut], **PROBLEMS}, summary="Missing episodes")
def episodes(request: HttpRequest, reference: Reference) -> list[Episode]:
    found = open_child(by=by_of(request), reference=reference, doing="Read the missing episodes by the API.")
    return list(Episode.objects.current().filter(child=found).order_by("-started_at"))
