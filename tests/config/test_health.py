import pytest
from django.db import DatabaseError

from config import health


@pytest.mark.django_db
def test_readyz_says_ready_when_all_is_in_order(client):
    response = client.get("/readyz")

    assert response.status_code == 200
    assert response.json() == {"status": "ready", "problems": []}


@pytest.mark.django_db
def test_readyz_names_waiting_migrations(client):
    from django.db.migrations.recorder import MigrationRecorder

    last = MigrationRecorder.Migration.objects.filter(app="notifications").latest("name")
    last.delete()

    response = client.get("/readyz")

    assert response.status_code == 503
    assert response.json()["problems"] == [
        f"1 migrations wait, the first is notifications.{last.name}. Run: manage.py migrate"
    ]


@pytest.mark.django_db
def test_readyz_names_a_database_that_is_away(client, monkeypatch):
    def away(*args):
        raise DatabaseError("no route")

    monkeypatch.setattr(health, "MigrationExecutor", away)

    response = client.get("/readyz")

    assert response.status_code == 503
    assert response.json()["problems"] == ["The database does not answer: no route"]


@pytest.mark.django_db
def test_readyz_names_a_broker_that_is_away(client, monkeypatch):
    monkeypatch.setattr(health.current_app.conf, "broker_write_url", "redis://127.0.0.1:1/0")

    response = client.get("/readyz")

    assert response.status_code == 503
    [problem] = response.json()["problems"]
    assert problem.startswith("The broker does not answer:")


def test_healthz_needs_no_database_and_no_host(client):
    response = client.get("/healthz", headers={"host": "10.0.0.7"})

    assert response.json() == {"status": "alive"}
