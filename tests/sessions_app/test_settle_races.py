"""A search is settled once, however many settle it."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from sessions_app.actions.settling import settle
from sessions_app.models import Candidate, Series
from tests.factories import CandidateFactory, FacilitationFactory, TimeSearchFactory

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_people_who_settle_at_once_plan_one_series():
    held, soon = FacilitationFactory(), timezone.localdate() + timedelta(days=20)
    search = TimeSearchFactory(circle=held.circle, state="voting")
    candidates = [
        CandidateFactory(
            search=search,
            place=place,
            slots=[{"starts": f"{soon + timedelta(days=place):%Y-%m-%d}T15:00"}],
        )
        for place in (1, 2)
    ]
    barrier, outcomes = threading.Barrier(2), []

    def attempt(candidate):
        try:
            barrier.wait(timeout=10)
            settle(search, candidate=candidate, by=held.person)
            outcomes.append("done")
        except Exception as refused:
            outcomes.append(str(refused)[:23])
        finally:
            connection.close()

    threads = [threading.Thread(target=attempt, args=[each]) for each in candidates]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)

    assert sorted(outcomes) == ["This search is over: a ", "done"]
    assert Series.objects.count() == 1
    assert Candidate.objects.filter(is_chosen=True).count() == 1
