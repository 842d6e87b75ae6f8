"""`make run`: everything Peerloom needs on one machine, started together and stopped together."""

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from types import FrameType

from django.core.exceptions import ImproperlyConfigured

from config import embedded, env
from config.processes import STOPPING, ServicesError, launched
from config.supervisor import ChildEnded, OutputGone, Supervisor

PYTHON = sys.executable
CELERY = [PYTHON, "-m", "celery", "--app", "config", "--quiet"]
WEB = [PYTHON, "-m", "gunicorn", "--config", "config/gunicorn_development.py"]
WORKER = [*CELERY, "worker", "--concurrency", "2", "--without-gossip", "--without-mingle"]
WORKER += ["--loglevel", "INFO"]
BEAT = [*CELERY, "beat", "--pidfile=", "--loglevel", "INFO"]


class StopRequested(BaseException):
    """Somebody asked us to stop; a BaseException, so that nothing on the way swallows it."""


def main() -> int:
    """Run until asked to stop (0), or until something cannot start or ends by itself (1)."""
    try:
        with stop_signals():
            run()
    except StopRequested:
        say("Stopped.")
        return 0
    except (ServicesError, ChildEnded, ImproperlyConfigured) as reason:
        say(f"\n{reason}")
        return 1
    except OutputGone:
        # Leave nothing for Python to flush into a closed pipe as it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def run() -> None:
    host, port = os.environ.get("HOST", "127.0.0.1"), env.integer("PORT", 8000)
    address = f"http://{host}:{port}"
    own_services = wants_embedded_services()
    folder = embedded.var_folder()
    if own_services and embedded.urls(folder):
        raise embedded.already_running(folder)
    refuse_a_taken_port(host, port)
    say("Starting Peerloom…")
    began = time.monotonic()
    with contextlib.ExitStack() as stack:
        services = None
        if own_services:
            services = embedded.start(folder)
            stack.callback(services.stop)
        supervisor = Supervisor(services)
        stack.callback(supervisor.stop)
        logins = prepare()
        supervisor.start("web", WEB)
        supervisor.start("worker", WORKER, death_signal=signal.SIGQUIT)
        supervisor.start("beat", BEAT)
        supervisor.watch(until=lambda: answers(host, port))
        say(banner(address, logins, time.monotonic() - began))
        supervisor.watch()


def wants_embedded_services() -> bool:
    """Whether no address is given; raises ImproperlyConfigured where `make run` has no place."""
    given = [name for name in ("DATABASE_URL", "REDIS_URL") if env.text(name)]
    if len(given) == 1:
        raise ImproperlyConfigured(
            f"Only {given[0]} is set. Set both DATABASE_URL and REDIS_URL, or neither of them."
        )
    if not env.flag("DEBUG", default=not given):
        raise ImproperlyConfigured(
            "`make run` is for development, and DEBUG is off. Set DEBUG=true to develop against "
            "your own services; docs/operations.md says how to run Peerloom in production."
        )
    return not given


def refuse_a_taken_port(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except (OSError, OverflowError) as problem:
            raise ServicesError(
                f"Cannot listen on {host}:{port} ({getattr(problem, 'strerror', problem)}). Stop "
                f"what uses that port, or choose another: make run PORT={port + 1}"
            ) from problem


def prepare() -> list[str]:
    """Migrate, and load demo data into an empty database; returns the demo logins there are."""
    command = launched([PYTHON, "-m", "config.prepare"])
    done = subprocess.run(
        command, stdout=subprocess.PIPE, text=True, start_new_session=True, check=False
    )
    if done.returncode != 0:
        raise ServicesError("The database could not be prepared; the reason stands above.")
    return done.stdout.split()


def answers(host: str, port: int) -> bool:
    connection = http.client.HTTPConnection(host, port, timeout=1)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def banner(address: str, logins: list[str], seconds: float) -> str:
    lines = ["", f"  Peerloom is ready at {address} (after {seconds:.1f} s)", ""]
    if logins:
        lines += ["  Sign in with the password peerloom-demo as", *(f"    {x}" for x in logins), ""]
    lines += [f"  Mail it sends: {address}/dev/outbox/", "  Ctrl-C stops everything.", ""]
    return "\n".join(lines)


@contextlib.contextmanager
def stop_signals() -> Iterator[None]:
    """Turn the first INT, TERM or HUP into StopRequested; the ones after it change nothing."""
    asked = False

    def stop(_number: int, _frame: FrameType | None) -> None:
        nonlocal asked
        if not asked:
            asked = True
            raise StopRequested

    for number in STOPPING:
        if signal.getsignal(number) != signal.SIG_IGN:  # nohup, or a job in the background
            signal.signal(number, stop)
    yield


def say(sentence: str) -> None:
    with contextlib.suppress(OSError):  # the terminal may be gone
        print(sentence, flush=True)


if __name__ == "__main__":
    sys.exit(main())
