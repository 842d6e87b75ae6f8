"""The circles that the demo organisation thought of: a name, a format, a purpose. Only text."""

from typing import NamedTuple


class Idea(NamedTuple):
    """A circle that could exist. The theme picks the words its members use (texts.py)."""

    name: str
    format: str
    theme: str
    purpose: str


IDEAS = (
    Idea("Stepping up to lead", "career_circle", "lead",
         "For people who want to lead a team within two years. We bring one real situation each "
         "time, and leave with one promise."),
    Idea("First-time managers", "career_circle", "lead",
         "The first year of leading is lonely. Here it is not: we compare notes, practise hard "
         "talks and keep each other to our promises."),
    Idea("Specialists who grow", "career_circle", "career",
         "For those who want to advance without managing people: how to be seen, heard and paid "
         "for what we know."),
    Idea("Next step", "career_circle", "career",
         "Find out what the next step is, whom to talk to, and take it within a year."),
    Idea("Halfway up", "career_circle", "career",
         "Ten years in and twenty to go. We look at what we want from the second half."),
    Idea("Leading from a distance", "career_circle", "lead",
         "Our teams sit in other cities. We learn how to lead people we seldom see."),
    Idea("Women into leadership", "affinity_circle", "affinity",
         "Where do we want to go and who opens the doors? For women, and led by those who come."),
    Idea("Parents at work", "affinity_circle", "affinity",
         "Rotas, guilt, ambition and sleep: what works for parents here, and what should change."),
    Idea("New here", "affinity_circle", "affinity",
         "For everyone in their first year. What nobody explains, and who can help."),
    Idea("Later careers", "affinity_circle", "affinity",
         "For people over fifty who are not finished yet: learning, handing on, slowing down or "
         "not."),
    Idea("Second language, first rate", "affinity_circle", "affinity",
         "Working in a language that is not your own: being quick, being funny, being taken "
         "seriously."),
    Idea("Founders’ table", "mastermind", "growth",
         "Each of us builds something new inside the house. Two hot seats a meeting, straight "
         "talk, and one number everyone brings."),
    Idea("Sales, honestly", "mastermind", "growth",
         "Account managers who want to sell better without pretending. We bring lost deals."),
    Idea("Product table", "mastermind", "growth",
         "What to build, what to stop, and how to say so. We put our plans on the hot seat."),
    Idea("Small teams, big plans", "mastermind", "growth",
         "We lead teams of five or fewer and have plans for fifty. Who has done it before?"),
    Idea("Branch growth cohort", "growth_cohort", "growth",
         "Seven months towards a three-year growth plan for each branch: markets, people, money."),
    Idea("New ventures cohort", "growth_cohort", "growth",
         "From a good idea to a plan that the board can say yes to. Expert modules and peers who "
         "read every page."),
    Idea("Statistics for decisions", "study_group", "study",
         "Averages, samples and doubt: four months of short lessons, quizzes and teach-backs."),
    Idea("Reading balance sheets", "study_group", "study",
         "For people who nod in budget meetings and would like to follow them."),
    Idea("Portuguese for the Lisbon office", "study_group", "study",
         "We learn a little each week and speak it with each other, badly and often."),
    Idea("Security basics", "study_group", "study",
         "What every team should know, learnt by explaining it to each other."),
    Idea("Writing that works", "study_group", "study",
         "Letters, tickets and reports that are understood at first reading."),
    Idea("Loan officers’ roundtable", "practice_roundtable", "practice",
         "We compare how we assess small businesses, watch the trends, and learn from one "
         "anonymised case a month."),
    Idea("Claims roundtable", "practice_roundtable", "practice",
         "Hard claims, fair answers. One case without names, one trend, one lesson a month."),
    Idea("Care desk roundtable", "practice_roundtable", "practice",
         "What callers ask this month, what helped, and which rule gets in the way."),
    Idea("Field service roundtable", "practice_roundtable", "practice",
         "People who drive out and fix things, and what the office should know about it."),
    Idea("Facilitators’ hub", "expert_hub", "expert",
         "One expert, many circles: a short lesson, two cases, and links between groups that ask "
         "the same question."),
    Idea("Difficult conversations hub", "expert_hub", "expert",
         "Practice with an expert, for circles that meet the same conflict again and again."),
    Idea("Change makers’ hub", "expert_hub", "expert",
         "For those who change how things are done: cases, and what came of them."),
    Idea("Five for a course place", "group_of_five", "steps",
         "Five people, one fund for courses. Two start, then two, then the fifth; all help."),
    Idea("Five for equipment", "group_of_five", "steps",
         "Staged help with tools and laptops, and four people who notice when someone struggles."),
    Idea("Five steps to a certificate", "group_of_five", "steps",
         "Five colleagues without a school certificate, one goal, a meeting every week."),
)  # fmt: skip

PROGRAMMES: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("Step up", "People who want to lead, or to grow as specialists, help each other there.",
     ("career_circle", "mastermind")),
    ("Learn together", "Study groups and expert hubs on what our work needs next.",
     ("study_group", "expert_hub")),
    ("Better practice", "Those who do the same work compare how they do it.",
     ("practice_roundtable", "expert_hub")),
    ("Belong", "Circles around a shared theme, led by those who come.", ("affinity_circle",)),
    ("Grow the business", "Growth plans for branches, ventures and new products.",
     ("growth_cohort", "mastermind")),
    ("Five at a time", "Staged access to courses and equipment through mutual support.",
     ("group_of_five",)),
)  # fmt: skip

ROOMS = (
    "Baltic",
    "Adriatic",
    "Aegean",
    "Caspian",
    "Ionian",
    "North Sea",
    "Tasman",
    "Coral",
    "Java",
)
