"""Watches over the processes of `make run`: their logs, their lives and their end."""

import os
import selectors
import sys
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from signal import SIGQUIT, SIGTERM
from subprocess import PIPE

from config.embedded import Services
from config.processes import Process, spawn, stop, undisturbed

COLOURS = {"web": 36, "worker": 33, "beat": 32}
PATIENCE_SECONDS = 3
TICK_SECONDS = 0.2


class ChildEnded(Exception):
    """A process that should have stayed has ended; the message names it and its last lines."""


class OutputGone(Exception):
    """Whoever read our output is no longer there."""


@dataclass
class Child:
    """A process whose output we show."""

    name: str
    process: Process
    unfinished: bytes = b""
    last_lines: deque[str] = field(default_factory=lambda: deque(maxlen=15))

    def report(self) -> str:
        lines = "\n".join(f"  {line}" for line in self.last_lines)
        return f"{self.name} has ended ({self.process.returncode}). Its last lines:\n{lines}"


class Supervisor:
    """Starts children, shows their output line by line, and stops them in good order."""

    def __init__(self, services: Services | None) -> None:
        self.services = services
        self.children: list[Child] = []
        self.outputs = selectors.DefaultSelector()
        self.coloured = sys.stdout.isatty() and not os.environ.get("NO_COLOR")

    def start(self, name: str, command: list[str], *, death_signal: int = SIGTERM) -> None:
        environment = os.environ | {"PYTHONUNBUFFERED": "1"}
        if os.geteuid() == 0:  # in development that is a container or a sandbox
            environment["PYTHONWARNINGS"] = "ignore:You're running the worker with superuser"
        process = spawn([*command], output=PIPE, death_signal=death_signal, environment=environment)
        child = Child(name, process)
        self.children.append(child)
        if process.stdout:
            self.outputs.register(process.stdout, selectors.EVENT_READ, child)

    def watch(self, until: Callable[[], bool] = lambda: False) -> None:
        """Show output until the condition holds. Raises ChildEnded when a process is lost."""
        while not until():
            self._show_output()
            for child in self.children:
                if child.process.poll() is not None:
                    self._show_output()
                    raise ChildEnded(child.report())
            if self.services and (lost := self.services.ended()):
                raise ChildEnded(lost)

    @undisturbed()
    def stop(self) -> None:
        """Web and beat first, so that nothing new begins; then the worker, which may finish."""
        self._stop([child for child in self.children if child.name != "worker"])
        self._stop([child for child in self.children if child.name == "worker"])
        for key in [*self.outputs.get_map().values()]:
            self._close_output(key.data)
        self.outputs.close()

    def _stop(self, children: list[Child]) -> None:
        for child in children:
            if child.process.poll() is None:
                child.process.send_signal(SIGTERM)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline and any(c.process.poll() is None for c in children):
            with suppress(OutputGone):
                self._show_output()
        for child in children:
            stop(child.process, (SIGQUIT, 1))

    def _show_output(self) -> None:
        for key, _ in self.outputs.select(TICK_SECONDS):
            child: Child = key.data
            data = os.read(key.fd, 65536)
            if not data:
                self._close_output(child)
            *lines, child.unfinished = (child.unfinished + data).split(b"\n")
            for line in lines:
                if text := line.decode(errors="replace").rstrip():
                    self._show(child, text)

    def _close_output(self, child: Child) -> None:
        if child.process.stdout:
            self.outputs.unregister(child.process.stdout)
            child.process.stdout.close()

    def _show(self, child: Child, line: str) -> None:
        child.last_lines.append(line)
        name = f"{child.name:<7}"
        if self.coloured:
            name = f"\033[{COLOURS[child.name]}m{name}\033[0m"
        try:
            print(f"{name}│ {line}", flush=True)
        except OSError as problem:
            raise OutputGone from problem
