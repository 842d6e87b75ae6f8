import pytest
from django.core.exceptions import ImproperlyConfigured

from config import env


@pytest.mark.parametrize(
    ("value", "expected"), [("1", True), ("Yes", True), ("off", False), ("", False)]
)
def test_flag_reads_the_usual_words(monkeypatch, value, expected):
    monkeypatch.setenv("SWITCH", value)

    assert env.flag("SWITCH") is expected


def test_flag_refuses_other_words(monkeypatch):
    monkeypatch.setenv("SWITCH", "maybe")

    with pytest.raises(ImproperlyConfigured, match="SWITCH must be true or false, not 'maybe'"):
        env.flag("SWITCH")


def test_flag_that_is_not_set_has_its_default(monkeypatch):
    monkeypatch.delenv("SWITCH", raising=False)

    assert env.flag("SWITCH", default=True) is True


def test_integer_refuses_words(monkeypatch):
    monkeypatch.setenv("COUNT", "many")

    with pytest.raises(ImproperlyConfigured, match="COUNT must be a whole number, not 'many'"):
        env.integer("COUNT", 3)


@pytest.mark.parametrize(("value", "expected"), [("", 3), ("12", 12)])
def test_integer_reads_a_number(monkeypatch, value, expected):
    monkeypatch.setenv("COUNT", value)

    assert env.integer("COUNT", 3) == expected


def test_words_drops_blanks(monkeypatch):
    monkeypatch.setenv("HOSTS", "a.example, ,b.example,")

    assert env.words("HOSTS") == ["a.example", "b.example"]


def test_url_refuses_another_scheme(monkeypatch):
    monkeypatch.setenv("PLACE", "mysql://somewhere")

    with pytest.raises(ImproperlyConfigured, match="PLACE must start with postgresql://"):
        env.url("PLACE", schemes=("postgresql",))


def test_secret_is_read_from_a_file(monkeypatch, tmp_path):
    path = tmp_path / "secret"
    path.write_text("hush\n")
    monkeypatch.setenv("KEY_FILE", str(path))

    assert env.secret("KEY") == "hush"


def test_secret_file_that_is_missing_is_named(monkeypatch, tmp_path):
    monkeypatch.setenv("KEY_FILE", str(tmp_path / "nowhere"))

    with pytest.raises(ImproperlyConfigured, match="KEY_FILE: cannot read"):
        env.secret("KEY")


def test_secret_has_a_default_in_development_only(monkeypatch):
    monkeypatch.delenv("KEY", raising=False)

    assert env.secret("KEY", development="dev", debug=True) == "dev"
    with pytest.raises(ImproperlyConfigured, match="Set KEY, or KEY_FILE"):
        env.secret("KEY", development="dev")


@pytest.mark.parametrize(
    ("redis", "broker"),
    [
        ("redis://cache:6379/2", "redis://cache:6379/2"),
        ("unix:///run/valkey.sock?db=3", "redis+socket:///run/valkey.sock?virtual_host=3"),
        ("unix:///run/valkey.sock", "redis+socket:///run/valkey.sock?virtual_host=0"),
    ],
)
def test_broker_url_names_sockets_as_celery_does(redis, broker):
    assert env.broker_url(redis) == broker
