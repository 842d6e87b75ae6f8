import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError

from config import guard
from tests.factories import PersonFactory

pytestmark = pytest.mark.django_db


def test_production_refuses_demo_logins(settings):
    settings.DEBUG = False
    PersonFactory(email="member@demo.peerloom.test")

    with pytest.raises(ImproperlyConfigured, match="demo logins, whose password is public"):
        guard.refuse_demo_logins()


def test_production_starts_without_demo_logins(settings):
    settings.DEBUG = False
    PersonFactory(email="ama@example.test")

    guard.refuse_demo_logins()


def test_development_may_have_demo_logins(settings):
    settings.DEBUG = True
    PersonFactory(email="member@demo.peerloom.test")

    guard.refuse_demo_logins()


def test_a_database_that_is_away_is_left_to_readyz(settings, monkeypatch):
    def away(*args, **kwargs):
        raise DatabaseError("no route")

    settings.DEBUG = False
    monkeypatch.setattr(guard.Member.objects, "filter", away)

    guard.refuse_demo_logins()
