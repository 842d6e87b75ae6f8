"""What was typed when the sign-in had expired comes back, to whoever typed it and no one else."""

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse

from members.drafts import COOKIE, DRAFT, RESUMED
from members.models import Member
from tests.factories import PersonFactory, organiser
from tests.members.signing_in import (
    PASSWORD,
    ask_for_code,
    is_signed_in,
    mailed_code,
    sign_in,
    type_code,
)

pytestmark = pytest.mark.django_db

PROFILE = reverse("members:profile")
RESUME = reverse("members:resume")
SIGN_IN = reverse("account_login")
TYPED = {"name": "Anna Maria", "time_zone": "Europe/Berlin"}


@pytest.fixture
def anna():
    person = PersonFactory(employee_number=None, name="Anna")
    person.set_password(PASSWORD)
    person.save()
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person


def was_here(client, person):
    """They use this browser, and then their session ends without their doing."""
    client.force_login(person)
    client.get(PROFILE)
    del client.cookies["sessionid"]


def test_expired_form_leads_to_signing_in_and_back_to_what_was_typed(client, anna):
    was_here(client, anna)

    response = client.post(PROFILE, TYPED)
    assert response["Location"] == f"{SIGN_IN}?next={RESUME}"
    signed_in = sign_in(client, anna, next=RESUME)
    page = client.get(signed_in["Location"])

    assert page.context["shown"] == [("Name", ["Anna Maria"]), ("Time zone", ["Europe/Berlin"])]
    assert page.context["draft"]["was_signed_out"] is True
    anna.refresh_from_db()
    assert anna.name == "Anna"


def test_saving_it_now_saves_it_and_forgets_the_draft(client, anna):
    was_here(client, anna)
    client.post(PROFILE, TYPED)
    sign_in(client, anna)
    page = client.get(RESUME)

    again = dict(page.context["to_send"]) | {RESUMED: "1"}
    response = client.post(page.context["draft"]["path"], again)

    anna.refresh_from_db()
    assert (anna.name, anna.time_zone) == ("Anna Maria", "Europe/Berlin")
    assert response["Location"] == PROFILE
    assert DRAFT not in client.session


def test_form_with_errors_stands_in_the_page_again_and_needs_no_draft(client, anna):
    was_here(client, anna)
    client.post(PROFILE, TYPED | {"time_zone": "Nowhere"})
    sign_in(client, anna)

    response = client.post(PROFILE, TYPED | {"time_zone": "Nowhere", RESUMED: "1"})

    assert response.context["form"]["time_zone"].value() == "Nowhere"
    assert DRAFT not in client.session


def test_draft_stays_when_sending_it_fails(client, anna):
    was_here(client, anna)
    client.post("/people/1/roles/organiser/grant/", {"note": "x"})
    sign_in(client, anna)

    response = client.post("/people/1/roles/organiser/grant/", {"note": "x", RESUMED: "1"})

    assert response.status_code == 403
    assert DRAFT in client.session


def test_draft_survives_signing_in_with_a_code(client, anna):
    was_here(client, anna)
    client.post(PROFILE, TYPED)

    ask_for_code(client, anna.email, next=RESUME)
    response = type_code(client, mailed_code(), next=RESUME)

    assert response["Location"] == RESUME
    assert client.get(RESUME).context["shown"][0] == ("Name", ["Anna Maria"])


def test_draft_is_not_shown_to_the_next_person_and_is_gone_for_good(client, anna):
    was_here(client, anna)
    client.post(PROFILE, TYPED)
    other = PersonFactory()
    client.force_login(other)

    response = client.get(RESUME)

    assert response["Location"] == reverse("meetings:home")
    assert DRAFT not in client.session


def test_draft_is_forgotten_when_another_session_ends_it(client, anna):
    was_here(client, anna)
    client.post(PROFILE, TYPED)
    sign_in(client, anna)

    client.post(reverse("account_logout"))

    assert DRAFT not in client.session


def test_form_key_is_kept_so_that_the_draft_is_sent_once(client):
    key = "6c7ab5a9-8b64-4cf2-9a36-5b8b2dbb5f4d"
    person = organiser()
    other = PersonFactory()
    path = reverse("members:grant_role", args=[other.pk, "hr_analyst"])
    was_here(client, person)
    client.post(path, {"form_key": key})
    client.force_login(person)

    page = client.get(RESUME)
    fields = dict(page.context["to_send"]) | {RESUMED: "1"}
    answers = [client.post(path, fields)["Location"] for _ in range(2)]

    assert fields["form_key"] == key
    assert page.context["shown"] == []
    assert answers == [other.get_absolute_url()] * 2
    assert other.grants.count() == 1


def test_discarding_forgets_the_draft(client, anna):
    was_here(client, anna)
    client.post(PROFILE, TYPED)
    sign_in(client, anna)

    client.post(reverse("members:resume_discard"))

    assert DRAFT not in client.session
    anna.refresh_from_db()
    assert anna.name == "Anna"


def test_labels_are_made_readable_and_plumbing_is_left_out(client, anna):
    was_here(client, anna)
    client.post(
        PROFILE + "?tab=1",
        {
            "promised_on": "2026-05-14",
            "form-0-what-we-said": "One\nTwo",
            "form-TOTAL_FORMS": "1",
            "form-0-id": "7",
            "next": "/x/",
            "is_shared": "on",
            "empty": " ",
            "choice": ["a", "b"],
        },
    )
    client.force_login(anna)

    page = client.get(RESUME)

    assert page.context["shown"] == [
        ("Promised on", ["2026-05-14"]),
        ("What we said", ["One\nTwo"]),
        ("Is shared", ["yes"]),
        ("Choice", ["a", "b"]),
    ]
    assert ("form-TOTAL_FORMS", "1") in page.context["to_send"]
    assert page.context["draft"]["path"] == PROFILE + "?tab=1"


def test_page_escapes_what_was_typed(client, anna):
    was_here(client, anna)
    client.post(PROFILE, {"name": "<script>alert(1)</script>", '"><b>': "x"})
    client.force_login(anna)

    html = client.get(RESUME).content.decode()

    assert "<script>alert" not in html
    assert '"><b>' not in html


def test_passwords_are_never_kept(client, anna):
    was_here(client, anna)

    client.post(PROFILE, TYPED | {"password": "a", "new_password1": "b", "oldpassword": "c"})

    assert sorted(client.session[DRAFT]["fields"]) == ["name", "time_zone"]


@pytest.mark.parametrize("name", ["account_change_password", "account_email", "mfa_index"])
def test_forms_about_signing_in_are_not_kept(client, anna, name):
    was_here(client, anna)

    client.post(reverse(name), {"email": "a@example.test", "password1": "b"})

    assert DRAFT not in client.session


def test_visitor_nobody_knows_leaves_nothing_behind(client):
    response = client.post(PROFILE, TYPED)

    assert response["Location"] == f"{SIGN_IN}?next={reverse('meetings:home')}"
    assert DRAFT not in client.session


def test_forged_cookie_is_nobody(client, anna):
    client.cookies[COOKIE] = f"{anna.pk}:forged"

    client.post(PROFILE, TYPED)

    assert DRAFT not in client.session


def test_draft_too_large_for_a_session_is_not_kept(client, anna):
    was_here(client, anna)

    client.post(PROFILE, {"name": "a" * 100_001})

    assert DRAFT not in client.session


def test_htmx_moves_the_whole_page_to_signing_in(client, anna):
    was_here(client, anna)

    response = client.post(PROFILE, TYPED, headers={"HX-Request": "true"})

    assert response.status_code == 200
    assert response["HX-Redirect"] == f"{SIGN_IN}?next={RESUME}"
    assert client.session[DRAFT]["fields"]["name"] == ["Anna Maria"]


def test_htmx_that_only_reads_comes_back_to_its_page(client):
    response = client.get(
        "/people/",
        headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/profile/?a=1"},
    )

    assert response["HX-Redirect"] == f"{SIGN_IN}?next=/profile/%3Fa%3D1"


@pytest.fixture
def strict():
    return Client(enforce_csrf_checks=True)


def with_old_token(client, url, data, **headers):
    client.get(PROFILE)
    return client.post(url, data | {"csrfmiddlewaretoken": "a" * 64}, headers=headers)


def test_form_from_before_signing_in_anew_loses_nothing(strict, anna):
    strict.force_login(anna)

    response = with_old_token(strict, PROFILE, TYPED, origin="http://testserver")
    page = strict.get(response["Location"])

    assert response["Location"] == RESUME
    assert page.context["shown"][0] == ("Name", ["Anna Maria"])
    assert page.context["draft"]["was_signed_out"] is False


def test_htmx_with_an_old_token_moves_the_whole_page_to_the_draft(strict, anna):
    strict.force_login(anna)
    headers = {"origin": "http://testserver", "HX-Request": "true"}

    response = with_old_token(strict, PROFILE, TYPED, **headers)

    assert response["HX-Redirect"] == RESUME


def test_old_token_of_someone_signed_out_leads_through_signing_in(strict, anna):
    was_here(strict, anna)

    response = with_old_token(strict, PROFILE, TYPED, origin="http://testserver")

    assert response["Location"] == f"{SIGN_IN}?next={RESUME}"


@pytest.mark.parametrize("origin", [{}, {"origin": "https://evil.test"}, {"origin": "null"}])
def test_other_site_cannot_plant_a_draft(strict, anna, origin):
    strict.force_login(anna)

    response = with_old_token(strict, PROFILE, TYPED, **origin)

    assert response.status_code == 403
    assert response.templates[0].name == "403_csrf.html"
    assert DRAFT not in strict.session


def test_sign_in_form_with_an_old_token_is_explained(strict, anna):
    response = with_old_token(
        strict, SIGN_IN, {"login": anna.email, "password": PASSWORD}, origin="http://testserver"
    )

    assert response.status_code == 403
    assert not is_signed_in(strict, anna)
    assert DRAFT not in strict.session


def test_person_is_remembered_in_a_signed_cookie_that_scripts_cannot_read(client, anna):
    client.force_login(anna)

    response = client.get(PROFILE)

    cookie = response.cookies[COOKIE]
    assert cookie.value.split(":")[0] == str(anna.pk)
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    assert COOKIE not in client.get(PROFILE).cookies


def test_signing_out_remembers_nobody_new(client, anna):
    client.force_login(anna)

    response = client.post(reverse("account_logout"))

    assert COOKIE not in response.cookies
    assert Member.objects.filter(pk=anna.pk).exists()
