"""Who reaches programmes' questions and enrolment, and the themes. Columns: see PERSONAS."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from tests.circles.test_access import PERSONAS, sign_in
from tests.factories import CircleFactory, EnrolmentFactory, ThemeFactory

ONLY_ORGANISERS = (302, 403, 403, 403, 403, 200)
ONLY_ORGANISERS_POST = (302, 403, 403, 403, 403, 302)
EVERYBODY = (302, 200, 200, 200, 200, 200)
EVERYBODY_POST = (302, 302, 302, 302, 302, 302)

# Of a programme that takes enrolments, with a circle that has members and a facilitator.
ACCESS = {
    "get open_programmes": EVERYBODY,
    "get enrol": EVERYBODY,
    "post enrol": EVERYBODY_POST,
    "get withdraw": EVERYBODY_POST,  # nobody of them is enrolled: there is nothing to ask
    "post withdraw": EVERYBODY_POST,
    "post enrol_again": EVERYBODY_POST,
    "get programme_duplicate": ONLY_ORGANISERS,
    "post programme_duplicate": ONLY_ORGANISERS_POST,
    "get enrolled": ONLY_ORGANISERS,
    "get enrolled_add": ONLY_ORGANISERS,
    "post enrolled_add": ONLY_ORGANISERS_POST,
    "get enrolled_csv": ONLY_ORGANISERS,
    "get enrolment_remove": ONLY_ORGANISERS,
    "post enrolment_remove": ONLY_ORGANISERS_POST,
    "get questions": ONLY_ORGANISERS,
    "get question_new": ONLY_ORGANISERS,
    "post question_new": ONLY_ORGANISERS_POST,
    "get question_edit": ONLY_ORGANISERS,
    "post question_edit": ONLY_ORGANISERS_POST,
    "get question_remove": ONLY_ORGANISERS,
    "post question_remove": ONLY_ORGANISERS_POST,
    "post question_move": ONLY_ORGANISERS_POST,
    "get themes": ONLY_ORGANISERS,
    "post themes": ONLY_ORGANISERS_POST,
    "post themes_start": ONLY_ORGANISERS_POST,
    "get theme_edit": ONLY_ORGANISERS,
    "post theme_edit": ONLY_ORGANISERS_POST,
    "post theme_retire": ONLY_ORGANISERS_POST,
    "post theme_bring_back": ONLY_ORGANISERS_POST,
    "get theme_merge": ONLY_ORGANISERS,
    "post theme_merge": ONLY_ORGANISERS_POST,
}
ARCHIVED = {
    "get enrol": (302, 404, 404, 404, 404, 200),
    "post enrol": (302, 404, 404, 404, 404, 200),  # says why not
    "post withdraw": (302, 404, 404, 404, 404, 302),
    "post enrol_again": (302, 404, 404, 404, 404, 302),
}
ONLY_POST = ["enrol_again", "question_move", "theme_retire", "theme_bring_back", "themes_start"]
SENT = {"name": "New", "text": "Why?", "kind": "line"}


def address(name, programme):
    if name in ("open_programmes", "themes", "themes_start"):
        return reverse(f"circles:{name}")
    if name.startswith("theme_"):
        return reverse(f"circles:{name}", args=[ThemeFactory().pk])
    if name == "enrolment_remove":
        enrolment = EnrolmentFactory(programme=programme)
        return reverse(f"circles:{name}", args=[programme.pk, enrolment.pk])
    keyed = name.startswith("question_") and name != "question_new"
    return reverse(f"circles:{name}", args=[programme.pk, *(["one"] if keyed else [])])


def a_circle(**fields):
    programme = {
        "enrols_from": date(2020, 1, 1),
        "questions": [{"key": "one", "text": "Who?", "kind": "line", "choices": []}],
    }
    return CircleFactory(**{f"programme__{name}": v for name, v in (programme | fields).items()})


def answer(route, persona, circle):
    client = Client()
    sign_in(client, persona, circle)
    method, name = route.split()
    sent = SENT | {"into": ThemeFactory().pk} if method == "post" else {}
    response = getattr(client, method)(address(name, circle.programme), sent)
    is_asked_to_sign_in = response.headers.get("Location", "").startswith(reverse("account_login"))
    assert is_asked_to_sign_in == (persona == "visitor")
    return response.status_code


@pytest.mark.django_db
@pytest.mark.parametrize("route", ACCESS)
def test_access_to_a_programme_that_takes_enrolments(route):
    circle = a_circle()

    statuses = tuple(answer(route, persona, circle) for persona in PERSONAS)

    assert statuses == ACCESS[route]


@pytest.mark.django_db
@pytest.mark.parametrize("route", ARCHIVED)
def test_access_to_an_archived_programme(route):
    circle = a_circle(archived_at="2026-01-01T00:00Z")

    statuses = tuple(answer(route, persona, circle) for persona in PERSONAS)

    assert statuses == ARCHIVED[route]


@pytest.mark.django_db
@pytest.mark.parametrize("name", ONLY_POST)
def test_what_changes_something_needs_a_post(client, name):
    circle = a_circle()
    sign_in(client, "organiser", circle)

    assert client.get(address(name, circle.programme)).status_code == 405
