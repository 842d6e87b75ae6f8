import pytest


@pytest.fixture(autouse=True)
def quick_passwords(settings):
    """Argon2 is slow on purpose; tests sign in a great many times."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
