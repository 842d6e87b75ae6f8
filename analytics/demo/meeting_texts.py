"""What is said in the demo’s meetings, and written down after them."""

UPDATES = (
    "On a train until five. My step is done, more next time.",
    "My child is ill. Please go on without me.",
    "Customer visit, cannot be moved. I will read the recap.",
    "On holiday. Nothing new from me.",
    "Doctor’s appointment. I carried my promise to next time.",
    "Night shift this week. Say hello to everyone.",
    "Audit day. I kept my promise: the talk went well.",
    "Away for a course; I will bring back what I learn.",
    "Double-booked, sorry. I owe you two examples.",
    "Not well. I would like the hot seat next time.",
)

TOPICS: dict[str, tuple[str, ...]] = {
    "lead": (
        "Handing over the decision, not the task",
        "The talk I keep putting off",
        "When the team is stuck",
        "One-to-ones that are worth the time",
        "Saying no to good ideas",
        "Leading people who know more than I do",
        "What we let go of",
    ),
    "career": (
        "Being seen without shouting",
        "Asking for the next step",
        "What sponsors look for",
        "The move sideways",
        "Reading an organisation",
        "Telling your story in two minutes",
        "What would you do if you were not afraid?",
    ),
    "growth": (
        "Price and worth",
        "The second hire",
        "Which customers to keep",
        "Cash for ninety days",
        "One page of numbers",
        "Letting go of a product",
        "Talking to the bank",
    ),
    "study": (
        "Chapter two and the first quiz",
        "Samples and what they hide",
        "Teach-back: averages that mislead",
        "Exercises seven to twelve",
        "A worked example from our own data",
        "Revision and open questions",
    ),
    "practice": (
        "A case that went wrong",
        "What the new rule changes",
        "Small files, quick answers",
        "The first five minutes of a call",
        "Trends since the summer",
        "Letters people understand",
    ),
    "affinity": (
        "Finding allies",
        "Who speaks, who is heard",
        "Coming back after a year away",
        "What newcomers notice",
        "Planning the open evening",
        "Being the only one in the room",
    ),
    "steps": (
        "This week’s steps",
        "Proposals and votes",
        "The two who start next",
        "What we learnt about saving",
        "Training four",
        "Looking back on the month",
    ),
    "expert": (
        "Two cases on difficult conversations",
        "When a circle goes quiet",
        "Questions instead of advice",
        "Feedback that people ask for",
        "Cases from the north circles",
        "A short lesson on listening",
    ),
}

RECAP_OPENINGS = (
    "We were {present} around the table.",
    "{present} of us came, and we began with what went well.",
    "A calm meeting with {present} people.",
    "{present} people, one hot seat, no slides.",
    "We started late and still finished on time, {present} of us.",
    "With {present} people we had time for everyone.",
)

RECAP_MIDDLES = (
    "{first} brought a real situation: a colleague who agrees in the meeting and does nothing "
    "afterwards. What helped was to ask for a date.",
    "We spent most of the time on {first}’s question. The first idea was not the best one; the "
    "fourth was.",
    "{first} told us what happened after last time. Not all of it worked, and that was the useful "
    "part.",
    "{first} and {second} see it differently. We left it at that and will come back to it.",
    "{first} had prepared two pages. We read them in silence first, which we want to keep.",
    "Three of us have the same problem with handovers. {second} has a checklist and will share it.",
    "{first} asked for honest comments and got them. {second} took notes, so that nothing is lost.",
    "We tried the troika: one speaks, two think aloud, then change. Twenty minutes were enough.",
    "{second} said what several had been thinking: the plan is fine, the order is not.",
    "Most promises were kept. For those that were not, we asked what would make them smaller.",
    "{first} is looking for someone who has moved a team to on-call. {second} knows two people.",
    "We talked about what we would tell ourselves a year ago. The list is short and good.",
    "{first} said no to a big request this month, for the first time. Nothing bad came of it.",
    "{second} is tired, and said so. We moved that topic up and let the agenda go.",
    "Two of us met in between and walked through {first}’s plan. We should do that more often.",
    "{first} brought figures that nobody believed, until {second} showed where they come from.",
    "A long silence after {first}’s question, and then the best quarter of an hour so far.",
    "{second} asked why we do it this way at all. We had no good answer and stopped doing it.",
    "We went round twice: what did you try, what would you try next? {first} goes first next time.",
    "{first} applied for the role and did not get it. We read the answer together; it is kinder "
    "than it looked.",
)

RECAP_ENDINGS = (
    "Next time {second} is on the hot seat.",
    "Please read the two pages before we meet again.",
    "Everybody leaves with one promise. See you next time.",
    "If you missed it: write to {first}, who will tell you what is not in here.",
    "{second} hosts next time.",
    "We end on the half hour from now on.",
    "Bring one example each, however small.",
)

DECISIONS = (
    "We start five minutes past the hour and end on time",
    "Phones stay in the bag",
    "One hot seat a meeting is enough",
    "Whoever presents sends the page two days before",
    "We meet in the room whenever at least four can",
    "No new topics after the first hour",
    "We keep a list of lessons and read it once a quarter",
    "The host changes every two meetings",
    "We ask two questions before anybody advises",
    "Promises are small enough for two weeks",
    "We invite a guest once, in the fourth meeting",
    "Whoever cannot come sends one sentence",
    "We skip the week of the year-end close",
    "A free seat is filled only if all agree",
    "Cases come without names, always",
    "We try the short quiz at the start instead of the end",
    "We say so when we do not understand a word",
    "The last five minutes are for plus and delta",
    "We stop the shared document and use Peerloom",
    "We look at our goals in every second meeting",
    "Rosa asks the pay team for an hour with us",
    "We read the charter again before we renew",
    "Nobody answers mail while someone speaks",
    "We go on for another six months",
)

PLUSES = (
    "Everybody had a turn",
    "We started on time",
    "The questions were better than the advice",
    "Two hot seats, and both got something out of it",
    "Nobody looked at a phone",
    "Hearing how others do it",
    "The clock on the table",
    "I left with something to do",
    "It was honest",
    "New faces, same trust",
)

DELTAS = (
    "Shorter check-in, longer hot seats",
    "A break in the middle",
    "Send the question a day ahead",
    "Fewer stories, more numbers",
    "Let the quiet ones begin",
    "Ten minutes went to the technology",
    "End five minutes early, to write things down",
    "One topic is enough",
    "Say what you need before you begin",
    "Room 2.1 is too warm",
)
