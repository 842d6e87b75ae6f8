import dj_database_url
import pytest
from django.db import connection
from psycopg2.extensions import make_dsn

from config import embedded
from tests import template

# A crash of this careless server loses no transaction that was answered.
SURE = "ALTER DATABASE peerloom SET synchronous_commit = on"


@pytest.fixture
def ground(django_db_setup, django_db_blocker):
    """Services of our own to be broken, with every table, and our connection to them."""
    shared = connection.settings_dict
    tables = template.dump(address_of(shared), "--schema-only")
    with embedded.throwaway_services() as services, django_db_blocker.unblock():
        template.load(services.postgres.url, tables)
        connection.close()
        connection.settings_dict = shared | dj_database_url.parse(services.postgres.url)
        try:
            with connection.cursor() as cursor:
                cursor.execute(SURE)
            yield services
        finally:
            connection.close()
            connection.settings_dict = shared


def address_of(settings):
    """The database as pg_dump takes it."""
    names = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD"}
    parts = {"dbname": settings["NAME"]} | {name: settings[key] for name, key in names.items()}
    return make_dsn(**{name: value for name, value in parts.items() if value})
