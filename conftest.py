"""One cast in all tests: a person in every seat, a second practitioner of another agency, and some children."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest
from django.test import Client

from meg.oversight.performance.actions import bring_specification_up_to_date
from meg.partnership.access.actions import add_member, involve
from meg.partnership.access.models import Member
from meg.partnership.agencies.actions import add_agency, found_partnership
from meg.partnership.agencies.models import Agency, Partnership
from meg.partnership.codes.actions import bring_up_to_date
from meg.partnership.seats import By, Seat, seated
from meg.protect.assessments.actions import bring_frameworks_up_to_date
from meg.protect.children.models import Child, Identifier, Name

pytest_plugins = ["tests.browser"]

PEOPLE = {
    # name: (seat, agency)
    "helen": (Seat.TEAM, "Children’s Services"),
    "daniel": (Seat.PRACTITIONER, "Penfield Academy"),
    "amina": (Seat.PRACTITIONER, "Caldershire Health"),
    "nadia": (Seat.INTERVIEWER, "Brightwater"),
    "fiona": (Seat.INTELLIGENCE, "Caldershire Police"),
    "arthur": (Seat.ANALYST, "Caldershire Police"),
    "ruth": (Seat.GROUP, "Children’s Services"),
    "colin": (Seat.COORDINATOR, "Children’s Services"),
    "wendy": (Seat.LEAD, "Caldershire Health"),
    "grace": (Seat.GOVERNANCE, "Children’s Services"),
    "adam": (Seat.ADMINISTRATOR, "Children’s Services"),
}
AGENCIES = {
    "Children’s Services": "LA_SOCIAL_CARE",
    "Penfield Academy": "EDUCATION",
    "Caldershire Health": "HEALTH",
    "Brightwater": "VOLUNTARY",
    "Caldershire Police": "POLICE",
}


@dataclass
class Cast:
    """The people of the tests. `by('helen')` acts as Helen in her seat; `operator` is the command line."""

    partnership: Partnership
    operator: By
    agencies: dict[str, Agency] = field(default_factory=dict)
    members: dict[str, Member] = field(default_factory=dict)

    def by(self, name: str, seat: Seat | None = None) -> By:
        member = self.members[name]
        taken = seat or Seat(member.seats[0])
        return By(member.pk, member.name, taken, self.partnership.pk, member.agency_id, f"{taken.label}: {taken.reach}")

    def child(
        self,
        given: str = "Keira",
        family: str = "Dunstan",
        born: date | None = date(2011, 3, 14),
        agency: str | None = None,
        worker: str | None = None,
        number: str | None = None,
    ) -> Child:
        """A child of the partnership, if wished with an agency involved, a worker allocated, a 903 identifier."""
        with seated(self.operator):
            child = Child.objects.create(
                date_of_birth=born, sex="F", ethnicity="WBRI", responsible_authority=self.partnership.authority
            )
            child.refresh_from_db()
            Name.objects.create(child=child, given=given, family=family)
            if number:
                Identifier.objects.create(child=child, source="ssda903", value=number)
            about = {"child_id": child.pk, "reference": child.reference}
            if agency:
                involve(by=self.operator, agency=self.agencies[agency], **about)
            if worker:
                member = self.members[worker]
                involve(by=self.operator, agency=self.agencies[PEOPLE[worker][1]], member=member, **about)
        return child


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def make_cast() -> Cast:
    """The partnership of the tests with its agencies and people, written into the database there is."""
    nobody = By(None, "Operator", Seat.OPERATOR, 0)
    with seated(nobody):
        partnership = found_partnership(by=nobody, name="Caldershire", authority="840", demonstration=True)
    operator = By(None, "Operator", Seat.OPERATOR, partnership.pk)
    made = Cast(partnership, operator)
    with seated(operator):
        bring_up_to_date(by=operator)
        bring_specification_up_to_date(by=operator)
        bring_frameworks_up_to_date(by=operator)
        for name, kind in AGENCIES.items():
            made.agencies[name] = add_agency(by=operator, name=name, type=kind, since=date(2016, 4, 1))
        for name, (seat, agency) in PEOPLE.items():
            made.members[name] = add_member(
                by=operator,
                email=f"{name}@caldershire.example",
                name=f"{name.title()} Example",
                job=seat.label,
                agency=made.agencies[agency],
                seats=[seat],
            )
    return made


@pytest.fixture
def as_member(cast: Cast, settings: object) -> Callable[[str], Client]:
    """A browser-less client signed in as one of the cast: `as_member('helen').get('/')`."""
    settings.SECOND_FACTOR_OFF = True  # type: ignore[attr-defined]

    def sign_in(name: str) -> Client:
        client = Client()
        client.force_login(cast.members[name].account)
        return client

    return sign_in


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The real and fictitious data beside the checkout."""
    found = Path(__file__).resolve().parent.parent / "shared" / "data"
    assert found.is_dir(), f"The shared data are not beside the checkout: {found}"
    return found
