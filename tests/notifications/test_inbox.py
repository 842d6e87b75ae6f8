import pytest
from django.urls import reverse

from notifications.models import Notice
from tests.factories import PersonFactory

pytestmark = pytest.mark.django_db


def notice(person, title="Soon", **fields):
    return Notice.objects.create(person=person, kind="test", title=title, **fields)


@pytest.mark.parametrize("count", [1, 4])
def test_inbox_queries_do_not_grow(client, count, django_assert_num_queries):
    person = PersonFactory()
    for number in range(count):
        notice(person, f"Message {number}", text="Come along.", url="/circles/")
    notice(PersonFactory(), "Not theirs")
    client.force_login(person)
    client.get(reverse("notifications:inbox"))

    # person with how much is unread, is facilitator, roles, count, notices
    with django_assert_num_queries(5):
        response = client.get(reverse("notifications:inbox"))

    assert [each.title for each in response.context["page"]] == [
        f"Message {number}" for number in reversed(range(count))
    ]
    assert response.context["unread"] == count


def test_empty_inbox_says_what_will_come(client):
    client.force_login(PersonFactory())

    response = client.get(reverse("notifications:inbox"))

    assert list(response.context["page"]) == []
    assert response.context["unread"] == 0
    assert "Nothing here yet" in response.content.decode()


def test_a_notice_is_read_followed_and_unread_again(client):
    person = PersonFactory()
    one = notice(person, url="/circles/")
    evil = notice(person, url="https://evil.example/")
    client.force_login(person)
    address = reverse("notifications:open_notice", args=[one.pk])

    followed = client.post(address, {"follow": "1"})
    stays = client.post(reverse("notifications:open_notice", args=[evil.pk]), {"follow": "1"})
    one.refresh_from_db()
    first_read = one.read_at
    client.post(address)
    one.refresh_from_db()

    assert (followed["Location"], stays["Location"]) == ("/circles/", "/inbox/")
    assert (first_read is not None, one.read_at) == (True, first_read)
    client.post(address, {"unread": "1"})
    one.refresh_from_db()
    assert one.read_at is None


def test_everything_is_read_at_once_and_only_ones_own(client):
    person, other = PersonFactory(), PersonFactory()
    for who in (person, person, other):
        notice(who)
    client.force_login(person)

    client.post(reverse("notifications:read_all"))
    client.post(reverse("notifications:read_all"))
    unread = client.get(reverse("notifications:inbox"), {"show": "unread"})

    assert unread.context["unread"] == 0
    assert "You have read everything" in unread.content.decode()
    assert list(Notice.objects.unread().values_list("person", flat=True)) == [other.pk]


def test_every_page_shows_how_much_is_unread(client):
    person = PersonFactory()
    notice(person)
    notice(person)
    client.force_login(person)

    page = client.get(reverse("members:profile")).content.decode()

    assert page.count('<span class="bell-count" aria-hidden="true">2</span>') == 1
