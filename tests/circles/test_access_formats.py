"""Who reaches the pages of formats, their drafts and their versions."""

import pytest
from django.urls import reverse

from circles.models import Format
from tests.circles.test_access import PERSONAS, sign_in
from tests.factories import CircleFactory, FormatDraftFactory, FormatVersionFactory

READERS = (302, 200, 200, 200, 200, 200)
ORGANISERS = (302, 403, 403, 403, 403, 200)
ORGANISERS_SENT_ON = (302, 403, 403, 403, 403, 302)

# To a format of one's own with a draft, and a listed circle that has it.
ACCESS = {
    "get format_versions": READERS,
    "get format_version": READERS,
    "get format_new": ORGANISERS,
    "post format_new": ORGANISERS,
    "post format_edit": ORGANISERS_SENT_ON,
    "get format_draft": ORGANISERS,
    "get format_section": ORGANISERS,
    "post format_section": ORGANISERS,
    "get format_agenda": ORGANISERS,
    "post format_agenda": ORGANISERS,
    "get format_protocols": ORGANISERS,
    "get format_protocol_new": ORGANISERS,
    "post format_protocol_new": ORGANISERS,
    "get format_protocol": ORGANISERS,
    "post format_protocol": ORGANISERS,
    "get format_publish": ORGANISERS,
    "post format_publish": ORGANISERS,
    "get format_discard": ORGANISERS,
    "post format_discard": ORGANISERS_SENT_ON,
    "post format_take_up": ORGANISERS_SENT_ON,
    "post format_build_on": ORGANISERS_SENT_ON,
    "get format_archive": ORGANISERS,
    "post format_archive": ORGANISERS_SENT_ON,
    "post format_restore": ORGANISERS_SENT_ON,
    "get format_circles": ORGANISERS,
    "get format_move": ORGANISERS,
    "post format_move": ORGANISERS_SENT_ON,
    "get circle_version": (302, 403, 403, 200, 403, 200),
    "post circle_version": (302, 403, 403, 302, 403, 302),
}
HIDDEN = {
    "get circle_version": (302, 404, 403, 200, 404, 200),
    "post circle_version": (302, 404, 403, 302, 404, 302),
}
OF_THE_DRAFT = {
    "format_draft", "format_section", "format_agenda", "format_protocols", "format_protocol_new",
    "format_protocol", "format_publish", "format_discard", "format_take_up", "format_build_on",
}  # fmt: skip
ENDINGS = {"format_section": ["about"], "format_protocol": ["our_way"], "format_version": [1]}


def address(name, circle, draft):
    if name == "format_new":
        return reverse("circles:format_new")
    if name == "circle_version":
        return reverse("circles:circle_version", args=[circle.pk])
    first = draft.pk if name in OF_THE_DRAFT else circle.format_version.format.key
    return reverse(f"circles:{name}", args=[first, *ENDINGS.get(name, [])])


def answers(client, route, circle):
    """What each persona gets, in their order; who may do the most comes last."""
    method, name = route.split()
    version = circle.format_version
    FormatVersionFactory(format=version.format, number=2)
    draft = FormatDraftFactory(format=version.format, copied_from=version)
    data = {"circle": circle.pk, "to": 2} if name == "format_move" else {}
    statuses = []
    for persona in PERSONAS:
        sign_in(client, persona, circle)
        response = getattr(client, method)(address(name, circle, draft), data)
        location = response.headers.get("Location", "")
        assert location.startswith(reverse("account_login")) == (persona == "visitor")
        statuses.append(response.status_code)
    return tuple(statuses)


@pytest.mark.django_db
@pytest.mark.parametrize(("route", "statuses"), ACCESS.items())
def test_access_to_formats_and_their_drafts(client, route, statuses):
    assert answers(client, route, CircleFactory()) == statuses


@pytest.mark.django_db
@pytest.mark.parametrize(("route", "statuses"), HIDDEN.items())
def test_access_to_the_version_of_a_hidden_circle(client, route, statuses):
    assert answers(client, route, CircleFactory(visibility="hidden")) == statuses


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["format_edit", "format_restore", "format_take_up"])
def test_what_changes_a_format_needs_a_post(client, name):
    circle, draft = CircleFactory(), FormatDraftFactory()
    sign_in(client, "organiser", circle)

    assert client.get(address(name, circle, draft)).status_code == 405


@pytest.mark.django_db
def test_no_format_exists_at_other_keys(client):
    circle, draft = CircleFactory(), FormatDraftFactory()
    sign_in(client, "organiser", circle)
    Format.objects.filter(pk=circle.format_version.format_id).update(key="moved-away")
    draft.pk = circle.pk = 10**30

    for name in {route.split()[1] for route in ACCESS} - {"format_new"}:
        assert (name, client.post(address(name, circle, draft)).status_code) == (name, 404)
