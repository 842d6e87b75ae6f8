"""A mail server that takes everything, and tells who asks which Message-IDs it took, in order."""

import re
import socketserver
import threading
import time

MESSAGE_ID = re.compile(rb"^Message-ID:\s*(<[^>]+>)", re.IGNORECASE | re.MULTILINE)


class Session(socketserver.StreamRequestHandler):
    """One connection, as far as smtplib talks."""

    def handle(self):
        self.say("220 sink")
        while line := self.rfile.readline():
            word = line[:4].upper().strip()
            if word == b"DATA":
                self.say("354 go on")
                self.server.take(self.body())
            if word == b"EHLO":
                self.wfile.write(b"250-sink\r\n")
            self.say("221 bye" if word == b"QUIT" else "250 ok")
            if word == b"QUIT":
                return

    def body(self):
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line)
        return b"".join(lines)

    def say(self, words):
        self.wfile.write(words.encode() + b"\r\n")


class Sink(socketserver.ThreadingTCPServer):
    """Listens on a free port of this machine while it is entered."""

    allow_reuse_address = daemon_threads = True
    # A worker that is killed cuts its connection: that is what the test is about.
    handle_error = lambda self, request, address: None  # noqa: E731  one name, one line

    def __init__(self, *, seconds=0.0):
        super().__init__(("127.0.0.1", 0), Session)
        self.taken, self.seconds = [], seconds

    def __enter__(self):
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()

    def take(self, mail):
        self.taken.append(MESSAGE_ID.search(mail)[1].decode())
        time.sleep(self.seconds)
