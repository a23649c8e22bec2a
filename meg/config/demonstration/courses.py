"""What is done for each child whose referral is taken on: assessments, the plan, who does what. As data, by days ago.

Every sentence is about process and says nothing of any child. Answers are codes of the two frameworks that come with MEG.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from meg.config.demonstration.staff import ACADEMY, BRIGHTWATER, HEALTH, POLICE, PROBATION, SCHOOL, SERVICES

SERVICES_OFFERED = (  # agency, name, what it is, years on offer
    (BRIGHTWATER, "One-to-one key work", "Weekly, at school or at home", 4),
    (BRIGHTWATER, "Group for parents and carers", "Six evenings, twice a year", 3),
    (HEALTH, "Counselling for young people", "Ten sessions; a school nurse refers", 4),
    (SCHOOL, "Mentoring at school", "A named mentor, twice a week", 3),
    (SERVICES, "Support to the family at home", "A family worker for three months", 4),
    (PROBATION, "Advice for young adults", "From 17, with adult services", 2),
)
KEY_WORK, PARENTS, COUNSELLING, MENTORING, FAMILY, ADVICE = (name for _, name, *_ in SERVICES_OFFERED)
ENDED = (4, "Drop-in at the youth centre", BRIGHTWATER)  # years ago begun, name, whose; off the list a year ago


@dataclass(frozen=True)
class Assessed:
    """An assessment: when, by which framework, what was answered with weight, and what was decided. The rest is answered no.

    `review`: days from today by which it is reviewed; None for the framework's own. `level` is empty where it was begun only.
    """

    ago: int
    tool: str
    level: str
    strong: str = ""
    some: str = ""
    unknown: str = ""
    review: int | None = None
    why: str = "Discussed with the network; the reasons are those of the answers."


@dataclass(frozen=True)
class Act:
    """Something an agency is asked to do: asked so many days ago, due so many days from today, and what came of it, if it is
    done. `step`: towards adult services.
    """

    agency: str
    what: str
    asked: int
    due: int
    came: str = ""
    step: bool = False


@dataclass(frozen=True)
class Reviewed:
    """A review of a plan: days ago, the level if one was given, days from today until the next."""

    ago: int
    level: str
    next: int
    words: str = "Reviewed with the network: the plan goes on."


@dataclass(frozen=True)
class Course:
    """What is done after one referral. `plan` is when a plan was opened, in days ago, and its next review, in days from
    today; None where there is none, or where the law of transition opened it.
    """

    assessed: tuple[Assessed, ...] = ()
    plan: tuple[int, int] | None = None
    aims: tuple[tuple[str, str, str], ...] = ()  # what, how it will be known, how it was: empty while it is open
    acts: tuple[Act, ...] = ()
    services: tuple[tuple[str, int, int | None], ...] = ()  # name, days ago from, days ago until
    reviews: tuple[Reviewed, ...] = field(default=())


SAFE = (
    "A safety plan that the family and the school know",
    "Both name whom they call and when",
    "Both have it in writing.",
)
SAFE_OPEN = (*SAFE[:2], "")
SCHOOL_OPEN = ("Back at school full time", "Attendance over four weeks, from the school", "")
SCHOOL_DONE = (*SCHOOL_OPEN[:2], "Four weeks without a gap, the school reports.")
SOMEONE = ("One person to talk to, of the child’s own choice", "The child names them at the review", "")
ADULTS = ("Adult services have met the young person and agree what they take over", "A joint meeting is minuted", "")
MATRIX, WEIGHTED = "matrix", "weighted"

COURSES: dict[int, Course] = {
    610: Course(
        assessed=(
            Assessed(
                590,
                MATRIX,
                "medium",
                some="school_absence missing_often friends_older drugs_use health_low",
                review=-480,
            ),
            Assessed(470, MATRIX, "medium", some="friends_older drugs_use health_low missing_often", review=-360),
            Assessed(300, MATRIX, "medium", some="friends_older drugs_use health_low people_contact", review=-200),
        ),
        aims=((*ADULTS[:2], "They met on three dates, and took over."),),
        acts=(
            Act(
                PROBATION,
                "Name the worker who takes over",
                60,
                -40,
                "A worker is named and has met the young person.",
                True,
            ),
            Act(
                SERVICES, "Hold the joint meeting with adult services", 55, -20, "Held; who does what is minuted.", True
            ),
        ),
        services=((KEY_WORK, 580, 320), (ADVICE, 200, 14)),
        reviews=(Reviewed(400, "medium", -280), Reviewed(160, "medium", -15)),
    ),
    520: Course(
        assessed=(
            Assessed(
                505,
                WEIGHTED,
                "medium",
                strong="v_breakdown v_esteem m_late m_phone m_school m_peers m_internet v_isolated v_adult m_despair m_callers",
                review=-415,
            ),
            Assessed(
                330,
                WEIGHTED,
                "medium",
                strong="v_breakdown v_esteem m_late m_phone m_school m_peers m_internet v_isolated v_adult m_callers m_alone",
                review=-150,
            ),
            Assessed(
                140,
                WEIGHTED,
                "medium",
                strong="v_breakdown v_esteem m_late m_phone m_peers m_internet v_isolated v_adult m_alone m_callers m_drugs",
                unknown="m_alcohol",
                review=-21,
            ),
        ),
        aims=(ADULTS, SOMEONE),
        acts=(
            Act(PROBATION, "Say who in adult services can be asked", 60, -9, "", True),
            Act(SERVICES, "Look at the tenancy together", 40, 6),
        ),
        services=((ADVICE, 300, None), (COUNSELLING, 480, 410)),
        reviews=(Reviewed(350, "medium", -180), Reviewed(120, "", 24)),
    ),
    400: Course(
        assessed=(
            Assessed(
                388,
                MATRIX,
                "high",
                strong="missing_night people_contact",
                some="school_absence friends_older drugs_use",
                review=-330,
            ),
            Assessed(300, MATRIX, "high", strong="missing_night people_contact", some="friends_older", review=-230),
            Assessed(190, MATRIX, "medium", strong="people_contact", some="friends_older health_low", review=-100),
            Assessed(
                95, MATRIX, "medium", strong="people_contact", some="friends_older", unknown="drugs_debt", review=10
            ),
        ),
        aims=(ADULTS, SAFE),
        acts=(
            Act(HEALTH, "Send the health summary to adult services", 30, 4, "", True),
            Act(BRIGHTWATER, "Introduce the worker of adult services", 30, 0, "", True),
            Act(
                POLICE,
                "Agree with the young person how the police are in touch",
                200,
                -180,
                "Agreed, and written into the plan.",
            ),
        ),
        services=((KEY_WORK, 370, None), (FAMILY, 360, 270)),
        reviews=(Reviewed(280, "high", -190), Reviewed(100, "medium", 17)),
    ),
    300: Course(
        assessed=(
            Assessed(
                292,
                WEIGHTED,
                "high",
                strong="v_breakdown v_isolated m_late m_phone m_alone m_peers s_goods s_places",
                some="s_missing",
                review=-200,
            ),
            Assessed(
                200,
                WEIGHTED,
                "high",
                strong="v_breakdown v_isolated m_late m_phone m_alone m_peers s_goods s_places",
                review=-110,
            ),
            Assessed(
                88,
                WEIGHTED,
                "medium",
                strong="v_breakdown v_isolated m_late m_phone m_alone m_peers m_drugs v_esteem v_adult m_school m_internet",
                review=5,
            ),
        ),
        aims=(ADULTS,),
        acts=(
            Act(HEALTH, "Agree the date of the last joint visit", 20, -2, "", True),
            Act(
                PROBATION,
                "Send the reachable hours of the new worker",
                35,
                -20,
                "Sent to the young person and the team.",
                True,
            ),
        ),
        services=((ADVICE, 250, None),),
        reviews=(Reviewed(180, "high", -90), Reviewed(85, "", 25)),
    ),
    140: Course(
        assessed=(
            Assessed(
                134,
                MATRIX,
                "high",
                strong="online_contact people_contact",
                some="school_change online_secret health_low",
                unknown="drugs_debt",
                review=-106,
            ),
            Assessed(104, MATRIX, "high", strong="online_contact people_contact", some="school_change", review=-66),
            Assessed(62, MATRIX, "medium", strong="online_contact", some="people_contact health_low", review=20),
        ),
        plan=(130, 21),
        aims=(SAFE, SCHOOL_DONE, SOMEONE),
        acts=(
            Act(
                SCHOOL,
                "Meet each Monday with the child and a parent",
                120,
                -60,
                "Held for eight weeks; no longer needed.",
            ),
            Act(POLICE, "Tell the family what became of the report", 110, -80, "Told at home, with the team."),
            Act(HEALTH, "Review with the school nurse", 30, 9),
            Act(SERVICES, "Write to the parents what was agreed", 12, -1),
        ),
        services=((KEY_WORK, 125, None), (PARENTS, 100, 55)),
        reviews=(
            Reviewed(90, "high", -60),
            Reviewed(60, "medium", -8),
            Reviewed(9, "low", 21, "The risk is lower, and the plan goes on until the next review."),
        ),
    ),
    110: Course(
        assessed=(
            Assessed(
                105,
                WEIGHTED,
                "medium",
                strong="v_esteem v_isolated m_late m_phone m_school m_internet m_peers v_breakdown m_despair v_mental m_callers",
                unknown="m_alcohol m_infection",
                review=0,
            ),
        ),
        plan=(98, 0),
        aims=(SOMEONE, SCHOOL_OPEN),
        acts=(
            Act(ACADEMY, "Agree a place to go to at break", 90, -70, "Agreed; the child chose it."),
            Act(HEALTH, "Offer the next appointment", 21, -4),
            Act(BRIGHTWATER, "Say how key work goes", 14, 3),
        ),
        services=((KEY_WORK, 85, None), (COUNSELLING, 80, None)),
        reviews=(Reviewed(50, "", 0),),
    ),
    95: Course(
        assessed=(
            Assessed(89, MATRIX, "medium", strong="friends_older", some="school_absence missing_often", review=3),
        ),
        aims=(ADULTS, SCHOOL_OPEN),
        acts=(
            Act(ACADEMY, "Plan the step to college with the young person", 40, 12),
            Act(HEALTH, "Tell the young person what changes in health care at 18", 40, 30, "", True),
        ),
        services=((MENTORING, 80, None),),
        reviews=(Reviewed(40, "", 16),),
    ),
    88: Course(
        assessed=(
            Assessed(
                80,
                MATRIX,
                "medium",
                some="home_conflict missing_often missing_unknown friends_change health_low",
                unknown="drugs_given",
                review=-3,
            ),
        ),
        plan=(78, -3),
        aims=(SAFE, SCHOOL_OPEN),
        acts=(
            Act(SERVICES, "Draw up the safety plan with the carer", 75, -65, "Done; the carer has a copy."),
            Act(SCHOOL, "Report attendance each fortnight", 75, -5),
        ),
        services=((MENTORING, 70, None), (FAMILY, 70, 12)),
        reviews=(Reviewed(40, "", -3),),
    ),
    75: Course(
        assessed=(
            Assessed(
                70,
                WEIGHTED,
                "high",
                strong="v_breakdown v_esteem m_late m_phone m_school m_peers m_internet s_missing s_goods",
                review=-32,
            ),
            Assessed(
                36,
                WEIGHTED,
                "medium",
                strong="v_breakdown v_esteem m_late m_phone m_peers",
                some="s_missing s_goods v_isolated m_internet m_despair m_callers v_adult",
                review=15,
                why="Nothing new for a month; the network agrees, and the older signs count for less.",
            ),
        ),
        plan=(68, 14),
        aims=(SAFE, SCHOOL_DONE),
        acts=(
            Act(ACADEMY, "Keep a place open for the return to class", 60, -40, "Back in class on the day agreed."),
            Act(POLICE, "Visit once with the key worker", 60, -45, "Visited; the child knows whom to call."),
            Act(HEALTH, "Ask again about the appointment", 10, 2),
        ),
        services=((KEY_WORK, 60, None),),
        reviews=(Reviewed(34, "medium", 14, "The risk is lower than a month ago."),),
    ),
    60: Course(
        assessed=(Assessed(50, WEIGHTED, "low", strong="v_esteem m_internet m_phone", unknown="m_alcohol", review=40),),
        plan=(48, 44),
        aims=(SAFE_OPEN,),
        acts=(
            Act(SERVICES, "Show the parents the settings for online safety", 45, -30, "Shown, and tried out together."),
        ),
        services=((FAMILY, 44, None),),
    ),
    45: Course(
        assessed=(
            Assessed(
                40,
                MATRIX,
                "high",
                strong="people_contact friends_older",
                some="missing_often drugs_given",
                unknown="people_made drugs_debt",
                review=2,
            ),
        ),
        plan=(39, 6),
        aims=(SAFE_OPEN, SOMEONE),
        acts=(
            Act(POLICE, "Say what can be done about the address", 20, -6),
            Act(ACADEMY, "Let the team know each absence on the same day", 38, 20),
            Act(HEALTH, "Meet the child at school", 38, -25, "Met; the next date is agreed."),
        ),
        services=((KEY_WORK, 35, None),),
        reviews=(Reviewed(15, "high", 6),),
    ),
    33: Course(assessed=(Assessed(2, WEIGHTED, ""),)),
    26: Course(
        assessed=(
            Assessed(
                20,
                MATRIX,
                "high",
                some="home_conflict school_change online_contact friends_older health_low",
                unknown="people_contact people_places",
                review=8,
                why="The tool counts little where little is known yet. The network is worried, and so is the family.",
            ),
        ),
        plan=(18, 9),
        aims=(SAFE_OPEN,),
        acts=(
            Act(SCHOOL, "Name the adult in school whom the child can go to", 15, 5),
            Act(POLICE, "Answer what is known so far", 15, 0),
        ),
    ),
    19: Course(plan=(12, 16), aims=(SAFE_OPEN,), acts=(Act(ACADEMY, "Say which days are hardest", 8, 6),)),
}
"""By how many days ago the referral came."""
