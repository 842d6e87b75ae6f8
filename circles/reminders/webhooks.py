"""A circle's Slack or Teams channel works no more: told to whoever can connect it again."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from django.urls import reverse

from circles.models import Facilitation, Membership, Webhook
from circles.reminders.offered import looks_after_a_circle
from notifications.catalogue import Kind, Wanted, declare
from notifications.kinds import Letter, NoLongerWanted
from notifications.mail import absolute
from notifications.models import Reminder

GONE = "webhook_gone"


def wanted(ids: Sequence[int]) -> Iterator[Wanted]:
    """Its facilitators and its host, once a webhook is gone; three queries, however many."""
    gone = Webhook.objects.connected().filter(pk__in=ids, gone_at__isnull=False)
    webhooks = list(gone.values_list("pk", "circle", "gone_at"))
    circles = [circle for _, circle, _ in webhooks]
    held = Facilitation.objects.current().filter(circle__in=circles)
    seats = Membership.objects.current().filter(circle__in=circles, role=Membership.Role.HOST)
    people = defaultdict(set)
    for rows in (held, seats):
        for circle, person in rows.values_list("circle", "person"):
            people[circle].add(person)
    for pk, circle, gone_at in webhooks:
        if gone_at:
            yield from (Wanted(pk, person, gone_at) for person in people[circle])


def letter(reminder: Reminder) -> Letter:
    gone = Webhook.objects.connected().filter(gone_at__isnull=False).select_related("circle")
    webhook = gone.filter(pk=reminder.subject.removeprefix("webhook:")).first()
    if webhook is None or webhook.gone_at != reminder.due_at:
        raise NoLongerWanted("It was disconnected, or works again.")
    circle, service = webhook.circle, webhook.get_service_display()
    if not reminder.recipient.has_perm("circles.connect_webhook", circle):
        raise NoLongerWanted("They no longer look after the circle.")
    return Letter(
        subject=f"{service} no longer hears from {circle.name}",
        heading=f"{service} no longer takes posts about {circle.name}",
        paragraphs=[
            webhook.problem,
            "Nothing more is posted there until someone gives a new address. What people get by "
            "mail and in their inbox goes on as before.",
        ],
        button_label="Connect it again",
        button_url=absolute(reverse("circles:webhooks", args=[circle.pk])),
        why=f"You get this because you look after {circle.name}.",
    )


KIND = Kind(
    GONE,
    "A Slack or Teams channel works no more",
    "Looking after circles",
    compose=letter,
    about="webhook",
    wanted=wanted,
    offered_to=looks_after_a_circle,
)


def register_kinds() -> None:
    declare(KIND)
