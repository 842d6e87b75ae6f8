"""A screen of a live meeting, as small as a browser can be: one connection, one question at a time.

Written on bare streams, because the client shares two processors with the server it measures.
"""

import asyncio
import gzip
import re
import time
from dataclasses import dataclass, field
from random import Random
from urllib.parse import urlencode

POLL_SECONDS, PATIENCE_SECONDS = 1.5, 20
# Any value will do, as long as cookie and header agree.
CSRF = "benchbenchbenchbenchbenchbench12"
SEEN = re.compile(rb'name="seen"[^>]*value="([^"]+)"')


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes
    milliseconds: float


@dataclass
class Log:
    """What all screens have been answered."""

    polls: list[Answer] = field(default_factory=list)
    moves: list[Answer] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    reconnections: int = 0


@dataclass
class Screen:
    """Polls one meeting; a driver's screen also moves it."""

    port: int
    session: str
    log: Log
    etag: str = ""
    seen: str = ""
    streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def poll(self, address: str) -> None:
        headers = {"If-None-Match": self.etag} if self.etag else {}
        if answer := await self._ask("GET", address, headers):
            self._keep(answer)
            self.log.polls.append(answer)

    async def post(self, address: str, form: str = "") -> Answer | None:
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Content-Length": str(len(form)),
            "X-CSRFToken": CSRF,
        }
        answer = await self._ask("POST", address, headers, form.encode())
        if answer:
            self._keep(answer)
        return answer

    def _keep(self, answer: Answer) -> None:
        if answer.status == 200:
            self.etag = answer.headers.get("etag", "")
            if found := SEEN.search(answer.body):
                self.seen = found[1].decode()
        elif answer.status != 304:
            self.log.errors.append(f"status {answer.status}")

    async def _ask(
        self, method: str, address: str, headers: dict[str, str], body: bytes = b""
    ) -> Answer | None:
        """The answer, or none when the connection fails twice; a worker's renewal costs one."""
        head = {
            "Host": f"127.0.0.1:{self.port}",
            "Cookie": f"sessionid={self.session}; csrftoken={CSRF}",
            "Accept-Encoding": "gzip",
            "HX-Request": "true",
        } | headers
        lines = [f"{method} {address} HTTP/1.1", *(f"{key}: {head[key]}" for key in head)]
        sent = "\r\n".join([*lines, "", ""]).encode() + body
        for _ in range(2):
            try:
                return await asyncio.wait_for(self._exchange(sent), PATIENCE_SECONDS)
            except (OSError, EOFError, TimeoutError) as problem:
                said = type(problem).__name__
                self.log.reconnections += 1
                self.close()
        self.log.errors.append(said)
        return None

    async def _exchange(self, sent: bytes) -> Answer:
        started = time.perf_counter()
        if self.streams is None:
            self.streams = await asyncio.open_connection("127.0.0.1", self.port)
        reader, writer = self.streams
        writer.write(sent)
        status, headers = _head(await reader.readuntil(b"\r\n\r\n"))
        body = b"" if status == 304 else await _body(reader, headers)
        taken = (time.perf_counter() - started) * 1000
        if headers.get("connection") == "close":
            self.close()
        if headers.get("content-encoding") == "gzip":
            body = gzip.decompress(body)
        return Answer(status, headers, body, taken)

    def close(self) -> None:
        if self.streams:
            self.streams[1].close()
            self.streams = None


def _head(data: bytes) -> tuple[int, dict[str, str]]:
    first, *lines = data.decode("latin-1").split("\r\n")
    pairs = (line.partition(": ") for line in lines if line)
    return int(first.split()[1]), {key.lower(): value for key, _, value in pairs}


async def _body(reader: asyncio.StreamReader, headers: dict[str, str]) -> bytes:
    if headers.get("transfer-encoding") != "chunked":
        return await reader.readexactly(int(headers.get("content-length", 0)))
    parts = []
    while length := int(await reader.readline(), 16):
        parts.append(await reader.readexactly(length))
        await reader.readline()
    await reader.readline()
    return b"".join(parts)


async def watch(screen: Screen, address: str, *, until: float, dice: Random) -> None:
    """Poll at a steady pace until the end; each screen began at another moment."""
    due = time.monotonic() + dice.random() * POLL_SECONDS
    while due < until:
        await asyncio.sleep(due - time.monotonic())
        await screen.poll(address)
        due = max(due + POLL_SECONDS, time.monotonic())


async def drive(screen: Screen, address: str, *, every: float, until: float, dice: Random) -> None:
    """Move the meeting on every so many seconds, over a connection of its own."""
    presser = Screen(screen.port, screen.session, screen.log, seen=screen.seen)
    due = time.monotonic() + dice.random() * every
    while due < until:
        await asyncio.sleep(due - time.monotonic())
        answer = await presser.post(address, urlencode({"way": "next", "seen": presser.seen}))
        if answer:
            screen.log.moves.append(answer)
        due += every
    presser.close()
