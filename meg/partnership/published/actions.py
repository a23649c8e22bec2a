"""Verbs of published figures: keep a release, and what comes with MEG of other authorities."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files

from django.db import connection, transaction

from meg.partnership.published.models import Neighbour, PublishedFigure, Release
from meg.partnership.published.permissions import KEEPERS
from meg.partnership.seats import By, permit
from meg.partnership.trail.actions import record
from meg.partnership.trail.models import Kind

ONLY = "Published figures are kept by the installation, not from a seat."
OGL = "Open Government Licence v3.0"
POPULATION = "ons-population"
CHILDREN = "Children aged 0 to 17"
FIELDS = "year, level, code, name, region, measure, value, symbol"
STAGE = """CREATE TEMP TABLE published_stage (year smallint, level text, code text, name text, region text, measure text,
  value numeric, symbol text) ON COMMIT DROP"""
COMPARED = """
SELECT count(*) FILTER (WHERE w.id IS NULL), count(*) FILTER (WHERE w.id IS NOT NULL AND
    (w.value, w.symbol) IS DISTINCT FROM (n.value, n.symbol)), count(*)
FROM published_publishedfigure n LEFT JOIN LATERAL (
  SELECT f.id, f.value, f.symbol FROM published_publishedfigure f JOIN published_release r ON r.id = f.release_id
  WHERE r.dataset = %s AND f.release_id <> n.release_id
    AND (f.year, f.level, f.code, f.measure) = (n.year, n.level, n.code, n.measure)
  ORDER BY r.last_year DESC, r.id DESC LIMIT 1) w ON true
WHERE n.release_id = %s"""


@dataclass(frozen=True)
class Kept:
    """What keeping a release did: figures that are new, that an earlier release had otherwise, and that are the same."""

    release: Release
    read: int
    new: int
    revised: int
    unchanged: int


@transaction.atomic
def keep_release(*, by: By, release: Release, figures: Iterable[PublishedFigure]) -> Kept:
    """Keep a release whole. The same file again changes nothing. Raises: Refused, where the seat may not."""
    permit(by, KEEPERS, ONLY)
    if (kept := Release.objects.filter(dataset=release.dataset, sha256=release.sha256).first()) is not None:
        count = PublishedFigure.objects.filter(release=kept).count()
        return Kept(kept, count, 0, 0, count)
    release.save()
    release.refresh_from_db()
    with connection.cursor() as cursor:
        cursor.execute(STAGE)
        with cursor.copy("COPY published_stage FROM STDIN") as copy:
            for one in figures:
                copy.write_row(
                    (one.year, one.level, one.code, one.name, one.region, one.measure, one.value, one.symbol)
                )
        cursor.execute(
            f"INSERT INTO published_publishedfigure (release_id, {FIELDS}) SELECT %s, {FIELDS} FROM published_stage",
            [release.pk],
        )
        cursor.execute("DROP TABLE published_stage")
        cursor.execute(COMPARED, [release.dataset, release.pk])
        new, revised, read = cursor.fetchone()
    sentence = f"Kept {release}: {read} published figures, {revised} of them revised."
    record(by=by, kind=Kind.FILES_IN, sentence=sentence, detail={"release": release.pk})
    return Kept(release, read, new, revised, read - new - revised)


@transaction.atomic
def bring_published_up_to_date(*, by: By) -> int:
    """Keep the neighbours and the population that come with MEG. Returns how many authorities have neighbours.

    Raises: Refused, where the seat may not.
    """
    permit(by, KEEPERS, ONLY)
    neighbours = list(_neighbours())
    Neighbour.objects.bulk_create(
        neighbours, update_conflicts=True, unique_fields=["authority", "rank"], update_fields=["neighbour", "closeness"]
    )
    text = _text("population_0_17.csv")
    release = Release(
        dataset=POPULATION, first_year=2012, last_year=2024, title="Mid-year population estimates, ages 0 to 17",
        publisher="Office for National Statistics", licence=OGL, file_name="population_0_17.csv",
        sha256=sha256(text.encode()).hexdigest(),
    )  # fmt: skip
    keep_release(by=by, release=release, figures=_population(text))
    return len({one.authority for one in neighbours})


def _text(name: str) -> str:
    return files("meg.partnership.published").joinpath("data", name).read_text(encoding="utf-8")


def _neighbours() -> Iterator[Neighbour]:
    for row in csv.DictReader(_text("neighbours_2025.csv").splitlines()):
        yield Neighbour(**row)


def _population(text: str) -> Iterator[PublishedFigure]:
    for row in csv.DictReader(text.splitlines()):
        yield PublishedFigure(
            year=row["year"],
            level=row["level"],
            code=row["code"],
            name=row["name"],
            measure=CHILDREN,
            value=row["children"],
        )
