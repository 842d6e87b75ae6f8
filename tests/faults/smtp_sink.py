"""A mail server that takes everything, slowly, and keeps which Message-IDs it took, in order."""

import asyncio
import logging
from email import message_from_bytes

from aiosmtpd.controller import Controller


class Keeper:
    """What it has kept it has taken, whether or not the sender lives to hear the answer."""

    def __init__(self, seconds):
        self.taken, self.seconds = [], seconds

    async def handle_DATA(self, server, session, envelope):  # noqa: N802  aiosmtpd's name
        self.taken.append(message_from_bytes(envelope.content)["Message-ID"])
        await asyncio.sleep(self.seconds)
        return "250 OK"


class Sink(Controller):
    """Listens on a free port of this machine while it is entered."""

    def __init__(self, *, seconds=0.0):
        super().__init__(Keeper(seconds), hostname="127.0.0.1", port=0)
        logging.getLogger("mail.log").setLevel(logging.ERROR)  # it tells every command

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()

    def _trigger_server(self):
        # It would call itself up to see that it listens, but at the port 0 that it was given.
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()

    @property
    def taken(self):
        return self.handler.taken
