from datetime import timedelta

import pytest

from circles.models import Charter, Signature
from tests.circles.conftest import NOON, told, url
from tests.factories import (
    CharterFactory,
    CircleFactory,
    FacilitationFactory,
    MembershipFactory,
    SignatureFactory,
    organiser,
    ready_circle,
)

LAST_YEAR = NOON.date() - timedelta(days=300)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]


@pytest.fixture
def facilitated(client):
    """A circle that who is signed in facilitates."""
    held = FacilitationFactory()
    client.force_login(held.person)
    return held.circle


def draft(client, circle, **changes):
    """What the browser sends when nothing but the changes was typed."""
    page = client.get(url("charter_write", circle)).context
    sent = {"based_on": page["based_on"]}
    for form in [page["clauses"].management_form, *page["clauses"]]:
        for field in form:
            if not isinstance(value := field.value(), bool) and value is not None:
                sent[field.html_name] = value
    return sent | changes


def place(sent, key):
    """The prefix of the clause with that key."""
    return next(name.removesuffix("-key") for name, value in sent.items() if value == key)


def write(client, circle, sent):
    return client.post(url("charter_write", circle), sent)


def test_draft_is_published_and_its_writer_signs_next(client, facilitated):
    response = write(client, facilitated, draft(client, facilitated, senior_speaks_last="on"))

    charter = Charter.objects.get()
    assert response.url == url("charter_sign", facilitated)
    assert charter.senior_speaks_last
    assert not charter.keeps_discussion_notes
    assert [clause["key"] for clause in charter.clauses] == [
        *("purpose", "people", "confidentiality", "limits", "coming", "commitments"),
        *("speaking", "speaks_last", "notes", "discussion_notes", "decisions", "term", "changes"),
    ]


def test_clauses_are_changed_left_out_and_added(client, facilitated):
    sent = draft(client, facilitated)
    blank = f"clause-{int(sent['clause-TOTAL_FORMS']) - 1}"
    sent |= {
        f"{place(sent, 'speaking')}-text": "One voice at a time.\r\nAlways.",
        f"{place(sent, 'speaking')}-title": "Forged",
        f"{place(sent, 'term')}-leave_out": "on",
        f"{place(sent, 'coming')}-leave_out": "on",
        f"{place(sent, 'coming')}-text": "",
        f"{blank}-title": "  Our   café ",
        f"{blank}-text": "We meet there in June.",
    }

    write(client, facilitated, sent)

    clauses = {each["key"]: each for each in Charter.objects.get().clauses}
    assert clauses["speaking"]["text"] == "One voice at a time.\nAlways."
    assert clauses["speaking"]["title"] == "How we speak"
    assert clauses["own-1"]["title"] == "Our café"
    assert {"term", "coming"} & set(clauses) == set()


def test_own_clause_is_kept_in_the_next_version(client, facilitated):
    own = {"key": "own-1", "title": "Tea", "text": "Green"}
    CharterFactory(circle=facilitated, clauses=[*CharterFactory.build().clauses, own])

    write(client, facilitated, draft(client, facilitated, what_changed="The limits are in it"))

    second = Charter.objects.get(number=2)
    assert own in second.clauses
    assert second.what_changed == "The limits are in it"


@pytest.mark.parametrize(
    ("key", "field", "typed", "error"),
    [
        ("confidentiality", "text", " ", "Every charter says this. Write at least a sentence."),
        ("coming", "text", "", "Write what this clause says, or leave it out."),
        ("", "title", "Tea", "Write what this clause says, or empty its title too."),
        ("", "text", "Green", "Give this clause a title."),
    ],
)
def test_what_is_missing_is_said_and_nothing_typed_is_lost(
    client, facilitated, key, field, typed, error
):
    sent = draft(client, facilitated)
    where = place(sent, key) if key else f"clause-{int(sent['clause-TOTAL_FORMS']) - 1}"
    speaking = f"{place(sent, 'speaking')}-text"

    response = write(client, facilitated, sent | {f"{where}-{field}": typed, speaking: "Kept"})

    assert response.status_code == 422
    page = response.content.decode()
    assert error in page
    assert ">\nKept</textarea>" in page
    assert not Charter.objects.exists()


@pytest.mark.parametrize("key", ["limits", "speaking", "own-99999", "x"])
def test_clauses_that_were_tampered_with_are_refused(client, facilitated, key):
    sent = draft(client, facilitated)

    response = write(client, facilitated, sent | {f"{place(sent, 'purpose')}-key": key})

    assert response.status_code == 422
    assert not Charter.objects.exists()


def test_preview_shows_the_text_and_publishes_nothing(client, facilitated):
    write(client, facilitated, draft(client, facilitated))
    sent = draft(client, facilitated, step="preview", keeps_discussion_notes="on")

    response = write(client, facilitated, sent)

    assert response.status_code == 200
    assert [change.title for change in response.context["changes"]] == ["Notes of our discussions"]
    assert response.context["form"]["keeps_discussion_notes"].value() is True
    assert Charter.objects.count() == 1


@pytest.mark.parametrize("total", ["", "many", "12"])
def test_room_for_another_clause_keeps_what_was_typed(client, facilitated, total):
    sent = draft(client, facilitated, step="add")
    before = int(sent["clause-TOTAL_FORMS"])
    speaking = f"{place(sent, 'speaking')}-text"
    sent |= {speaking: "Kept"} | ({"clause-TOTAL_FORMS": total} if total != "12" else {})

    response = write(client, facilitated, sent)

    assert response.status_code == 200
    if total == "12":
        assert len(response.context["clauses"].forms) == before + 1
        assert ">\nKept</textarea>" in response.content.decode()


def test_second_editor_sees_the_difference_and_can_publish_then(client, facilitated):
    sent = draft(client, facilitated)
    CharterFactory(circle=facilitated)

    response = write(client, facilitated, sent)

    assert response.status_code == 422
    assert response.context["was_changed"]
    assert "The charter was changed meanwhile." in response.content.decode()
    assert (response.context["based_on"], Charter.objects.count()) == (1, 1)
    write(client, facilitated, sent | {"based_on": 1})
    assert Charter.objects.count() == 2


def test_unchanged_charter_is_not_published_again(client, facilitated):
    write(client, facilitated, draft(client, facilitated))

    response = write(client, facilitated, draft(client, facilitated))

    assert response.status_code == 422
    assert "Nothing is different, so version 1 stays." in response.content.decode()


def test_host_writes_only_where_nobody_facilitates(client):
    seat = MembershipFactory(role="host")
    client.force_login(seat.person)

    assert client.get(url("charter_write", seat.circle)).status_code == 200
    FacilitationFactory(circle=seat.circle)
    assert client.get(url("charter_write", seat.circle)).status_code == 403


def test_closed_circle_is_not_written_for(client, facilitated):
    sent = draft(client, facilitated)
    facilitated.stage = "closed"
    facilitated.save()

    response = write(client, facilitated, sent)

    assert "This circle is closed, so its charter stays as it is." in response.content.decode()


# Signing


@pytest.fixture
def seat(client):
    seat = MembershipFactory(circle=CharterFactory().circle)
    client.force_login(seat.person)
    return seat


def sign(client, circle, **sent):
    return client.post(url("charter_sign", circle), {"number": 1, "has_read": "on"} | sent)


def test_signing_leads_back_to_the_circle(client, seat):
    response = sign(client, seat.circle)

    assert response.url == seat.circle.get_absolute_url()
    assert told(response) == [
        ("success", "Signed. It counts for one year, or until the charter changes.")
    ]
    assert Signature.objects.get().person == seat.person
    assert client.get(url("charter_sign", seat.circle)).context["standing"]


def test_signing_takes_the_tick(client, seat):
    response = client.post(url("charter_sign", seat.circle), {"number": 1})

    assert response.status_code == 422
    assert "Tick that you have read it, then sign." in response.content.decode()
    assert not Signature.objects.exists()


def test_charter_changed_while_being_signed_shows_the_difference(client, seat):
    CharterFactory(
        circle=seat.circle,
        number=2,
        clauses=[{"key": "purpose", "title": "What we are for", "text": "To rest"}],
    )

    response = sign(client, seat.circle)

    assert response.status_code == 422
    assert "nothing is signed yet" in response.content.decode()
    assert response.context["changes"][0].title == "What we are for"
    assert response.context["form"]["number"].value() == 2
    assert not Signature.objects.exists()
    sign(client, seat.circle, number=2)
    assert Signature.objects.get().charter.number == 2


def test_who_signed_an_older_version_sees_what_is_different(client, seat):
    first = seat.circle.charters.get()
    SignatureFactory(charter=first, person=seat.person)
    CharterFactory(circle=seat.circle, number=2)

    context = client.get(url("charter_sign", seat.circle)).context

    assert (context["former"], context["changes"], context["standing"]) == (first, [], None)


def test_closed_circle_is_not_signed_for(client):
    charter = CharterFactory(circle__stage="closed")
    client.force_login(FacilitationFactory(circle=charter.circle).person)

    response = sign(client, charter.circle)

    assert told(response) == [("error", "This circle is closed, so there is nothing to sign.")]


def test_without_a_charter_there_is_a_sentence(client):
    client.force_login(MembershipFactory(circle=(circle := CircleFactory())).person)

    for name in ("charter", "charter_sign"):
        assert "No charter yet" in client.get(url(name, circle)).content.decode()


# Reading


@pytest.mark.parametrize("count", [1, 4])
def test_charter_page_queries_do_not_grow(client, seat, count, django_assert_num_queries):
    charter = seat.circle.charters.get()
    for _ in range(count):
        peer = MembershipFactory(circle=seat.circle).person
        SignatureFactory(charter=charter, person=peer)

    # User, circle, charter, signatures that count, members, facilitators, roles, circles held,
    # circles hosted alone, one's own signatures, versions.
    with django_assert_num_queries(11):
        response = client.get(url("charter", seat.circle))

    assert len(response.context["signers"]) == count + 1


def test_newcomer_reads_what_is_in_force_and_who_signed_it(client):
    old = CharterFactory()
    charter = CharterFactory(circle=old.circle, number=2)
    peer = MembershipFactory(circle=old.circle).person
    SignatureFactory(charter=charter, person=peer, signed_on=NOON.date())
    seat = MembershipFactory(circle=old.circle, joined_on=NOON.date())
    client.force_login(seat.person)

    context = client.get(url("charter", old.circle)).context

    assert list(context["versions"]) == [charter]
    assert [bool(signer.signature) for signer in context["signers"]] == [True, False]
    assert client.get(url("charter_version", old.circle, 1)).status_code == 404


def test_version_shows_what_changed_since_the_one_before(client, seat):
    CharterFactory(
        circle=seat.circle,
        number=2,
        clauses=[{"key": "purpose", "title": "What we are for", "text": "To grow old"}],
    )

    context = client.get(url("charter_version", seat.circle, 2)).context

    assert [(change.kind, change.title) for change in context["changes"]] == [
        ("changed", "What we are for"),
        ("removed", "What is said here"),
        ("removed", "How we decide"),
        ("removed", "How this changes"),
    ]


def test_alumni_keep_the_charter_of_their_time(client):
    charter = CharterFactory(circle__stage="closed")
    seat = MembershipFactory(circle=charter.circle, left_on=NOON.date(), stayed_to_end=True)
    client.force_login(seat.person)

    signature = SignatureFactory(charter=charter, person=seat.person, signed_on=LAST_YEAR)

    context = client.get(url("charter", charter.circle)).context

    assert context["charter"] == charter
    assert [signer.signature for signer in context["signers"]] == [signature]


def test_who_left_no_longer_reads_it(client):
    charter = CharterFactory()
    seat = MembershipFactory(circle=charter.circle, left_on=NOON.date())
    client.force_login(seat.person)

    assert client.get(url("charter", charter.circle)).status_code == 404


@pytest.mark.parametrize("count", [1, 4])
def test_signatures_queries_do_not_grow(client, count, django_assert_num_queries):
    person = MembershipFactory().person
    SignatureFactory.create_batch(count, person=person)
    client.force_login(person)

    # User, signatures counted and read, roles, circles held.
    with django_assert_num_queries(5):
        response = client.get(url("signatures"))

    assert len(response.context["page"]) == count


# Starting


def test_facilitator_starts_a_circle_that_is_ready(client):
    circle = ready_circle(name="Night owls")
    held = FacilitationFactory(circle=circle)
    SignatureFactory(charter=circle.charters.get(), person=held.person)
    client.force_login(held.person)

    response = client.post(url("activate", circle))

    circle.refresh_from_db()
    assert circle.stage == "active"
    assert told(response) == [("success", "“Night owls” is now active. Plan its first meeting.")]


def test_its_people_hear_who_is_missing_and_organisers_only_how_many(client, facilitated):
    facilitated.stage = "forming"
    facilitated.save()
    CharterFactory(circle=facilitated)
    for name in ("Ama", "Kofi", "Zed"):
        MembershipFactory(circle=facilitated, person__name=name)

    own = told(client.post(url("activate", facilitated)))
    client.force_login(organiser())
    others = told(client.post(url("activate", facilitated)))

    assert "Ama has not signed the charter. Kofi has not signed the charter." in own[0][1]
    assert others == [
        ("error", "This circle cannot become active yet: 4 signatures missing."),
    ]


@pytest.mark.parametrize("stage", ["recruiting", "paused", "renewal", "closed"])
def test_only_a_forming_circle_is_started(client, facilitated, stage):
    facilitated.stage = stage
    facilitated.save()

    response = client.post(url("activate", facilitated))

    facilitated.refresh_from_db()
    assert facilitated.stage == stage
    assert told(response) == [("error", "Only a circle that is forming can be started.")]
