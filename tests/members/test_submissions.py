"""A form is acted upon once, however often and however fast its button is pressed."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event, Lock

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import HttpResponse, HttpResponseRedirect
from django_htmx.middleware import HtmxDetails

from members.models import Skill, Submission
from members.submissions import once
from tests.factories import PersonFactory

PATH = "/skills/new/"


@pytest.fixture
def person(db):
    return PersonFactory()


def posted(rf, person, *, key=None, path=PATH, htmx=False, **data):
    headers = {"HX-Request": "true"} if htmx else {}
    request = rf.post(path, data | {"form_key": key or uuid.uuid4()}, headers=headers)
    request.user = person
    request.htmx = HtmxDetails(request)
    return request


@once
def make_skill(request):
    skill = Skill.objects.create(name=f"Skill {uuid.uuid4()}")
    return HttpResponseRedirect(f"/skills/{skill.pk}/")


@once
def make_skill_in_place(request):
    Skill.objects.create(name=f"Skill {uuid.uuid4()}")
    return HttpResponse("<li>made</li>")


@once
def find_errors(request):
    return HttpResponse("please check", status=int(request.POST.get("status", 200)))


def test_second_click_is_answered_like_the_first(rf, person):
    key = uuid.uuid4()

    first = make_skill(posted(rf, person, key=key))
    second = make_skill(posted(rf, person, key=key))

    assert Skill.objects.count() == 1
    assert (second.status_code, second["Location"]) == (302, first["Location"])


def test_two_forms_make_two_things(rf, person):
    make_skill(posted(rf, person))
    make_skill(posted(rf, person))

    assert Skill.objects.count() == 2


@pytest.mark.parametrize("key", ["", "not-a-key", "\x00"])
def test_form_without_a_proper_key_is_acted_upon(rf, person, key):
    request = rf.post(PATH, {"form_key": key})
    request.user = person

    make_skill(request)

    assert Skill.objects.count() == 1
    assert Submission.objects.count() == 0


def test_key_of_somebody_else_is_another_form(rf, person):
    key = uuid.uuid4()
    other = PersonFactory()

    first = make_skill(posted(rf, person, key=key))
    second = make_skill(posted(rf, other, key=key))

    assert Skill.objects.count() == 2
    assert second["Location"] != first["Location"]


def test_other_button_of_the_same_form_is_another_form(rf, person):
    key = uuid.uuid4()

    make_skill(posted(rf, person, key=key))
    make_skill(posted(rf, person, key=key, path="/skills/new-and-publish/"))

    assert Skill.objects.count() == 2


@pytest.mark.parametrize("status", [200, 400, 409, 500])
def test_form_with_errors_releases_its_key(rf, person, status):
    key = uuid.uuid4()
    find_errors(posted(rf, person, key=key, status=status))

    make_skill(posted(rf, person, key=key))

    assert Skill.objects.count() == 1


def test_fragment_with_errors_releases_its_key(rf, person):
    key = uuid.uuid4()
    find_errors(posted(rf, person, key=key, status=422, htmx=True))

    make_skill(posted(rf, person, key=key, htmx=True))

    assert Skill.objects.count() == 1


def test_second_htmx_request_swaps_nothing(rf, person):
    key = uuid.uuid4()

    first = make_skill_in_place(posted(rf, person, key=key, htmx=True))
    second = make_skill_in_place(posted(rf, person, key=key, htmx=True))

    assert Skill.objects.count() == 1
    assert (first.status_code, second.status_code, second.content) == (200, 204, b"")


def test_address_too_long_to_keep_is_not_cut_into_another(rf, person):
    @once
    def lead_far(request):
        return HttpResponseRedirect("/" + "a" * 600)

    key = uuid.uuid4()
    lead_far(posted(rf, person, key=key))
    second = lead_far(posted(rf, person, key=key))

    assert second.status_code == 204


@pytest.mark.parametrize("problem", [ValueError, PermissionDenied])
def test_exception_takes_back_everything_with_the_key(rf, person, problem):
    @once
    def fail(request):
        Skill.objects.create(name="half made")
        raise problem

    key = uuid.uuid4()
    with pytest.raises(problem):
        fail(posted(rf, person, key=key))
    assert (Skill.objects.count(), Submission.objects.count()) == (0, 0)

    make_skill(posted(rf, person, key=key))
    assert Skill.objects.count() == 1


def in_two_threads(view, first, second):
    def run(request):
        try:
            return view(request)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        return [
            task.result(20) for task in [threads.submit(run, first), threads.submit(run, second)]
        ]


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_make_one_thing(rf):
    person = PersonFactory()
    key = uuid.uuid4()
    at_the_door, second_waits = Barrier(2), Event()
    runs, guard = [], Lock()

    @once
    def slow(request):
        with guard:
            runs.append(request)
        # Long enough for the other thread to come up against the key that is not committed yet.
        second_waits.wait(1)
        skill = Skill.objects.create(name="one")
        return HttpResponseRedirect(f"/skills/{skill.pk}/")

    def together(request):
        at_the_door.wait(10)
        return slow(request)

    answers = in_two_threads(together, posted(rf, person, key=key), posted(rf, person, key=key))

    assert len(runs) == 1
    assert Skill.objects.count() == 1
    assert {answer["Location"] for answer in answers} == {f"/skills/{Skill.objects.get().pk}/"}


@pytest.mark.django_db(transaction=True)
def test_second_click_runs_when_the_first_one_fails(rf):
    person = PersonFactory()
    key = uuid.uuid4()
    first_is_in, runs, guard = Event(), [], Lock()

    @once
    def fail_first(request):
        with guard:
            runs.append(request)
        if len(runs) == 1:
            first_is_in.set()
            Event().wait(0.5)
            return HttpResponse("please check")
        skill = Skill.objects.create(name="one")
        return HttpResponseRedirect(f"/skills/{skill.pk}/")

    def after_the_first(request):
        if request.POST["turn"] == "2":
            first_is_in.wait(10)
        return fail_first(request)

    answers = in_two_threads(
        after_the_first,
        posted(rf, person, key=key, turn="1"),
        posted(rf, person, key=key, turn="2"),
    )

    assert [answer.status_code for answer in answers] == [200, 302]
    assert Skill.objects.count() == 1
