import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import embedded, run
from config.processes import ServicesError, package_folder, wait_until
from config.supervisor import ChildEnded, Supervisor

ROOT = Path(__file__).resolve().parents[2]


class Started:
    """`make run`'s process, started as a person would: with nothing in the environment."""

    def __init__(self, var):
        self.port = free_port()
        keep = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "config.run"],
            cwd=ROOT,
            env=keep | {"PEERLOOM_VAR": str(var), "PORT": str(self.port)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.output = ""

    def wait_until_ready(self):
        for line in self.process.stdout:
            self.output += line
            if "Ctrl-C stops everything" in line:
                return
        raise AssertionError(self.output)

    def get(self, path):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=20) as page:
            return page.status, page.read().decode()

    def children(self):
        task = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(pid) for pid in task.read_text().split()]

    def end(self, number):
        """Signal the whole group, as a terminal or fresh shell would, and wait for the end."""
        os.killpg(self.process.pid, number)
        self.output += self.process.communicate(timeout=30)[0]
        return self.process.returncode


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def is_alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.fixture
def start(tmp_path):
    """Starts it, any number of times, always with the same data."""
    started = []

    def start():
        started.append(Started(tmp_path))
        started[-1].wait_until_ready()
        return started[-1]

    yield start
    for each in started:
        each.process.kill()
        each.process.communicate()


@pytest.mark.skipif(sys.platform != "linux", reason="looks at processes through /proc")
def test_run_serves_recovers_from_a_kill_and_stops(start, tmp_path):
    killed = start()
    alive, ready = killed.get("/healthz")[0], killed.get("/readyz")[0]
    sign_in = killed.get("/accounts/login/")[1]
    children = killed.children()
    killed.end(signal.SIGKILL)

    assert (alive, ready) == (200, 200)
    assert "csrfmiddlewaretoken" in sign_in
    assert re.findall(r"^    (\w+)@demo\.peerloom\.test$", killed.output, re.MULTILINE) == [
        *("member", "facilitator", "hr", "organiser")
    ]
    assert len(children) == 5
    assert wait_until(lambda: not any(map(is_alive, children)), 10)

    again = start()
    ready, children = again.get("/readyz")[0], again.children()
    status = again.end(signal.SIGTERM)

    assert (ready, len(children)) == (200, 5)
    assert (status, again.output.splitlines()[-1]) == (0, "Stopped.")
    assert [pid for pid in children if is_alive(pid)] == []
    assert not (tmp_path / "run").exists()
    assert not (tmp_path / "services.json").exists()


def test_run_fails_when_a_child_has_ended(monkeypatch, capsys):
    def lose_the_worker():
        raise ChildEnded("worker has ended (-9).")

    monkeypatch.setattr(run, "run", lose_the_worker)

    assert run.main() == 1
    assert "worker has ended (-9)." in capsys.readouterr().out


def test_run_refuses_a_taken_port_before_it_starts_anything(tmp_path, monkeypatch, capsys):
    monkeypatch.delenv("DATABASE_URL")
    monkeypatch.delenv("REDIS_URL")
    monkeypatch.setenv("PEERLOOM_VAR", str(tmp_path / "var"))
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        monkeypatch.setenv("PORT", str(port))

        status = run.main()

    assert status == 1
    assert f"Cannot listen on 127.0.0.1:{port} (Address already in use)" in capsys.readouterr().out
    assert not (tmp_path / "var").exists()


def test_run_says_when_it_already_runs_from_this_folder(tmp_path, monkeypatch, capsys):
    monkeypatch.delenv("DATABASE_URL")
    monkeypatch.delenv("REDIS_URL")
    monkeypatch.setenv("PEERLOOM_VAR", str(tmp_path))
    services = embedded.start(tmp_path, durable=False)
    try:
        status = run.main()
    finally:
        services.stop()

    assert status == 1
    assert f"Peerloom already runs from {tmp_path}." in capsys.readouterr().out


@pytest.mark.parametrize("port", ["eighty", "70000", "-1"])
def test_run_refuses_a_port_that_is_none(monkeypatch, capsys, port):
    monkeypatch.setenv("PORT", port)

    assert run.main() == 1
    assert "Traceback" not in capsys.readouterr().out


DATABASE = "postgresql://x@127.0.0.1/x"
VALKEY = "redis://127.0.0.1/0"


@pytest.mark.parametrize(
    ("environment", "answer"),
    [
        ({}, True),
        ({"DATABASE_URL": DATABASE, "REDIS_URL": VALKEY, "DEBUG": "true"}, False),
        ({"DATABASE_URL": DATABASE, "REDIS_URL": VALKEY}, "DEBUG is off"),
        ({"DATABASE_URL": DATABASE}, "Only DATABASE_URL is set"),
        ({"REDIS_URL": VALKEY}, "Only REDIS_URL is set"),
        ({"DEBUG": "false"}, "DEBUG is off"),
    ],
)
def test_run_embeds_services_only_when_none_are_given(monkeypatch, environment, answer):
    for name in ("DATABASE_URL", "REDIS_URL", "DEBUG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    if isinstance(answer, bool):
        assert run.wants_embedded_services() == answer
    else:
        with pytest.raises(ImproperlyConfigured, match=answer):
            run.wants_embedded_services()


def test_banner_offers_logins_only_when_there_are_some():
    with_logins = run.banner("http://127.0.0.1:8000", ["member@demo.peerloom.test"], 2.04)
    without = run.banner("http://127.0.0.1:8000", [], 2.04)

    assert "    member@demo.peerloom.test\n" in with_logins
    assert "Sign in" not in without
    assert "Peerloom is ready at http://127.0.0.1:8000 (after 2.0 s)" in without


def python(code):
    return [sys.executable, "-c", code]


def test_supervisor_names_the_child_that_ended_and_shows_its_output(capsys):
    supervisor = Supervisor(None)
    supervisor.start("web", python("import time; time.sleep(600)"))
    supervisor.start("worker", python("print('one\\n\\ntwo'); raise SystemExit(3)"))

    with pytest.raises(ChildEnded) as ended:
        supervisor.watch()
    supervisor.stop()

    assert str(ended.value) == "worker has ended (3). Its last lines:\n  one\n  two"
    assert capsys.readouterr().out == "worker │ one\nworker │ two\n"
    assert [child.process.returncode for child in supervisor.children] == [-signal.SIGTERM, 3]


def test_supervisor_ends_a_child_that_ignores_it(monkeypatch):
    monkeypatch.setattr("config.supervisor.PATIENCE_SECONDS", 0.3)
    supervisor = Supervisor(None)
    deaf = "import signal as s, time; [s.signal(n, s.SIG_IGN) for n in (s.SIGTERM, s.SIGQUIT)]"
    supervisor.start("beat", python(f"{deaf}; print('deaf', flush=True); time.sleep(600)"))
    supervisor.watch(until=lambda: bool(supervisor.children[0].last_lines))
    began = time.monotonic()

    supervisor.stop()

    assert supervisor.children[0].process.returncode == -signal.SIGKILL
    assert time.monotonic() - began < 5


def test_missing_package_is_a_sentence():
    with pytest.raises(ServicesError, match="The package no_such_package is not installed"):
        package_folder("no_such_package")
