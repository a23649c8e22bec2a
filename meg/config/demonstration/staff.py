"""The invented agencies and staff of Caldershire. One sign-in for each kind of person."""

from __future__ import annotations

from dataclasses import dataclass

from meg.partnership.seats import Seat

PASSWORD = "caldershire-demonstration"

AGENCIES = {
    "Caldershire Children’s Services": "LA_SOCIAL_CARE",
    "Caldershire Police": "POLICE",
    "Penfield Academy": "EDUCATION",
    "Stanbeck School": "EDUCATION",
    "Brightwater": "VOLUNTARY",
    "Caldershire Health": "HEALTH",
    "Caldershire Probation": "PROBATION",
}
SERVICES, POLICE, ACADEMY, SCHOOL, BRIGHTWATER, HEALTH, PROBATION = AGENCIES


@dataclass(frozen=True)
class Person:
    """A member of staff who does not exist."""

    name: str
    job: str
    agency: str
    seats: tuple[Seat, ...]

    @property
    def email(self) -> str:
        return f"{self.name.lower().replace(' ', '.')}@caldershire.example"


STAFF = (
    Person("Helen Marsh", "Team manager", SERVICES, (Seat.TEAM, Seat.ANALYST)),
    Person("Daniel Okafor", "Safeguarding lead", ACADEMY, (Seat.PRACTITIONER,)),
    Person("Amina Rowe", "School nurse", HEALTH, (Seat.PRACTITIONER,)),
    Person("Nadia Frost", "Return-interview worker", BRIGHTWATER, (Seat.INTERVIEWER,)),
    Person("Colm Reid", "Return-interview worker", BRIGHTWATER, (Seat.INTERVIEWER,)),
    Person("Fiona Lyle", "Intelligence sergeant", POLICE, (Seat.INTELLIGENCE, Seat.PRACTITIONER)),
    Person("Arthur Pell", "Analyst", POLICE, (Seat.ANALYST,)),
    Person("Ruth Calder", "Chair of the group", SERVICES, (Seat.GROUP,)),
    Person("Colin Haye", "Business unit coordinator", SERVICES, (Seat.COORDINATOR,)),
    Person("Wendy Oxley", "Lead officer", HEALTH, (Seat.LEAD,)),
    Person("Grace Tindall", "Information governance officer", SERVICES, (Seat.GOVERNANCE,)),
    Person("Adam Rook", "Administrator", SERVICES, (Seat.ADMINISTRATOR,)),
)
