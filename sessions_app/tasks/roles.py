from celery import shared_task

from sessions_app.actions.roles import assign_roles
from sessions_app.agenda.due import meetings_without_roles
from sessions_app.models import Meeting


@shared_task
def give_out_roles() -> None:
    """Find the meetings of the next days whose roles are not given, or whose holder can't come."""
    for meeting_id in meetings_without_roles():
        give_out_roles_of.delay(meeting_id)


@shared_task(time_limit=60)
def give_out_roles_of(meeting_id: int) -> None:
    """Give one meeting's roles to whose turn it is. Doing it again changes nothing."""
    meeting = Meeting.objects.filter(pk=meeting_id).first()
    if meeting:
        assign_roles(meeting)
