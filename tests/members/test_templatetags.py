import datetime as dt
import re
import uuid
from types import SimpleNamespace

import pytest
import time_machine
from django import forms
from django.core.paginator import Paginator
from django.http import QueryDict
from django.template import Context, Template
from django.template.loader import render_to_string
from django.utils import timezone
from lucide import IconDoesNotExist

from members import words
from members.forms import PeerloomForm
from tests.factories import PersonFactory

NOW = dt.datetime(2026, 5, 12, 10, 0, tzinfo=dt.UTC)
BERLIN = words.zone_called("Europe/Berlin")


def drawn(source, **context):
    return Template(source).render(Context(context))


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (dt.datetime(2026, 5, 14, 13, 0, tzinfo=dt.UTC), "Thu 14 May, 15:00, in 2 days"),
        (dt.datetime(2026, 5, 12, 13, 0, tzinfo=dt.UTC), "today, 15:00"),
        (dt.datetime(2026, 5, 12, 10, 20, tzinfo=dt.UTC), "today, 12:20, in 20 minutes"),
        (dt.datetime(2026, 5, 12, 9, 59, tzinfo=dt.UTC), "today, 11:59, 1 minute ago"),
        (NOW, "today, 12:00, now"),
        (dt.datetime(2026, 5, 13, 13, 0, tzinfo=dt.UTC), "tomorrow, 15:00"),
        (dt.datetime(2026, 5, 11, 13, 0, tzinfo=dt.UTC), "yesterday, 15:00"),
        (dt.datetime(2026, 5, 9, 13, 0, tzinfo=dt.UTC), "Sat 9 May, 15:00, 3 days ago"),
        (dt.datetime(2026, 5, 26, 13, 0, tzinfo=dt.UTC), "Tue 26 May, 15:00"),
        (dt.datetime(2026, 12, 1, 13, 0, tzinfo=dt.UTC), "Tue 1 Dec, 14:00"),
        (dt.datetime(2027, 1, 4, 13, 0, tzinfo=dt.UTC), "Mon 4 Jan 2027, 14:00"),
    ],
)
def test_moment_is_said_as_people_say_it(moment, said):
    assert words.moment_in_words(moment, zone=BERLIN, now=NOW) == said


def test_moment_is_today_by_the_clock_of_its_reader():
    late = dt.datetime(2026, 5, 12, 23, 30, tzinfo=dt.UTC)

    said = {
        zone: words.moment_in_words(late, zone=words.zone_called(zone), now=NOW)
        for zone in ("UTC", "Europe/Berlin", "Pacific/Auckland")
    }

    assert said == {
        "UTC": "today, 23:30",
        "Europe/Berlin": "tomorrow, 01:30",
        "Pacific/Auckland": "tomorrow, 11:30",
    }


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (dt.date(2026, 5, 12), "today"),
        (dt.date(2026, 5, 13), "tomorrow"),
        (dt.date(2026, 5, 11), "yesterday"),
        (dt.date(2026, 5, 25), "Mon 25 May, in 13 days"),
        (dt.date(2026, 5, 26), "Tue 26 May"),
        (dt.date(2025, 5, 26), "Mon 26 May 2025"),
    ],
)
def test_day_is_said_as_people_say_it(day, said):
    assert words.day_in_words(day, today=dt.date(2026, 5, 12)) == said


@pytest.mark.parametrize("name", ["Mars/Olympus", "../../etc/passwd", "Europe", "x" * 400, "\0"])
def test_an_unknown_zone_is_utc(name):
    assert str(words.zone_called(name)) == "UTC"


@time_machine.travel(NOW, tick=False)
def test_when_carries_the_exact_value_in_the_active_zone():
    with timezone.override("America/New_York"):
        html = drawn("{% when moment %}", moment=dt.datetime(2026, 5, 14, 13, tzinfo=dt.UTC))

    assert html == (
        '<time datetime="2026-05-14T09:00:00-04:00"'
        ' title="Thursday 14 May 2026, 09:00 EDT (America/New_York)">'
        "Thu 14 May, 09:00, in 2 days</time>"
    )


@time_machine.travel(NOW, tick=False)
@pytest.mark.parametrize(("zone", "hour"), [("Asia/Tokyo", "22"), ("No/Where", "13")])
def test_when_follows_the_person_it_is_for(zone, hour):
    person = PersonFactory.build(time_zone=zone)
    moment = dt.datetime(2026, 5, 14, 13, tzinfo=dt.UTC)

    by_tag = drawn("{% when moment person=person capital=True %}", moment=moment, person=person)
    by_filter = drawn("{{ moment|human_moment:person }}", moment=moment, person=person)

    assert by_tag == by_filter
    assert re.findall(r"(\d\d):00, in", by_tag) == [hour]


@time_machine.travel(NOW, tick=False)
def test_days_and_capitals():
    html = drawn("{% when day capital=True %} {{ day|human_day }}", day=dt.date(2026, 5, 13))

    time = '<time datetime="2026-05-13" title="Wednesday 13 May 2026">'
    assert html == f"{time}Tomorrow</time> {time}tomorrow</time>"


def test_mail_says_the_exact_moment_in_plain_words():
    person = PersonFactory.build(time_zone="Europe/Berlin")
    moment = dt.datetime(2026, 11, 26, 14, tzinfo=dt.UTC)

    text = drawn("{{ moment|plain_moment:person }}", moment=moment, person=person)

    assert text == "Thursday 26 November 2026, 15:00 CET (Europe/Berlin)"


def test_nothing_is_said_of_no_moment():
    source = "{% when x %}{{ x|human_moment }}{{ x|human_day }}{{ x|plain_moment }}{{ x|percent }}"

    assert drawn(source, x=None) == ""


def test_icon_is_hidden_from_screen_readers():
    html = drawn('{% icon "coffee" size=12 css="warm" x=-6 y=-6 %}')

    assert re.match(r"<svg[^>]*>", html)[0] == (
        '<svg width="12" height="12" viewBox="0 0 24 24" fill="none" stroke="currentColor"'
        ' stroke-width="2" stroke-linecap="round" stroke-linejoin="round" class="icon warm"'
        ' aria-hidden="true" focusable="false" x="-6" y="-6">'
    )


def test_an_unknown_icon_is_an_error():
    with pytest.raises(IconDoesNotExist):
        drawn('{% icon "no-such-thing" %}')


def test_once_gives_each_rendering_its_own_key():
    html = drawn("{% once %}{% once %}")

    keys = re.findall(r'<input type="hidden" name="form_key" value="([^"]+)">', html)
    assert [uuid.UUID(key).version for key in keys] == [4, 4]
    assert keys[0] != keys[1]


def test_avatar_is_silent_beside_a_name_and_speaks_alone():
    person = PersonFactory.build(name="Ama <Mensah>")

    html = drawn('{% avatar person %} {% avatar person size="small" named=True %}', person=person)

    assert html == (
        '<span class="avatar" aria-hidden="true">A&lt;</span> '
        '<span class="avatar avatar-small" role="img" aria-label="Ama &lt;Mensah&gt;">A&lt;</span>'
    )


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("{{ 0.485|percent }}", "49\u00a0%"),
        ("{{ 0.4849|percent }}", "48\u00a0%"),
        ("{{ 70|percent:100 }}", "70\u00a0%"),
        ("{{ 0|percent }}", "0\u00a0%"),
        ('{{ 0|counted:"circle,circles" }}', "no circles"),
        ('{{ 1|counted:"person,people" }}', "1 person"),
        ('{{ 1240|counted:"person,people" }}', "1,240 people"),
        ('{{ 2|counted:"seat" }}', "2 seats"),
        ("{{ 1240|grouped }}", "1,240"),
    ],
)
def test_numbers_are_said_as_people_say_them(source, said):
    assert drawn(source) == said


class Promise(PeerloomForm):
    seen_by = {"text": "Your circle sees this."}

    text = forms.CharField(label="You promise to", help_text="One sentence.", max_length=5)
    mood = forms.ChoiceField(choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)


class Private(PeerloomForm):
    seen_by = "Only you see this."

    one = forms.CharField()
    two = forms.CharField()


def test_field_is_described_by_its_help_its_readers_and_its_error():
    form = Promise({"text": "far too long", "mood": "a"})

    html = form["text"].as_field_group()

    described = re.search(r'aria-describedby="([^"]+)"', html)[1].split()
    assert described == ["id_text_helptext", "id_text_seen_by", "id_text_error"]
    assert [html.count(f'id="{name}"') for name in described] == [1, 1, 1]
    assert re.findall(r'aria-invalid="(\w+)"', html) == ["true"]


def test_error_summary_leads_to_each_field():
    form = Promise({"text": ""})

    html = str(form)

    links = re.findall(r'<a href="#([^"]+)">', html)
    assert links == ["id_text", "id_mood_0"]
    assert [html.count(f'id="{link}"') for link in links] == [1, 1]
    assert re.findall(r"Please check (.+?)</h2>", html) == ["2 things"]


def test_form_without_errors_has_no_summary():
    assert "error-summary" not in str(Promise())


def test_a_sentence_for_the_whole_form_is_said_once():
    assert str(Private()).count("Only you see this.") == 1


def test_a_sentence_for_the_whole_form_is_said_at_a_field_that_stands_alone():
    assert Private()["two"].as_field_group().count("Only you see this.") == 1


def test_pagination_keeps_the_filters_of_the_address():
    page = Paginator(range(1240), 25).page(7)

    html = render_to_string(
        "components/pagination.html",
        {"page": page, "query": QueryDict("unit=eng&page=7"), "noun": "person,people"},
    )

    addresses = re.findall(r'href="([^"]+)"', html)
    assert addresses == [f"?unit=eng&amp;page={n}" for n in (6, 1, 6, 8, 50, 8)]
    assert "151–175 of 1,240 people" in html


def test_pagination_of_one_page_is_nothing():
    html = render_to_string("components/pagination.html", {"page": Paginator([1], 25).page(1)})

    assert html.strip() == ""


def test_fragment_replaces_what_the_message_region_says():
    messages = [SimpleNamespace(level_tag="success", __str__=lambda self: "Done")]

    html = render_to_string("components/messages.html", {"messages": messages, "out_of_band": True})

    assert html.count('id="messages"') == 1
    assert html.count('hx-swap-oob="innerHTML"') == 1
    assert html.count("message-success") == 1


def test_hidden_cell_says_why_even_where_it_is_short():
    html = render_to_string("components/heat_cell.html", {"hidden": "fewer than 5 people"})

    assert re.sub(r"<[^>]+>", "", html).strip() == "hidden: fewer than 5 people"


def test_heat_cell_without_data_is_not_hidden():
    html = render_to_string("components/heat_cell.html", {"value": None, "span": "1,5"})

    assert html.strip() == '<td class="heat-none">no data</td>'


@pytest.mark.parametrize("kind", ["html", "txt"])
def test_mail_holds_everything_it_was_given(kind):
    said = {
        "heading": "Your circle meets",
        "paragraphs": ["First & last.", "Second."],
        "facts": [("When", "Thursday"), ("Where", "Room <Baltic>")],
        "button_url": "https://peerloom.example.org/m/1/?a=1&b=2",
        "button_label": "Say whether you come",
        "closing": "See you.",
        "why": "You are a member.",
        "why_url": "https://peerloom.example.org/p/",
        "why_label": "Change it",
    }

    mail = render_to_string(f"email/base.{kind}", said)

    plain = mail.replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">")
    wanted = [*said["paragraphs"], *(text for fact in said["facts"] for text in fact)]
    wanted += [said[name] for name in said if name not in ("paragraphs", "facts")]
    assert [text for text in wanted if text not in plain] == []
    assert ("&amp;" in mail) == (kind == "html")


def test_mail_leaves_out_what_it_was_not_given():
    mail = render_to_string("email/base.html", {"heading": "Hello", "paragraphs": ["One."]})

    assert 'class="go"' not in mail
    assert "<a " not in mail


def test_day_is_counted_from_the_today_that_is_given():
    there = dt.date(2026, 11, 26)

    html = drawn("{{ day|human_day:today }}", day=there, today=there)

    assert html.endswith(">today</time>")
