"""What a mail looks like when it is written out."""

import email
import email.policy
from dataclasses import replace

import pytest
from django.core.mail import SafeMIMEMultipart

from notifications import mail
from notifications.kinds import CalendarPart
from tests.factories import PersonFactory
from tests.notifications.conftest import LETTER

ID = "<reminder-7@peerloom.example>"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("letter", "parts"),
    [
        (LETTER, ["text/plain", "text/html"]),
        (
            replace(LETTER, calendar=CalendarPart("REQUEST", b"BEGIN:VCALENDAR")),
            ["text/plain", "text/html", "text/calendar", "application/ics"],
        ),
    ],
)
def test_a_mail_reads_back_as_it_was_written(letter, parts):
    letter = replace(letter, subject="Your circle\nmeets on " + "Ærøskøbing " * 9)

    raw = mail.build(letter, to=PersonFactory(name="Zoë"), message_id=ID).message().as_bytes()

    read = email.message_from_bytes(raw, policy=email.policy.default)
    assert read["Subject"].strip() == " ".join(letter.subject.split())
    assert read["Message-ID"] == ID
    assert [part.get_content_type() for part in read.walk() if not part.is_multipart()] == parts
    assert "Come along." in read.get_body(("plain",)).get_content()
    assert max(len(line) for line in raw.splitlines()) <= 998


@pytest.mark.django_db
@pytest.mark.parametrize("linesep", ["\n", "\r\n"])
def test_what_many_get_is_written_out_as_the_library_would(linesep):
    shared = mail.bodies(replace(LETTER, paragraphs=["From here to Ærøskøbing.", "word " * 300]))
    people = [PersonFactory(email="zoë@exämple.test"), PersonFactory()]

    mails = [mail.build(LETTER, to=each, message_id=ID, written=shared) for each in people]

    wholes = [each.message() for each in mails]
    raw = [whole.as_bytes(linesep=linesep) for whole in wholes]
    assert raw == [SafeMIMEMultipart.as_bytes(whole, linesep=linesep) for whole in wholes]
    assert raw[0].partition(linesep.encode() * 2)[2] == raw[1].partition(linesep.encode() * 2)[2]
    read = [email.message_from_bytes(each, policy=email.policy.default) for each in raw]
    assert [each["To"].addresses[0].domain for each in read] == [
        "xn--exmple-cua.test",
        "example.test",
    ]
