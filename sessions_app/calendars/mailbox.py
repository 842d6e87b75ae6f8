"""The mailbox to which calendars answer, read over IMAP."""

import contextlib
import imaplib
import logging
import re
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

from django.conf import settings

from sessions_app.calendars.replies import LARGEST_MAIL, take

logger = logging.getLogger(__name__)

AT_ONCE = 100
TIMEOUT = 20
SIZE = re.compile(rb"RFC822\.SIZE ([0-9]+)")


def read_mailbox() -> int:
    """Take the answers of all unread mails and mark them read; returns how many were taken.

    Without REPLY_IMAP_URL there is nothing to do. A mailbox out of reach is tried again next time.
    """
    if not settings.REPLY_IMAP_URL:
        return 0
    taken = 0
    try:
        with _mailbox(settings.REPLY_IMAP_URL) as mailbox:
            _, found = mailbox.search(None, "UNSEEN")
            for number in found[0].split()[:AT_ONCE]:
                taken += _read(mailbox, number.decode())
    except (OSError, imaplib.IMAP4.error) as problem:
        logger.warning("the mailbox of answers cannot be read: %s", problem)
    return taken


def _read(mailbox: imaplib.IMAP4, number: str) -> int:
    """One mail. It is marked only when it was taken, so that a failing database loses none."""
    taken = 0
    _, sized = mailbox.fetch(number, "(RFC822.SIZE)")
    size = SIZE.search(sized[0] if isinstance(sized[0], bytes) else b"")
    if size and int(size[1]) <= LARGEST_MAIL:
        _, parts = mailbox.fetch(number, "(BODY.PEEK[])")
        taken = sum(take(part[1]) for part in parts if isinstance(part, tuple))
    else:
        logger.info("left a mail alone: it is too large for an answer")
    mailbox.store(number, "+FLAGS", "\\Seen")
    return taken


@contextlib.contextmanager
def _mailbox(url: str) -> Iterator[imaplib.IMAP4]:
    """Signed in, with the folder of the address open; INBOX when it names none."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme == "imaps":
        mailbox: imaplib.IMAP4 = imaplib.IMAP4_SSL(host, parts.port or 993, timeout=TIMEOUT)
    else:
        mailbox = imaplib.IMAP4(host, parts.port or 143, timeout=TIMEOUT)
    try:
        mailbox.login(unquote(parts.username or ""), unquote(parts.password or ""))
        answered, _ = mailbox.select(unquote(parts.path.strip("/")) or "INBOX")
        if answered != "OK":
            raise imaplib.IMAP4.error("the folder cannot be opened")
        yield mailbox
    finally:
        with contextlib.suppress(OSError, imaplib.IMAP4.error):
            mailbox.logout()
