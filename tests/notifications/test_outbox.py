import pytest
from django.core.mail import EmailMultiAlternatives
from django.urls import reverse

from notifications import outbox


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.OUTBOX_DIR = tmp_path / "outbox"


def send(subject="Résumé ✓", to="ama@example.test"):
    mail = EmailMultiAlternatives(subject, "Plain words", to=[to])
    mail.attach_alternative("<p>Rich words</p>", "text/html")
    outbox.OutboxBackend().send_messages([mail])


def test_outbox_keeps_what_was_sent():
    send()

    [name] = outbox.names()
    mail = outbox.read(name)

    assert (mail.to, mail.subject) == ("ama@example.test", "Résumé ✓")
    assert mail.text.strip() == "Plain words"
    assert mail.html.strip() == "<p>Rich words</p>"


@pytest.mark.parametrize("name", ["..", "../../etc/passwd", "20240101000000-zz", ""])
def test_outbox_reads_no_other_file(name):
    with pytest.raises(FileNotFoundError):
        outbox.read(name)


@pytest.mark.django_db
def test_outbox_page_lists_and_opens_mails(client):
    send()
    [name] = outbox.names()

    listed = client.get(reverse("outbox:list"))
    opened = client.get(reverse("outbox:mail", args=[name]))
    rich = client.get(reverse("outbox:html", args=[name]))

    assert [mail.subject for mail in listed.context["mails"]] == ["Résumé ✓"]
    assert opened.context["mail"].subject == "Résumé ✓"
    assert rich.content.decode().strip() == "<p>Rich words</p>"
    assert "script-src" not in rich["Content-Security-Policy"]
    assert "default-src 'none'" in rich["Content-Security-Policy"]


@pytest.mark.django_db
def test_outbox_page_of_an_unknown_mail_is_missing(client):
    response = client.get(reverse("outbox:mail", args=["nothing"]))

    assert response.status_code == 404


@pytest.mark.django_db
def test_empty_outbox_says_what_will_come(client):
    response = client.get(reverse("outbox:list"))

    assert response.context["mails"] == []


@pytest.mark.django_db
def test_outbox_of_many_mails_has_pages(client):
    for number in range(26):
        send(f"Mail {number}")

    page = client.get(reverse("outbox:list")).content.decode()

    assert page.count("1–25 of 26 mails") == 1
