"""Follow every link that each role finds: nothing is missing or broken, every form can be sent."""

import re
from collections import Counter
from html.parser import HTMLParser
from io import StringIO
from urllib.parse import urljoin, urlsplit

import pytest
from django.core.management import call_command
from django.test import Client

from members.models import Member

PAGES_OF_A_KIND = 2


class Page(HTMLParser):
    """The links and the forms of a page."""

    def __init__(self, html):
        super().__init__()
        self.links, self.forms, self.ids = [], [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if "id" in given:
            self.ids.append(given["id"])
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        if tag == "form":
            self.forms.append({"method": given.get("method", "get").lower(), "names": set()})
        if tag in {"input", "button", "select", "textarea"} and self.forms:
            self.forms[-1]["names"].add(given.get("name"))


def kind_of(url):
    return re.sub(r"\d+", "N", urlsplit(url).path)


def is_ours(link):
    """Within the product: the pages for its developers show samples and other people's mail."""
    return link.startswith("/") and not link.startswith(("/styleguide/", "/dev/"))


def crawl(client):
    """Every page within reach of the home page, a few of each kind, as (address, response)."""
    waiting, seen, kinds = ["/"], set(), Counter()
    while waiting:
        url = waiting.pop(0)
        if url in seen or kinds[kind_of(url)] >= PAGES_OF_A_KIND:
            continue
        seen.add(url)
        kinds[kind_of(url)] += 1
        response = client.get(url, follow=True)
        yield url, response
        if response.status_code == 200 and response["Content-Type"].startswith("text/html"):
            links = (urljoin(url, link) for link in Page(response.content.decode()).links)
            waiting += [link.partition("#")[0] for link in links if is_ours(link)]


@pytest.mark.django_db
def test_every_link_leads_somewhere_and_every_form_can_be_sent(settings):
    settings.DEBUG = True  # demo data exists in development only
    call_command("seed_demo", members=60, seed=3, stdout=StringIO())
    settings.DEBUG = False
    problems = []

    for role in ("member", "facilitator", "hr", "organiser"):
        client = Client(raise_request_exception=False)
        client.force_login(Member.objects.get(email=f"{role}@demo.peerloom.test"))
        for url, response in crawl(client):
            if response.status_code != 200:
                problems.append((role, url, response.status_code))
                continue
            if not response["Content-Type"].startswith("text/html"):
                continue
            page = Page(response.content.decode())
            doubled = [name for name, count in Counter(page.ids).items() if count > 1]
            problems += [(role, url, "an id twice", name) for name in doubled]
            problems += [
                (role, url, "a form without its CSRF token", sorted(filter(None, form["names"])))
                for form in page.forms
                if form["method"] == "post" and "csrfmiddlewaretoken" not in form["names"]
            ]

    assert not problems, "\n".join(map(str, problems))
