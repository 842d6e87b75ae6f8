import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg2
import pytest
import redis

from config import embedded
from config.processes import ServicesError, is_running, wait_until
from manage import needs_services

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can run programs as nobody")


def ask(services, statement):
    connection = psycopg2.connect(
        host=str(services.postgres.sockets), user="peerloom", dbname="peerloom"
    )
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(statement)
        answer = cursor.fetchall() if cursor.description else []
    connection.close()
    return answer


def set_key(services, **keys):
    with redis.Redis.from_url(services.valkey.url) as client:
        client.mset(keys)


def get_key(services, key):
    with redis.Redis.from_url(services.valkey.url) as client:
        return client.get(key)


def servers_of(services):
    return [(p.pid, name) for name, p in services.processes.items()]


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    """An empty cluster to copy: making one takes longer than the rest of a start."""
    folder = tmp_path_factory.mktemp("cluster")
    embedded.start(folder, durable=False).stop()
    return folder / "postgres"


@pytest.fixture
def prepared(tmp_path, cluster):
    """A folder from which services have run before."""
    shutil.copytree(cluster, tmp_path / "postgres")
    return tmp_path


@pytest.fixture
def own_var(tmp_path, cluster, monkeypatch):
    monkeypatch.setenv("PEERLOOM_VAR", str(tmp_path / "var"))
    shutil.copytree(cluster, tmp_path / "var" / "postgres")
    return tmp_path / "var"


@pytest.fixture
def open_folder():
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o711)
        yield Path(folder)


def test_throwaway_services_answer_on_sockets_only_and_leave_nothing():
    with embedded.throwaway_services() as services:
        settings = ask(
            services, "SELECT current_setting('listen_addresses'), current_setting('fsync')"
        )
        set_key(services, greeting="hello")
        greeting = get_key(services, "greeting")
        servers = servers_of(services)

    assert settings == [("", "off")]
    assert greeting == b"hello"
    assert not services.folder.exists()
    assert [is_running(*server) for server in servers] == [False, False]


def test_services_keep_their_data_over_a_restart(tmp_path):
    first = embedded.start(tmp_path)
    ask(first, "CREATE TABLE kept AS SELECT 42 AS answer")
    set_key(first, kept="yes")
    first.stop()
    left = sorted(path.name for path in tmp_path.iterdir())

    second = embedded.start(tmp_path)
    answer, kept = ask(second, "SELECT answer FROM kept"), get_key(second, "kept")
    second.stop()

    assert left == ["log", "postgres", "valkey"]
    assert (answer, kept) == ([(42,)], b"yes")


def test_second_start_in_the_same_folder_is_refused(prepared):
    first = embedded.start(prepared, durable=False)
    try:
        with pytest.raises(embedded.AlreadyRunning, match=f"already runs from {prepared}"):
            embedded.start(prepared, patience=0)
        assert embedded.urls(prepared) == first.urls
    finally:
        first.stop()

    assert embedded.urls(prepared) is None


OWNER = """
import sys, time
from pathlib import Path
from config import embedded
services = embedded.start(Path(sys.argv[1]))
print(*(process.pid for process in services.processes.values()), flush=True)
time.sleep(600)
"""


def test_killed_owner_takes_its_servers_along_and_the_next_start_recovers(prepared):
    owner = subprocess.Popen(
        [sys.executable, "-c", OWNER, str(prepared)], stdout=subprocess.PIPE, text=True
    )
    valkey, postgres = map(int, owner.stdout.readline().split())
    owner.stdout.close()
    urls_before = embedded.urls(prepared)

    owner.send_signal(signal.SIGKILL)
    owner.wait()

    assert urls_before is not None
    assert embedded.urls(prepared) is None
    assert (prepared / "services.json").exists()
    services = embedded.start(prepared)
    assert ask(services, "SELECT 1") == [(1,)]
    services.stop()
    assert wait_until(lambda: not is_running(valkey, "valkey"), 5)
    assert wait_until(lambda: not is_running(postgres, "postgres"), 5)


def test_folder_too_deep_for_a_socket_keeps_it_elsewhere(tmp_path, cluster):
    deep = tmp_path / ("d" * 120)
    shutil.copytree(cluster, deep / "postgres")
    services = embedded.start(deep, durable=False)
    elsewhere = services.postgres.sockets
    answer, pong = ask(services, "SELECT 1"), get_key(services, "nothing")
    services.stop()

    assert (answer, pong) == ([(1,)], None)
    assert not elsewhere.is_relative_to(tmp_path)
    assert not elsewhere.exists()


def test_folder_with_a_space_works(tmp_path):
    services = embedded.start(tmp_path / "a place of one's own", durable=False)
    answer = ask(services, "SELECT 1")
    services.stop()

    assert answer == [(1,)]


def test_data_of_another_major_version_is_refused(prepared):
    (prepared / "postgres" / "PG_VERSION").write_text("12\n")

    with pytest.raises(ServicesError, match="was written by PostgreSQL 12, and this is"):
        embedded.start(prepared)

    assert embedded.urls(prepared) is None
    assert not (prepared / "run").exists()


def test_stale_process_number_of_a_stranger_does_not_stop_the_start(prepared):
    (prepared / "postgres" / "postmaster.pid").write_text(f"{os.getpid()}\n/elsewhere\n")

    services = embedded.start(prepared, durable=False)
    answer = ask(services, "SELECT 1")
    services.stop()

    assert answer == [(1,)]


def test_leftovers_of_killed_tests_are_swept_up_but_not_those_in_use(
    tmp_path, cluster, monkeypatch
):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    abandoned, fresh, used = (tmp_path / f"peerloom-test-{name}" for name in ("a", "f", "u"))
    for folder in (abandoned, fresh, used):
        folder.mkdir()
    shutil.copytree(cluster, used / "postgres")
    services = embedded.start(used, durable=False)
    for folder in (abandoned, used):
        os.utime(folder, (0, 0))

    with embedded.throwaway_services():
        left = sorted(path.name for path in tmp_path.glob("peerloom-test-[afu]"))
    services.stop()

    assert left == ["peerloom-test-f", "peerloom-test-u"]


@as_root
def test_data_changes_hands_when_user_namespaces_come_and_go(open_folder):
    answers = []
    for identity in ("namespace", "nobody", "namespace"):
        services = embedded.start(open_folder, durable=False, identity=identity)
        ask(services, "CREATE TABLE IF NOT EXISTS start (at timestamptz)")
        ask(services, "INSERT INTO start VALUES (now())")
        answers += ask(services, "SELECT count(*) FROM start")
        services.stop()

    assert answers == [(1,), (2,), (3,)]


@as_root
def test_nobody_gets_a_private_place_when_the_folder_is_behind_a_closed_door(tmp_path):
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)

    with embedded.throwaway_services("nobody", within=closed) as services:
        answer = ask(services, "SELECT 1")
        private = services.postgres.private

    assert answer == [(1,)]
    assert private.parent == Path("/var/tmp")
    assert not private.exists()


def test_command_shares_running_services_and_leaves_them_running(own_var):
    with embedded.ensure_services():
        outer = embedded.urls()
        with embedded.ensure_services():
            inner = embedded.urls()
        still = embedded.urls()

    assert outer == inner == still
    assert outer is not None
    assert embedded.urls() is None


def test_two_commands_at_once_share_what_the_first_starts(own_var):
    code = (
        "from config import embedded as e\nwith e.ensure_services(): print(*e.urls(), flush=True)"
    )
    code += "; input()"
    both = [
        subprocess.Popen(
            [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    urls = [each.stdout.readline() for each in both]
    for each in both:  # whichever started the services waits for the other one
        each.stdin.write("go on\n")
        each.stdin.flush()
    ends = [each.communicate()[0] or each.returncode for each in both]

    assert urls[0] == urls[1] != ""
    assert ends == [0, 0]
    assert not (own_var / "run").exists()


def test_command_waits_for_another_that_uses_its_services(own_var):
    command = [sys.executable, "-c", "from config import embedded as e\nwith e.ensure_services():"]
    command[-1] += " print(*e.urls(), flush=True); input()\nprint('done')"
    with embedded.ensure_services():
        other = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        shared = tuple(other.stdout.readline().split())
        expected = embedded.urls()
        other.stdin.write("go on\n")
        other.stdin.flush()
    ended = other.communicate()[0]

    assert shared == expected
    assert (ended, other.returncode) == ("done\n", 0)


@pytest.mark.parametrize(
    ("arguments", "needed"),
    [
        ([], False),
        (["help"], False),
        (["migrate", "--help"], False),
        (["check"], False),
        (["check", "--deploy"], False),
        (["check", "--database", "default"], True),
        (["collectstatic", "--noinput"], False),
        (["makemigrations", "--check", "--dry-run"], False),
        (["makemigrations"], True),
        (["migrate"], True),
        (["import_people", "people.csv"], True),
    ],
)
def test_command_line_knows_what_needs_services(arguments, needed):
    assert needs_services(arguments) == needed
