"""Reading an address that somebody typed, without letting it lead to where they must not reach.

Whoever types an address decides where our server connects to. So the name is resolved once, every
address it has must be one of the public internet, and the connection goes to exactly that address
(a second look-up could answer otherwise). Redirects are checked the same way. Time and size are
bounded as a whole, not step by step. Nothing is logged: an address may itself be a secret.
"""

import ipaddress
import re
import socket
import threading
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooSlow
from contextlib import closing, suppress
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

import urllib3
from urllib3.connection import HTTPSConnection

PORTS = frozenset({443})
MOST_REDIRECTS = 3
LONGEST_ADDRESS = 2000
CHUNK = 64 * 1024
REDIRECTS = frozenset({301, 302, 303, 307, 308})

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")
# Where is_global says yes, or says it only in some versions of Python: addresses for protocols,
# benchmarks and documentation, tunnels (which hide a second address), a cloud's inner service.
NEVER = tuple(
    ipaddress.ip_network(network)
    for network in (
        *("0.0.0.0/8", "100.64.0.0/10", "168.63.129.16/32", "192.0.0.0/24", "192.88.99.0/24"),
        *("198.18.0.0/15", "224.0.0.0/4", "240.0.0.0/4", "2001::/23", "2001:db8::/32"),
        *("2002::/16", "3fff::/20"),
    )
)


class NotFetched(Exception):
    """Why nothing was read from the address, in words meant for the person who typed it."""


class NotAllowed(NotFetched):
    """The same, of an address where we never connect: trying again is of no use."""


@dataclass(frozen=True)
class _Target:
    """An address taken apart: the host's name, its port, and what to ask it for."""

    host: str
    port: int
    path: str


@dataclass(frozen=True)
class Reply:
    """What an address said to what we posted there; `retry_after` in seconds, if it named any."""

    status: int
    body: bytes
    retry_after: int | None = None


@dataclass(frozen=True)
class _Asked:
    """What is asked of an address."""

    method: str = "GET"
    body: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class _Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def location(self) -> str | None:
        return self.headers.get("Location") if self.status in REDIRECTS else None


def fetch(url: str, *, limit: int, timeout: float) -> bytes:
    """What an https address answers: at most `limit` bytes, within `timeout` seconds in all.

    Also takes webcal addresses. Raises NotFetched, and nothing else, for whatever stands in the
    way: another scheme or port, a name and password in the address, a host inside a network, a
    certificate that is not the host's, too many redirects, too much, too slow, an error.
    """
    deadline = time.monotonic() + timeout
    for _ in range(MOST_REDIRECTS + 1):
        target = _target(url)
        address = _checked(target, deadline)
        answer = _ask(target, address, _Asked(), limit=limit, deadline=deadline)
        if answer.location is None:
            return _read(answer)
        url = urljoin(f"https://{target.host}:{target.port}{target.path}", answer.location)
    raise NotFetched("This address leads on and on to others. Copy the one where it ends.")


def post(
    url: str, body: bytes, *, headers: Mapping[str, str], limit: int = 10_000, timeout: float = 10
) -> Reply:
    """Post to an https address and return what it says, whatever its status; of a body that is
    longer, the first `limit` bytes. No redirect is followed.

    Raises NotAllowed for an address where we never connect, and NotFetched, which may pass, for
    one that cannot be reached now.
    """
    deadline = time.monotonic() + timeout
    target = _target(url)
    asked = _Asked("POST", body, headers)
    answer = _ask(target, _checked(target, deadline), asked, limit=limit, deadline=deadline)
    wait = answer.headers.get("Retry-After", "")
    return Reply(answer.status, answer.body, int(wait) if re.fullmatch(r"\d{1,6}", wait) else None)


def host_of(url: str) -> str:
    """The host of an address that somebody typed. Raises NotAllowed; looks nothing up."""
    return _target(url).host


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the public internet, also when another is hidden in it."""
    try:
        parsed: Address = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(parsed, ipaddress.IPv6Address):
        if inner := _inside(parsed):
            return is_public(str(inner))
        if parsed not in GLOBAL_UNICAST:
            return False
    if any(parsed.version == network.version and parsed in network for network in NEVER):
        return False
    return parsed.is_global and not parsed.is_multicast and not parsed.is_reserved


def _inside(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    if address in NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped


def _target(url: str) -> _Target:
    """The parts of an address. Raises NotAllowed for one that we do not read."""
    url = url.strip()
    if len(url) > LONGEST_ADDRESS or re.search(r"[\x00-\x20\x7f\\]", url):
        raise NotAllowed("This is not a web address. Copy it whole, without spaces.")
    try:
        parts = urlsplit(url)
        port = parts.port
        host = (parts.hostname or "").rstrip(".").encode("idna").decode("ascii")
    except ValueError:
        raise NotAllowed("This is not a web address. Copy it once more.") from None
    if parts.scheme.lower() not in ("https", "webcal", "webcals"):
        raise NotAllowed("Only addresses that begin with https:// or webcal:// can be read.")
    if parts.username is not None or parts.password is not None:
        raise NotAllowed("Leave the name and password out of the address: we do not keep any.")
    if not host or (port or 443) not in PORTS:
        raise NotAllowed("Only addresses at the usual port for https, 443, can be read.")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return _Target(host, port or 443, path.encode("ascii", "replace").decode("ascii"))


def _checked(target: _Target, deadline: float) -> str:
    """One address of the host, after looking at all of them. Raises NotFetched."""
    looking_up = ThreadPoolExecutor(max_workers=1)
    try:
        found = looking_up.submit(_resolve, target.host, target.port)
        addresses = found.result(timeout=max(0.01, deadline - time.monotonic()))
    except (OSError, UnicodeError, TooSlow):
        addresses = []
    finally:
        looking_up.shutdown(wait=False)
    if not addresses:
        raise NotFetched("No such host was found. Copy the address once more.")
    if not all(map(is_public, addresses)):
        raise NotAllowed("This address lies inside a network, where we do not look.")
    return addresses[0]


def _resolve(host: str, port: int) -> list[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


def _connection(address: str, target: _Target, timeout: float) -> urllib3.connection.HTTPConnection:
    """A connection to that very address, whose certificate must be the host's. No proxy."""
    return HTTPSConnection(
        address,
        target.port,
        timeout=timeout,
        server_hostname=target.host,
        assert_hostname=target.host,
        cert_reqs="CERT_REQUIRED",
    )


def _ask(target: _Target, address: str, asked: _Asked, *, limit: int, deadline: float) -> _Answer:
    left = deadline - time.monotonic()
    if left <= 0:
        raise NotFetched(_slow())
    connection = _connection(address, target, left)
    # A server that sends a byte now and then never lets one reading time out; this ends it.
    watch = threading.Timer(left, _hang_up, [connection])
    watch.daemon = True
    watch.start()
    try:
        with closing(connection):
            answer = _answer(connection, target, asked, limit)
    except NotFetched:
        raise
    except (OSError, urllib3.exceptions.HTTPError, ValueError, AttributeError) as problem:
        # An AttributeError is what reading meets when its socket is taken away from under it.
        is_late = time.monotonic() >= deadline or isinstance(problem, TimeoutError)
        raise NotFetched(_slow() if is_late else _failed()) from None
    except Exception:  # http.client has exceptions of its own that share no other base
        raise NotFetched(_failed()) from None
    finally:
        watch.cancel()
    if time.monotonic() >= deadline:
        # Who is hung up on may look like a server that has said all.
        raise NotFetched(_slow())
    return answer


def _answer(
    connection: urllib3.connection.HTTPConnection, target: _Target, asked: _Asked, limit: int
) -> _Answer:
    headers = {
        "Host": target.host,
        "Accept": "*/*",
        "Accept-Encoding": "identity",
        "User-Agent": "Peerloom",
        **asked.headers,
    }
    connection.request(
        asked.method, target.path, body=asked.body, headers=headers, preload_content=False
    )
    response = connection.getresponse()
    reads = asked.method == "GET"
    if reads and (response.status != 200 or _is_packed(response.headers)):
        return _Answer(response.status, dict(response.headers), b"")
    return _Answer(response.status, dict(response.headers), _body(response, limit, reads))


def _is_packed(headers: Mapping[str, str]) -> bool:
    return headers.get("Content-Encoding", "identity").lower() != "identity"


def _read(answer: _Answer) -> bytes:
    if answer.status != 200:
        raise NotFetched(f"The address answered with an error, {answer.status}.")
    if _is_packed(answer.headers):
        raise NotFetched("The address answers with packed content, which we do not open.")
    return answer.body


def _body(response: urllib3.BaseHTTPResponse, limit: int, is_all_wanted: bool) -> bytes:
    """All there is; where a part will do, at most `limit` bytes. Raises NotFetched for too much."""
    too_much = f"The address answers with more than {limit // 1024:,} KB."
    said = response.headers.get("Content-Length") or "0"
    if is_all_wanted and said.isdecimal() and int(said) > limit:
        raise NotFetched(too_much)
    body = bytearray()
    while chunk := response.read1(CHUNK, decode_content=False):
        body += chunk
        if len(body) > limit:
            if not is_all_wanted:
                return bytes(body[:limit])
            raise NotFetched(too_much)
    return bytes(body)


def _hang_up(connection: urllib3.connection.HTTPConnection) -> None:
    with suppress(OSError, AttributeError):
        connection.sock.shutdown(socket.SHUT_RDWR)


def _slow() -> str:
    return "The address took too long to answer. Try again later."


def _failed() -> str:
    return "The address could not be reached safely. Copy it once more, or try again later."
