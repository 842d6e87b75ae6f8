"""docker-compose.yml, read as docker would: no engine is needed to see that it hangs together."""

import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
OURS = ("web", "worker", "beat", "migrate")
LONG_RUNNING = ("web", "worker", "beat", "postgres", "valkey")
DOCKERFILE = (ROOT / "Dockerfile").read_text()


def test_compose_has_the_six_services():
    assert sorted(SERVICES) == ["beat", "migrate", "postgres", "valkey", "web", "worker"]


@pytest.mark.parametrize("name", ["worker", "beat", "postgres", "valkey"])
def test_service_has_a_health_check_of_its_own(name):
    check = SERVICES[name]["healthcheck"]

    assert check["test"][0] == "CMD-SHELL"
    assert {"interval", "timeout", "retries"} <= set(check)


def test_web_is_checked_by_its_image():
    check = re.search(r"^HEALTHCHECK .*\n +CMD (.*)$", DOCKERFILE, re.MULTILINE)

    assert "healthcheck" not in SERVICES["web"]
    assert "/healthz" in check[1]


@pytest.mark.parametrize("name", LONG_RUNNING)
def test_long_running_service_comes_back_by_itself(name):
    assert SERVICES[name]["restart"] == "unless-stopped"


@pytest.mark.parametrize("name", ["web", "worker", "beat"])
def test_service_waits_for_migrations_and_both_servers(name):
    assert SERVICES[name]["depends_on"] == {
        "migrate": {"condition": "service_completed_successfully"},
        "postgres": {"condition": "service_healthy"},
        "valkey": {"condition": "service_healthy"},
    }


def test_migrate_runs_once_with_a_lock_timeout():
    migrate = SERVICES["migrate"]

    assert migrate["command"] == "python manage.py migrate --noinput"
    assert migrate["environment"]["PGOPTIONS"] == "-c lock_timeout=3s"
    assert migrate["depends_on"] == {"postgres": {"condition": "service_healthy"}}
    assert migrate["restart"] == "on-failure:5"


@pytest.mark.parametrize("name", OURS)
def test_secrets_come_from_files(name):
    environment, secrets = SERVICES[name]["environment"], SERVICES[name]["secrets"]
    files = {key: value for key, value in environment.items() if key.endswith("_FILE")}

    assert files == {
        "DATABASE_URL_FILE": "/run/secrets/database_url",
        "SECRET_KEY_FILE": "/run/secrets/secret_key",
        "EMAIL_HOST_PASSWORD_FILE": "/run/secrets/email_password",
    }
    assert sorted(secrets) == sorted(Path(path).name for path in files.values())
    assert not {"DATABASE_URL", "SECRET_KEY", "EMAIL_HOST_PASSWORD"} & set(environment)


def test_every_secret_and_volume_is_declared():
    used = {secret for service in SERVICES.values() for secret in service.get("secrets", [])}
    mounts = [mount for service in SERVICES.values() for mount in service.get("volumes", [])]

    assert used == set(COMPOSE["secrets"])
    assert {mount.split(":")[0] for mount in mounts} == set(COMPOSE["volumes"])


@pytest.mark.parametrize("name", OURS)
def test_our_containers_can_change_nothing(name):
    service = SERVICES[name]

    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["tmpfs"] == ["/tmp"]


def test_only_web_is_reachable_and_only_from_this_machine():
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}

    assert published == {"web": ["127.0.0.1:${PORT:-8000}:8000"]}


def test_image_runs_as_an_ordinary_user_with_hashed_requirements():
    assert re.findall(r"^USER (\w+)$", DOCKERFILE, re.MULTILINE) == ["peerloom"]
    assert "--require-hashes --no-deps -r /production.txt" in DOCKERFILE
    assert "collectstatic --noinput" in DOCKERFILE
