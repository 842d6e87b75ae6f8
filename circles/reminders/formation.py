"""What formation owes: word to whoever set it up, when the circles are there to review.

Planned by hand: a run ends once, and the next one ends at another moment.
"""

from circles.actions.formation_run import READY
from circles.models import Formation
from circles.reminders.about import RUNNING, key_of
from circles.reminders.offered import organises
from members.words import count_in_words
from notifications.catalogue import Kind, declare
from notifications.kinds import Letter, NoLongerWanted
from notifications.mail import absolute
from notifications.models import Reminder


def formation_ready(reminder: Reminder) -> Letter:
    """How many circles there are to review; or that it failed, and what to do."""
    rows = Formation.objects.select_related("programme")
    formation = rows.filter(pk=key_of(reminder)).first()
    if formation is None or not reminder.recipient.has_perm("circles.form_circles"):
        raise NoLongerWanted("The formation is gone, or they no longer form circles.")
    is_over = formation.state in (Formation.State.PUBLISHED, Formation.State.DISCARDED)
    if is_over or formation.ended_at != reminder.due_at:
        raise NoLongerWanted("It was formed again, or is over.")
    why = f"You get this because you set up circles for {formation.programme}."
    url = absolute(formation.get_absolute_url())
    if formation.state == Formation.State.FAILED:
        return Letter(
            subject=f"Circles for {formation.programme} could not be formed",
            heading="Forming circles failed",
            paragraphs=[formation.problem],
            button_label="See what to do",
            button_url=url,
            why=why,
        )
    circles = count_in_words(formation.circles.count(), one="circle", many="circles")
    unplaced = formation.seats.filter(staged_circle=None).count()
    people = "1 person has" if unplaced == 1 else f"{unplaced:,} people have"
    left_out = f" {people} no place yet; the page says why." if unplaced else ""
    return Letter(
        subject=f"Circles for {formation.programme} are ready to review",
        heading=f"{circles[:1].upper()}{circles[1:]} to review",
        paragraphs=[f"Nobody is invited until you publish them.{left_out}"],
        button_label="Review the circles",
        button_url=url,
        why=why,
    )


def register_kinds() -> None:
    """Called once, when Django has loaded the apps."""
    declare(
        Kind(
            READY,
            "Circles were formed",
            RUNNING,
            compose=formation_ready,
            offered_to=organises,
        )
    )
