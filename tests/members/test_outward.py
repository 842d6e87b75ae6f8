"""Addresses that people type: what is refused before we connect, and what an answer may be."""

import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
import urllib3

from members import outward
from members.outward import NotAllowed, NotFetched, Reply, fetch, is_public, post

PUBLIC = "93.184.215.14"


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        (PUBLIC, True),
        ("2606:2800:21f:cb07::1", True),
        ("64:ff9b::5db8:d70e", True),  # NAT64 of the public one
        ("::ffff:93.184.215.14", True),
        ("127.0.0.1", False),
        ("127.255.255.254", False),
        ("0.0.0.0", False),  # noqa: S104  an address to refuse, not to listen at
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("172.31.255.255", False),
        ("192.168.1.1", False),
        ("100.64.0.1", False),  # behind a provider's NAT
        ("100.100.100.200", False),  # metadata of a cloud
        ("169.254.169.254", False),  # metadata of most clouds
        ("168.63.129.16", False),  # a cloud's inner service
        ("192.0.0.192", False),
        ("192.0.2.1", False),
        ("192.88.99.1", False),
        ("198.18.0.1", False),
        ("224.0.0.1", False),
        ("240.0.0.1", False),
        ("255.255.255.255", False),
        ("::1", False),
        ("::", False),
        ("::7f00:1", False),  # 127.0.0.1, the old way
        ("::ffff:127.0.0.1", False),
        ("::ffff:a9fe:a9fe", False),
        ("64:ff9b::7f00:1", False),
        ("64:ff9b:1::7f00:1", False),
        ("2002:7f00:1::", False),  # 6to4
        ("2001::1", False),  # Teredo
        ("2001:db8::1", False),
        ("fe80::1%eth0", False),
        ("fec0::1", False),
        ("fc00::1", False),
        ("fd00:ec2::254", False),
        ("ff02::1", False),
        ("not an address", False),
    ],
)
def test_only_addresses_of_the_public_internet_are_public(address, expected):
    assert is_public(address) is expected


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://calendar.test/a.ics", "Only addresses that begin with https"),
        ("ftp://calendar.test/", "Only addresses that begin with https"),
        ("file:///etc/passwd", "Only addresses that begin with https"),
        ("gopher://calendar.test/", "Only addresses that begin with https"),
        ("", "Only addresses that begin with https"),
        ("https://me:secret@calendar.test/", "Leave the name and password out"),
        ("https://me@calendar.test/", "Leave the name and password out"),
        ("https://calendar.test:8443/", "Only addresses at the usual port"),
        ("https://calendar.test:99999/", "This is not a web address"),
        ("https:///a.ics", "Only addresses at the usual port"),
        ("https://calendar.test\r\nHost: inner/", "This is not a web address"),
        ("https://calendar.test\\@inner/", "This is not a web address"),
        ("https://[::1/", "This is not a web address"),
        ("https://" + "a" * 70 + ".test/", "This is not a web address"),
        ("https://calendar.test/" + "a" * 2000, "This is not a web address"),
    ],
)
def test_other_addresses_are_refused_before_anything_is_looked_up(url, said, monkeypatch):
    monkeypatch.setattr(outward, "_resolve", None)

    with pytest.raises(NotFetched, match=said):
        fetch(url, limit=1000, timeout=1)


@pytest.mark.parametrize("addresses", [["127.0.0.1"], [PUBLIC, "10.0.0.1"], ["::ffff:10.0.0.1"]])
def test_host_with_any_inner_address_is_refused(addresses, monkeypatch):
    monkeypatch.setattr(outward, "_resolve", lambda *_: addresses)
    monkeypatch.setattr(outward, "_connection", None)

    with pytest.raises(NotFetched, match="lies inside a network"):
        fetch("https://calendar.test/", limit=1000, timeout=1)


@pytest.mark.parametrize("address", ["https://2130706433/", "https://0x7f.1/", "https://127.1/"])
def test_numbers_that_mean_this_machine_are_refused(address):
    with pytest.raises(NotFetched, match=r"inside a network|No such host"):
        fetch(address, limit=1000, timeout=2)


def test_unknown_host_is_said(monkeypatch):
    def unknown(*_):
        raise OSError

    monkeypatch.setattr(outward, "_resolve", unknown)

    with pytest.raises(NotFetched, match="No such host"):
        fetch("https://nowhere.test/", limit=1000, timeout=1)


def test_connection_goes_to_the_checked_address_with_the_hosts_certificate():
    target = outward._target("webcal://calendar.test/a.ics?key=1")

    connection = outward._connection(PUBLIC, target, 1)

    assert (connection.host, connection.port) == (PUBLIC, 443)
    assert connection.server_hostname == connection.assert_hostname == "calendar.test"
    assert connection.cert_reqs == "CERT_REQUIRED"
    assert connection.proxy is None


class Answers(BaseHTTPRequestHandler):
    """A server that answers by the path it is asked for."""

    def do_GET(self):
        self.server.seen.append((self.headers["Host"], self.path))
        getattr(self, self.path.split("?")[0].strip("/").replace("-", "_"))()

    def ok(self):
        self.answer(200, b"BEGIN:VCALENDAR")

    def large(self):
        self.answer(200, b"x" * 5000)

    def endless(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"x" * 5000)

    def packed(self):
        self.answer(200, b"x", {"Content-Encoding": "gzip"})

    def missing(self):
        self.answer(404, b"")

    def on(self):
        self.answer(302, b"", {"Location": "/ok"})

    def round(self):
        self.answer(302, b"", {"Location": "/round"})

    def inside(self):
        self.answer(302, b"", {"Location": "https://inner.test/ok"})

    def downgrade(self):
        self.answer(302, b"", {"Location": "http://calendar.test/ok"})

    def slow(self):
        self.server.released.wait(3)

    def dribble(self):
        self.wfile.write(b"HTTP/1.1 200 OK\r\n")
        while not self.server.released.wait(0.05):
            self.wfile.write(b"X: y\r\n")

    def junk(self):
        self.wfile.write(b"\x00\x01 nothing like HTTP\r\n\r\n")

    def answer(self, status, body, headers=()):
        self.send_response(status)
        for name, value in dict(headers, **{"Content-Length": len(body)}).items():
            self.send_header(name, str(value))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        self.server.seen.append((self.headers["Content-Type"], self.body()))
        getattr(self, self.path.strip("/").replace("-", "_"))()

    def busy(self):
        self.answer(429, b"wait", {"Retry-After": "30"})

    def body(self):
        return self.rfile.read(int(self.headers["Content-Length"]))

    def log_message(self, *_):
        pass


@contextmanager
def serving(monkeypatch):
    """The server, without TLS, reached in place of whatever public address was checked."""
    server = HTTPServer(("127.0.0.1", 0), Answers)
    server.seen, server.released = [], threading.Event()
    server.handle_error = lambda *_: None
    inner = {"inner.test": ["10.0.0.7"]}
    monkeypatch.setattr(outward, "_resolve", lambda host, _: inner.get(host, [PUBLIC]))
    monkeypatch.setattr(
        outward,
        "_connection",
        lambda _address, _target, timeout: urllib3.connection.HTTPConnection(
            "127.0.0.1", server.server_port, timeout=timeout
        ),
    )
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.released.set()
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.mark.parametrize("path", ["ok", "on"])
def test_calendar_is_read_also_behind_a_redirect(path, monkeypatch):
    with serving(monkeypatch) as server:
        body = fetch(f"webcal://calendar.test/{path}?key=1", limit=1000, timeout=5)

    assert body == b"BEGIN:VCALENDAR"
    assert server.seen[0] == ("calendar.test", f"/{path}?key=1")


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("large", "answers with more than 1 KB"),
        ("endless", "answers with more than 1 KB"),
        ("packed", "packed content"),
        ("missing", "answered with an error, 404"),
        ("round", "leads on and on"),
        ("inside", "lies inside a network"),
        ("downgrade", "Only addresses that begin with https"),
        ("junk", "could not be reached safely"),
    ],
)
def test_other_answers_are_refused_in_words(path, said, monkeypatch):
    with serving(monkeypatch), pytest.raises(NotFetched, match=said):
        fetch(f"https://calendar.test/{path}", limit=1024, timeout=5)


@pytest.mark.parametrize("path", ["slow", "dribble"])
def test_time_is_bounded_as_a_whole(path, monkeypatch):
    with serving(monkeypatch), pytest.raises(NotFetched, match="took too long"):
        fetch(f"https://calendar.test/{path}", limit=1024, timeout=0.3)


@pytest.mark.parametrize(
    ("path", "reply"),
    [
        ("ok", Reply(200, b"BEGIN:VCALENDAR")),
        ("missing", Reply(404, b"")),
        ("busy", Reply(429, b"wait", retry_after=30)),
        ("on", Reply(302, b"")),  # and not followed
        ("large", Reply(200, b"x" * 1024)),
    ],
)
def test_posting_tells_what_was_said(path, reply, monkeypatch):
    with serving(monkeypatch) as server:
        said = post(
            f"https://hook.test/{path}",
            b"{}",
            headers={"Content-Type": "application/json"},
            limit=1024,
        )

    assert said == reply
    assert server.seen == [("application/json", b"{}")]


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("http://hook.test/ok", NotAllowed),
        ("https://inner.test/ok", NotAllowed),
        ("https://hook.test/slow", NotFetched),
        ("https://hook.test/junk", NotFetched),
    ],
)
def test_posting_fails_for_good_only_where_we_never_connect(url, problem, monkeypatch):
    with serving(monkeypatch), pytest.raises(NotFetched) as failed:
        post(url, b"{}", headers={}, timeout=0.3)

    assert failed.type is problem
