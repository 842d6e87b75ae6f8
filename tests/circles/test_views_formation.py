"""The pages of setting up, running and listing formations, and of rules about two people."""

import pytest
from django.utils import timezone

from circles.actions import formation_run
from circles.actions.refusals import CannotChange
from circles.formation.setup import SetUp
from circles.models import Format, Formation, PairRule
from circles.views import formations
from tests.circles.conftest import errors, told, url
from tests.circles.forming import State, enrol, formation_of, people
from tests.factories import PairRuleFactory, PersonFactory, ProgrammeFactory

pytestmark = pytest.mark.django_db
POSTED = {
    "everyone": "no",
    "size_min": 3,
    "size_max": 5,
    "size_best": 4,
    "overlap_hours": 2,
    "share_a_language": "on",
    "manager_depth": 0,
    "apart": ["location"],
    "seconds": 30,
    "seed": 9,
    **{f"aim_{aim}": "normal" for aim in ("units", "levels", "not_alone", "hours", "size")},
    "aim_theme": "important",
    "aim_exchange": "no",
}


@pytest.fixture
def signed_in(client, by):
    client.force_login(by)
    return client


@pytest.fixture
def queued(monkeypatch):
    sent = []
    monkeypatch.setattr(formation_run.current_app, "send_task", lambda *args: sent.append(args))
    return sent


def career():
    return Format.objects.get(key="career_circle")


@pytest.mark.parametrize("number", [1, 4])
def test_list_takes_the_same_queries(signed_in, programme, number, django_assert_num_queries):
    for _ in range(number):
        formation_of(programme, people(2))

    # user, roles, programme, enrolled; formations: count, rows; circles held
    with django_assert_num_queries(7):
        response = signed_in.get(url("formations", programme))

    assert [formation.staged for formation in response.context["page"]] == [1] * number


def test_new_formation_is_prefilled_from_its_format(signed_in, programme):
    programme.formats.add(Format.objects.get(key="mastermind"))
    version = Format.objects.get(key="mastermind").versions.get()

    response = signed_in.get(url("formation_new", programme), {"format": "mastermind"})

    initial = response.context["form"].initial
    assert (initial["size_min"], initial["size_max"]) == (version.size_min, version.size_max)
    assert initial["of_format"] == version.format_id
    assert [one.key for one in response.context["others"]] == ["career_circle"]


def test_new_formation_needs_a_format(signed_in):
    response = signed_in.get(url("formation_new", ProgrammeFactory()))

    assert "This programme has no format yet" in response.content.decode()


def test_formation_is_set_up_and_changed_from_the_page(signed_in, programme):
    posted = POSTED | {"of_format": career().pk}

    first = signed_in.post(url("formation_new", programme), posted)
    formation = Formation.objects.get()
    opened = signed_in.get(url("formation_set_up", formation))
    again = signed_in.post(url("formation_set_up", formation), posted | {"everyone": "yes"})

    assert (first.url, again.url) == (formation.get_absolute_url(),) * 2
    chosen = SetUp.read(formation.rules)
    assert (chosen.size_min, chosen.size_best, chosen.apart) == (3, 4, ["location"])
    assert (chosen.counts["theme"], chosen.counts["exchange"]) == ("important", "no")
    assert opened.context["form"].initial["aim_theme"] == "important"
    formation.refresh_from_db()
    assert SetUp.read(formation.rules).everyone is True


def test_sizes_that_do_not_fit_are_said_at_the_field(signed_in, programme):
    posted = POSTED | {"of_format": career().pk}

    most = signed_in.post(url("formation_new", programme), posted | {"size_min": 6})
    best = signed_in.post(url("formation_new", programme), posted | {"size_best": 6})

    assert errors(most) == {"size_max": ["The most cannot be under the fewest."]}
    assert errors(best) == {"size_best": ["Choose a number from 3 to 5."]}


def test_programme_archived_meanwhile_is_said_in_the_form(signed_in, programme, monkeypatch):
    def refuse(*_, **__):
        raise CannotChange("This programme is archived. Restore it first.")

    monkeypatch.setattr(formations, "set_up_formation", refuse)

    response = signed_in.post(url("formation_new", programme), POSTED | {"of_format": career().pk})

    assert errors(response) == {"__all__": ["This programme is archived. Restore it first."]}


def test_refusals_of_actions_stand_in_the_form(signed_in, programme):
    mastermind = Format.objects.get(key="mastermind")
    programme.formats.add(mastermind)
    formation = formation_of(programme, people(3))
    posted = POSTED | {"of_format": mastermind.pk}

    response = signed_in.post(url("formation_set_up", formation), posted)

    assert list(errors(response)) == ["of_format"]


def test_check_page_says_what_is_possible(signed_in, programme):
    formation = formation_of(programme, unplaced=people(4), state=State.DRAFT)

    response = signed_in.get(url("formation", formation))

    assert response.context["check"].headline == "4 people enrolled: 1 to 2 circles of 2 to 6"
    assert "Form the circles" in response.content.decode()


def test_starting_leads_to_progress_and_an_obstacle_is_told(signed_in, programme, queued):
    formation = formation_of(programme, state=State.DRAFT)

    refused = signed_in.post(url("formation_start", formation))
    enrol(programme, *people(2))
    signed_in.post(url("formation_start", formation))
    page = signed_in.get(url("formation", formation))
    part = signed_in.get(url("formation", formation), headers={"HX-Request": "true"})

    assert [level for level, _ in told(refused)] == ["error"]
    assert "Waiting for a worker" in page.content.decode()
    assert part.content.decode().strip().startswith('<section class="card" id="progress"')


def test_page_that_watches_a_worker_loads_anew_when_it_is_done(signed_in, programme):
    formation = formation_of(programme, people(2))

    response = signed_in.get(url("formation", formation), headers={"HX-Request": "true"})

    assert response.headers["HX-Refresh"] == "true"


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (State.SOLVING, "Stop and keep the best so far"),
        (State.FAILED, "Try again"),
        (State.DISCARDED, "What was staged is gone"),
    ],
)
def test_progress_page_says_where_it_is(signed_in, programme, state, words):
    formation = formation_of(programme, state=state, done=3, total=9, worst=40, mean=60)

    response = signed_in.get(url("formation", formation))

    assert words in response.content.decode()


def test_stopping_is_asked_for_and_said(signed_in, programme):
    formation = formation_of(programme, state=State.SOLVING, alive_at=timezone.now())

    signed_in.post(url("formation_stop", formation))
    page = signed_in.get(url("formation", formation))

    assert "It is stopping, and keeps the best so far." in page.content.decode()


def test_discarding_asks_first_and_is_refused_while_it_runs(signed_in, programme):
    formation = formation_of(programme, people(2))
    running = formation_of(programme, state=State.SOLVING)

    question = signed_in.get(url("formation_discard", formation))
    done = signed_in.post(url("formation_discard", formation))
    nothing = signed_in.get(url("formation_discard", formation))
    refused = signed_in.post(url("formation_discard", running))

    assert "Is it not needed?" in question.content.decode()
    assert done.url == nothing.url == url("formations", programme)
    assert told(refused)[-1] == ("error", "Circles are being formed. Stop that first.")


@pytest.mark.parametrize("number", [1, 4])
def test_pairs_take_the_same_queries(signed_in, programme, number, django_assert_num_queries):
    PairRuleFactory.create_batch(number, programme=programme)

    # user, roles, programme; rules: count, rows; circles held
    with django_assert_num_queries(6):
        response = signed_in.get(url("pair_rules", programme))

    assert len(response.context["page"]) == number


def test_pair_is_found_added_and_removed(signed_in, programme):
    ida, jonas = PersonFactory(name="Ida Berg"), PersonFactory(name="Jonas Wolf")

    found = signed_in.get(url("pair_rules", programme), {"first": "ida", "second": "wolf"})
    pair = {"one": ida.pk, "other": jonas.pk}
    added = signed_in.post(url("pair_rules", programme), pair | {"kind": "apart"})
    rule = PairRule.objects.get()
    removed = signed_in.post(url("pair_rule_remove", programme, rule))

    assert (found.context["first"], found.context["second"]) == ([ida], [jonas])
    assert told(added) == [("success", "Ida Berg and Jonas Wolf: never in one circle.")]
    assert told(removed)[-1] == ("success", "The rule about Ida Berg and Jonas Wolf is removed.")
    assert not PairRule.objects.exists()


def test_pair_that_cannot_be_is_refused_in_words(signed_in, programme):
    ida = PersonFactory(name="Ida Berg")
    report = PersonFactory(name="Jonas Wolf", manager=ida)
    pair = {"one": ida.pk, "other": report.pk}

    refused = signed_in.post(url("pair_rules", programme), pair | {"kind": "together"})
    half = signed_in.post(url("pair_rules", programme), {"one": ida.pk, "kind": "apart"})

    words = "Ida Berg manages Jonas Wolf, and a rule wants them in one circle."
    assert told(refused) == [("error", words)]
    assert told(half)[-1][0] == "error"
