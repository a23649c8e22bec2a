"""Children who do not exist, and their four years: as plain rows, before anything is written."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from faker import Faker

from meg.config.demonstration.calibration import (
    PUBLISHED,
    Incident,
    financial_year,
    incidents,
    spread,
)
from meg.config.demonstration.matters import LIVE, UNDECIDED, Live

SEED = 840
OURS = "840"
ELSEWHERE = "841"  # places some children here
PLACEMENTS = {
    "U6": "foster",
    "U4": "foster",
    "U1": "foster",
    "K2": "childrens_home",
    "H5": "supported",
    "K3": "supported",
}
ETHNICITIES = ["WBRI"] * 88 + [
    "WOTH",
    "MWBC",
    "MWAS",
    "APKN",
    "AOTH",
    "BAFR",
    "OOTH",
    "REFU",
    "NOBT",
    "WROM",
    "WIRT",
    "MOTH",
]
QUARTER = 91  # days
HOME_EPISODES_A_QUARTER = 149
PLACED_HERE_AT_FIRST, PLACED_HERE_A_QUARTER = 34, 10  # children who are here, and who come
# First names such as children of these ages have. Family names are Faker’s.
BOYS = (
    "Oliver Jack Harry Alfie Charlie Thomas William Joshua George James Daniel Jacob Ethan Samuel Joseph Dylan Mohammed "
    "Noah Lucas Oscar Riley Max Leo Logan Muhammad Tyler Archie Henry Adam Alexander Harrison Isaac Mason Edward Freddie "
    "Jayden Lewis Zachary Luke Callum Connor Nathan Theo Jake Owen Ryan Finley Aiden Kai Jamie"
).split()
GIRLS = (
    "Olivia Ruby Emily Grace Jessica Chloe Sophie Lily Amelia Evie Mia Ava Ella Charlotte Isabella Lucy Daisy Holly Megan "
    "Lola Summer Phoebe Millie Freya Poppy Isabelle Maisie Lilly Hannah Eva Erin Sienna Abigail Layla Scarlett Amy Katie "
    "Imogen Leah Molly Aisha Zara Zoe Rosie Eleanor Lexi Niamh Maya Keira Skye"
).split()


@dataclass
class Person:
    """An invented child."""

    given: str
    family: str
    known_as: str
    born: date
    sex: str
    ethnicity: str
    care: list[tuple[date, date | None, str]] = field(default_factory=list)  # started, ended, placement
    missing: list[tuple[Incident, str, str, str]] = field(default_factory=list)  # incident, from, status, setting
    still_missing: bool = False
    live: Live | None = None  # what the last of these is today
    authority: str = OURS

    def placement_on(self, day: date) -> str:
        """The setting of the placement that holds a day; own home where there is none."""
        for started, ended, placement in self.care:
            if started <= day and (ended is None or day <= ended):
                return PLACEMENTS[placement]
        return "own_home"


class County:
    """The children of Caldershire on a day."""

    def __init__(self, now: datetime) -> None:
        self.moment, self.today = now, now.date()
        today = self.today
        self.draw = random.Random(SEED)
        self.faker = Faker("en_GB")
        self.faker.seed_instance(SEED)
        self.looked_after: list[Person] = []
        self.at_home: list[Person] = []
        self.placed_here: list[Person] = []
        last = financial_year(today) - 1
        for back, year in zip(range(len(PUBLISHED) - 1, -1, -1), PUBLISHED, strict=True):
            self.care_year(last - back, year.looked_after, spread(year, self.draw), date(last - back + 1, 3, 31))
        self.care_so_far(last + 1)
        self.recorded_since = date(last - 1, 4, 1)
        self.home_episodes(self.recorded_since)
        self.from_elsewhere(self.recorded_since)
        self.now()
        self.at_home += [self.person(age, age, today) for age in (19, 20, 21)]  # the team works with some of that age

    def everyone(self) -> list[Person]:
        return self.looked_after + self.at_home + self.placed_here

    def person(self, youngest: int, oldest: int, on: date) -> Person:
        """Someone between two ages on a day."""
        sex = self.draw.choice("MF")
        given = self.draw.choice(BOYS if sex == "M" else GIRLS)
        days = self.draw.randrange(youngest * 365 + 30, oldest * 365 + 335)
        known_as = given[:3] if self.draw.random() < 0.06 and len(given) > 5 else ""
        return Person(
            given, self.faker.last_name(), known_as, on - timedelta(days=days), sex, self.draw.choice(ETHNICITIES)
        )

    def take_in(self, wanted: int, start: date) -> list[Person]:
        """Everyone looked after at some time in the year that begins on `start`: those who stayed, and new ones."""
        stayed = [p for p in self.looked_after if p.care[-1][1] is None]
        for person in self.draw.sample(stayed, min(len(stayed) // 4, max(0, len(stayed) - 60))):
            left = start - timedelta(days=self.draw.randrange(1, 300))
            if person.care[-1][0] < left and not any(i.started.date() >= left for i, *_ in person.missing):
                person.care[-1] = (person.care[-1][0], left, person.care[-1][2])
                stayed.remove(person)
        for _ in range(max(0, wanted - len(stayed))):
            person = self.person(1, 16, start)
            came = start - timedelta(days=self.draw.randrange(0, 700)) if not self.looked_after else start
            came += timedelta(days=0 if not self.looked_after else self.draw.randrange(0, 60))
            placement = self.draw.choices(("U6", "U4", "U1", "K2"), (5, 3, 2, 2))[0]
            person.care.append((max(came, person.born), None, placement))
            self.looked_after.append(person)
            stayed.append(person)
        return stayed[:wanted] if len(stayed) > wanted else stayed

    def care_year(self, year: int, looked_after: int, counts: list[int], end: date) -> None:
        """One financial year from care, with exactly these counts of incidents."""
        start = date(year, 4, 1)
        there = self.take_in(looked_after, start)
        of_an_age = [p for p in there if 10 <= (start - p.born).days // 365 <= 16 and p.care[-1][0] <= start]
        while len(of_an_age) < len(counts):
            person = self.person(11, 15, start)
            person.care.append((start - timedelta(days=30), None, "K2"))
            self.looked_after.append(person)
            of_an_age.append(person)
        before = sorted(of_an_age, key=lambda p: (-len(p.missing), self.draw.random()))
        for person, count in zip(before, sorted(counts, reverse=True), strict=False):
            self.go_missing(person, count, start, end)

    def go_missing(self, person: Person, count: int, start: date, end: date) -> None:
        """`count` incidents from care within the days given, after the last that person had."""
        if person.missing:
            start = max(start, person.missing[-1][0].returned.date() + timedelta(days=1))
        for incident in incidents(count, start, end, self.draw):
            setting = person.placement_on(incident.started.date())
            person.missing.append((incident, "care", "M", setting))
        if self.draw.random() < 0.15:
            self.away(person, end)

    def away(self, person: Person, end: date) -> None:
        """One evening away from placement, recorded as such and counted apart."""
        after = person.missing[-1][0].returned + timedelta(hours=20)
        back = after + timedelta(hours=3, minutes=15)
        if back.date() <= end:
            person.missing.append((Incident(after, back), "care", "A", person.placement_on(after.date())))

    def care_so_far(self, year: int) -> None:
        """The year that is not over: as many children as last year had by this day."""
        start = date(year, 4, 1)
        part = (self.today - start).days / 365
        last = PUBLISHED[-1]
        there = self.take_in(round(last.looked_after * (0.8 + part / 5)), start)
        of_an_age = [p for p in there if 10 <= (start - p.born).days // 365 <= 16 and p.care[-1][0] <= start]
        counts = sorted((int(n * part + self.draw.random()) for n in spread(last, self.draw)), reverse=True)
        until = self.today - timedelta(days=2)
        ranked = sorted(of_an_age, key=lambda p: (-len(p.missing), self.draw.random()))
        for person, count in zip(ranked, [n for n in counts if n], strict=False):
            if until > start and not (person.missing and person.missing[-1][0].returned.date() >= until):
                self.go_missing(person, count, start, until)

    def home_episodes(self, start: date) -> None:
        """Children who were never looked after, missing from home, two years and the part of this one."""
        for day, end in self.quarters(start):
            wanted = round(HOME_EPISODES_A_QUARTER * ((end - day).days + 1) / QUARTER)
            while wanted > 0:
                person = self.person(11, 16, day)
                count = self.draw.choices((1, 2, 3, 5), (70, 18, 8, 4))[0]
                for incident in incidents(min(count, wanted), day, end, self.draw):
                    person.missing.append((incident, "home", "", "own_home"))
                wanted -= count
                self.at_home.append(person)

    def quarters(self, start: date) -> Iterator[tuple[date, date]]:
        """First and last days of quarters of a year from a day on; the last ends two days ago."""
        until = self.today - timedelta(days=2)
        while start <= until:
            yield start, min(start + timedelta(days=QUARTER - 1), until)
            start += timedelta(days=QUARTER)

    def from_elsewhere(self, start: date) -> None:
        """Children whom another authority places here for some months each, and their episodes in that time."""
        until = self.today - timedelta(days=2)
        for day, end in self.quarters(start):
            days, first = (end - day).days + 1, day == start
            for _ in range(PLACED_HERE_AT_FIRST if first else round(PLACED_HERE_A_QUARTER * days / QUARTER)):
                person = self.person(11, 15, day)
                person.authority = ELSEWHERE
                came = day + timedelta(days=-self.draw.randrange(0, 100) if first else self.draw.randrange(0, days))
                left = came + timedelta(days=self.draw.randrange(120, 480))
                person.care.append((came, left if left <= until else None, self.draw.choice(("K2", "K2", "U4"))))
                since, stayed = max(came, start), min(left, until)
                count = round((stayed - since).days / QUARTER * self.draw.uniform(0.6, 2.6)) or 1
                for incident in incidents(count, since, stayed, self.draw):
                    setting = person.placement_on(incident.started.date())
                    person.missing.append((incident, "care", "M", setting))
                self.placed_here.append(person)

    def now(self) -> None:
        """What is due today: children missing now, interviews that wait, episodes for the team to decide on."""
        moment = self.moment.replace(second=0, microsecond=0)
        for person in self.everyone():
            if person.missing and person.missing[-1][0].returned > moment - timedelta(hours=1):
                last, where, status, setting = person.missing[-1]
                back = min(last.started + timedelta(hours=4), last.started + (moment - last.started) / 2)
                sooner = Incident(last.started, back)
                person.missing[-1] = (sooner, where, status, setting)
        free = [
            p for p in self.looked_after if p.missing and p.care[-1][1] is None and p.born.year > self.today.year - 17
        ]
        free = [p for p in free if p.missing[-1][0].returned < moment - timedelta(days=8)]
        free = [p for p in free if any(one[2] == "M" and self.lately(one[0]) for one in p.missing)]
        from_home = [self.person(13, 15, self.today) for live in LIVE if live.risk == "" or live.placed_here]
        often = self.often(free)
        in_care = iter(self.draw.sample([p for p in free if p not in often], len(LIVE) - len(from_home) - len(often)))
        others, again = iter(from_home), iter(often)
        for live in LIVE:
            which = again if live in UNDECIDED else others if live.risk == "" or live.placed_here else in_care
            person = next(which)
            if live.placed_here:
                person.authority = ELSEWHERE
                person.care.append((self.today - timedelta(days=200), None, "K2"))
            if not person.missing and not person.care:
                self.at_home.append(person)
            elif live.placed_here:
                self.placed_here.append(person)
            person.live, person.still_missing = live, live.back is None
            where = "care" if person.care else "home"
            status = "A" if live.away else "M" if person.care else ""
            incident = live.incident(moment)
            self.in_place_of_one(person, incident, status)
            person.missing.append((incident, where, status, person.placement_on(incident.started.date())))

    def lately(self, incident: Incident) -> bool:
        """In the financial year of a week ago."""
        return incident.started.date() >= date(financial_year(self.today - timedelta(days=7)), 4, 1)

    def often(self, free: list[Person]) -> list[Person]:
        """Children whose episode of today reaches the threshold of a strategy discussion, and of whom none is decided."""
        since = self.moment - timedelta(days=75)

        def number(person: Person) -> int:
            return sum(incident.started > since for incident, *_ in person.missing)

        some = [person for person in free if 3 <= number(person) <= 6]
        rest = sorted((person for person in free if person not in some), key=number, reverse=True)
        return (some + rest)[: len(UNDECIDED)]

    def in_place_of_one(self, person: Person, incident: Incident, status: str) -> None:
        """In the first days of April a matter of today belongs to the last full year: there it takes the place of another
        of the same child, so that the year keeps its totals.
        """
        year = financial_year(incident.started.date())
        if status != "M" or year == financial_year(self.today):
            return
        same = [one for one in person.missing if one[2] == "M" and financial_year(one[0].started.date()) == year]
        if same:
            person.missing.remove(same[-1])
