"""What a recap's draft is made of, as the rows of a meeting tell it."""

from members.models import Member
from sessions_app.models import Commitment, Decision, Meeting, PlusDelta, Topic
from sessions_app.people import gathering_of
from sessions_app.recap_draft import Captured, draft


def recap_draft(meeting: Meeting, person: Member) -> str:
    """A draft for the person who writes the recap, of what they read. Eight queries."""
    guests = [guest for guest in gathering_of(meeting).guests if not guest.is_facilitator]
    here = [guest.person.short_name for guest in guests if guest.attendance.attended]
    decisions = Decision.objects.visible_to(person).filter(meeting=meeting)
    promises = Commitment.objects.visible_to(person).filter(circle=meeting.circle_id)
    kept = promises.filter(
        state=Commitment.State.DONE, settled_at__range=(meeting.starts_at, meeting.ends_at)
    )
    topics = Topic.objects.visible_to(person).filter(meeting=meeting).select_related("owner")
    said = PlusDelta.objects.visible_to(person).filter(meeting=meeting)
    lines = list(said.values_list("side", "text"))
    return draft(
        Captured(
            there=here,
            expected=len(guests),
            decisions=decisions.count(),
            promises=promises.filter(meeting=meeting).count(),
            kept=kept.count(),
            topics=[(topic.owner.short_name, topic.title) for topic in topics],
            pluses=[text for side, text in lines if side == PlusDelta.Side.PLUS],
            deltas=[text for side, text in lines if side == PlusDelta.Side.DELTA],
        )
    )
