from datetime import UTC, datetime

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.urls import reverse

from circles.models import Format
from members.models import AuditEntry
from tests.factories import FormatDraftFactory, ProgrammeFactory, organiser

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)


@pytest.fixture
def frozen():
    """It is noon on 10 March 2026."""
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def by():
    return organiser()


@pytest.fixture
def programme():
    """A programme of career circles."""
    programme = ProgrammeFactory()
    programme.formats.set([Format.objects.get(key="career_circle")])
    return programme


@pytest.fixture
def draft():
    """A draft of a format, open and adding up."""
    return FormatDraftFactory()


@pytest.fixture
def editor(client, by):
    """The browser of an organiser."""
    client.force_login(by)
    return client


@pytest.fixture
def open_to_all(programme):
    """The programme, where everyone proposes and three supporters start a circle."""
    programme.starters, programme.supporters_needed = "everyone", 3
    programme.save()
    return programme


def trail():
    """What the audit trail holds, oldest first."""
    return [(entry.verb, entry.subject) for entry in AuditEntry.objects.order_by("pk")]


def url(name, *args):
    """The address of one of our routes, for objects or their keys."""
    return reverse(f"circles:{name}", args=[getattr(arg, "pk", arg) for arg in args])


def told(response):
    """The messages that the answer shows, with their levels."""
    return [(message.level_tag, str(message)) for message in get_messages(response.wsgi_request)]


def errors(response):
    """What the form says, by field."""
    said = response.context["form"].errors.get_json_data()
    return {field: [error["message"] for error in found] for field, found in said.items()}
