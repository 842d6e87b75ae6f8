"""The agenda of a meeting, settled when it begins."""

from django.db import transaction

from sessions_app.agenda.segments import segments_of
from sessions_app.models import Agenda, Meeting


@transaction.atomic
def settle_agenda(meeting: Meeting) -> Agenda:
    """Store the agenda for good. Doing it twice changes nothing."""
    written = [segment.as_json() for segment in segments_of(meeting)]
    agenda, _ = Agenda.objects.get_or_create(meeting=meeting, defaults={"segments": written})
    return agenda
