"""A version is signed as it was read, or not at all."""

import threading

import pytest
from django.db import connection
from django.utils import timezone

from circles.actions.charter import CharterChanged, publish_charter, sign_charter
from circles.charters.text import Clause
from circles.models import Signature
from tests.factories import CharterFactory, MembershipFactory


@pytest.mark.django_db(transaction=True)
def test_signing_and_publishing_at_once_never_signs_what_was_replaced(by):
    charter = CharterFactory()
    person = MembershipFactory(circle=charter.circle).person
    barrier, outcomes = threading.Barrier(2), []

    def attempt(name, action):
        try:
            barrier.wait(timeout=10)
            action()
            outcomes.append(name)
        except CharterChanged:
            outcomes.append("changed")
        finally:
            connection.close()

    new = [Clause("own-1", "Tea", "Green")]
    threads = [
        threading.Thread(target=attempt, args=args)
        for args in [
            ("signed", lambda: sign_charter(charter.circle, 1, person=person)),
            ("published", lambda: publish_charter(charter.circle, new, by=by, based_on=1)),
        ]
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)

    assert sorted(outcomes) in (["changed", "published"], ["published", "signed"])
    assert Signature.objects.count() == outcomes.count("signed")
    assert not Signature.objects.valid(timezone.now()).exists()
