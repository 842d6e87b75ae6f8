from datetime import date, timedelta

import pytest

from tests.circles.conftest import NOON, told, url
from tests.circles.test_renewals import circle_of, ended, voting
from tests.factories import CircleFactory, FacilitationFactory, RenewalVoteFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]


def test_member_votes_and_changes_it_on_one_page(client):
    vote, people = voting("renew", silent=2)
    client.force_login(people[1])

    client.post(url("renewal", vote.circle), {"choice": "split"})
    response = client.get(url("renewal", vote.circle))

    assert response.context["form"].initial == {"choice": "split"}
    assert response.context["counts"] == []
    assert "Change my vote" in response.content.decode()


def test_last_voter_is_told_that_the_vote_is_over(client):
    vote, people = voting("renew")
    client.force_login(people[1])

    response = client.post(url("renewal", vote.circle), {"choice": "renew"})

    words = "Your vote counts. Everyone has voted, so the vote is over."
    assert told(response) == [("success", words)]


def test_vote_page_says_what_is_wrong_and_what_is_over(client):
    vote, people = voting("renew", silent=2)
    client.force_login(people[1])

    nothing = client.post(url("renewal", vote.circle), {})
    ended(vote)
    late = client.post(url("renewal", vote.circle), {"choice": "close"})

    assert nothing.context["form"].errors == {"choice": ["Choose one."]}
    assert told(late) == [("error", "This vote is over.")]
    page = client.get(url("renewal", vote.circle))
    assert page.context["counts"][0] == ("Go on for another term", 1)


def test_vote_page_before_any_vote_and_while_it_is_counted(client, by):
    client.force_login(by)
    circle = CircleFactory(stage="active")
    counting = RenewalVoteFactory(opened_at=NOON - timedelta(days=20))

    pages = [client.get(url("renewal", each)) for each in (circle, counting.circle)]

    words = ["This circle has not voted", "is being counted"]
    assert [said in page.content.decode() for said, page in zip(words, pages, strict=True)] == [
        True,
        True,
    ]


def test_facilitator_opens_a_vote_and_an_organiser_ends_it(client, by):
    circle, _ = circle_of(2)
    client.force_login(FacilitationFactory(circle=circle).person)

    client.get(url("renewal_open", circle))
    opened = client.post(url("renewal_open", circle))
    early = client.post(url("renew", circle))
    client.force_login(by)
    asked = client.get(url("renew", circle))
    done = client.post(url("renew", circle))

    assert told(opened) == [("success", "The vote is open, and every member is asked.")]
    assert early.status_code == 302
    assert told(early)[-1][0] == "error"
    assert (asked.context["ends_vote"], asked.context["until"]) == (True, date(2026, 9, 30))
    assert told(done)[-1] == ("success", f"“{circle}” goes on.")


def test_vote_that_cannot_open_answers_in_words(client, by):
    client.force_login(by)

    response = client.post(url("renewal_open", CircleFactory(stage="active")))

    assert told(response)[0][0] == "error"
