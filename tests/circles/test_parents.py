import pytest

from circles.actions.parents import clear_children, clear_parent, set_parent
from circles.actions.refusals import CannotChange
from circles.lifecycle.parents import Bond, bond
from circles.models import Format, FormatVersion
from tests.circles.conftest import told, trail, url
from tests.factories import CircleFactory, MeetingFactory, MembershipFactory, ProgrammeFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def same():
    """Fields of circles of one programme."""
    return {"programme": ProgrammeFactory(), "stage": "active"}


def chain(length, **fields):
    """Circles of which each belongs to the one before."""
    circles = [CircleFactory(**fields)]
    while len(circles) < length:
        circles.append(CircleFactory(parent=circles[-1], **fields))
    return circles


def version_of(key):
    return FormatVersion.objects.newest().get(format=Format.objects.get(key=key))


def test_parent_is_set_once_and_cleared_once(by, same):
    circle, above = CircleFactory.create_batch(2, **same)

    set_parent(circle, above, by=by)
    set_parent(circle, above, by=by)
    circle.refresh_from_db()
    assert circle.parent == above
    clear_parent(circle, by=by)
    clear_parent(circle, by=by)

    circle.refresh_from_db()
    assert circle.parent is None
    assert trail() == [("put circle below", circle.name), ("took circle out", circle.name)]


def test_circle_never_belongs_to_itself_at_any_depth(by, same):
    top, middle, bottom = chain(3, **same)

    for below, above in ((top, top), (top, middle), (top, bottom), (middle, bottom)):
        with pytest.raises(CannotChange):
            set_parent(below, above, by=by)

    top.refresh_from_db()
    assert top.parent is None


def test_three_levels_are_the_most(by, same):
    two, three = chain(2, **same), chain(3, **same)
    alone = CircleFactory(**same)

    assert set_parent(alone, two[-1], by=by).parent == two[-1]
    with pytest.raises(CannotChange, match="over 3 levels at most"):
        set_parent(CircleFactory(**same), three[-1], by=by)
    with pytest.raises(CannotChange, match="over 3 levels at most"):
        set_parent(two[0], CircleFactory(**same), by=by)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"stage": "closed"}, "“Above” is closed."),
        ({"programme": None}, "The two circles belong to different programmes."),
    ],
)
def test_parent_is_refused_in_words(by, same, fields, words):
    if "programme" in fields:
        fields = {"programme": ProgrammeFactory()}
    above = CircleFactory(name="Above", **same | fields)

    with pytest.raises(CannotChange, match=words):
        set_parent(CircleFactory(**same), above, by=by)


def test_closed_circle_gets_no_parent(by, same):
    with pytest.raises(CannotChange, match="“Below” is closed"):
        set_parent(
            CircleFactory(**same | {"stage": "closed", "name": "Below"}),
            CircleFactory(**same),
            by=by,
        )


def test_clearing_children_lets_go_of_the_open_ones(by, same):
    top, child = chain(2, **same)
    gone = CircleFactory(parent=top, **same | {"stage": "closed"})

    assert clear_children(top, by=by) == 1
    child.refresh_from_db()
    gone.refresh_from_db()
    assert (child.parent, gone.parent) == (None, top)


def test_hub_counts_circles_and_a_centre_its_groups(same):
    hub = CircleFactory(format_version=version_of("expert_hub"), **same)
    five = CircleFactory(format_version=version_of("group_of_five"), **same)
    plain = CircleFactory(**same)

    assert bond(hub, five) == Bond("hub", 3, 12)
    assert bond(plain, five) == Bond("centre", 6, 8)
    assert (bond(plain, plain), bond(plain)) == (Bond("centre"), Bond("centre"))
    assert hub.format_version.advice_on_seats(20) == ""


@pytest.mark.parametrize(
    ("children", "advice"),
    [
        (1, "A centre is made for 6 to 8 circles; 1 circle belongs to it."),
        (9, "A centre is made for 6 to 8 circles; 9 circles belong to it."),
        (6, ""),
    ],
)
def test_bond_warns_outside_its_range(children, advice):
    assert Bond("centre", 6, 8).advice(children) == advice
    assert Bond("centre").advice(children) == ""


def test_organiser_chooses_a_centre_and_is_warned(client, by, same):
    circle = CircleFactory(format_version=version_of("group_of_five"), **same)
    above = CircleFactory(name="Valley", **same)
    CircleFactory(name="Valley of others")
    client.force_login(by)

    found = client.get(url("parent", circle), {"words": "valley"})
    response = client.post(url("parent", circle), {"circle": above.pk})
    page = client.get(url("parent", circle))
    cleared = client.post(url("parent_clear", circle))

    assert found.context["circles"] == [above]
    assert told(response) == [
        ("success", f"“Valley” is the centre of “{circle}”."),
        ("warning", "A centre is made for 6 to 8 circles; 1 circle belongs to it."),
    ]
    assert "It belongs to" in page.content.decode()
    assert told(cleared)[-1] == ("success", f"“{circle}” belongs to no other circle.")


def test_parent_page_answers_in_words(client, by, same):
    circle = CircleFactory(**same)
    client.force_login(by)

    gone = client.post(url("parent", circle), {"circle": 0})
    refused = client.post(url("parent", circle), {"circle": circle.pk})

    assert told(gone) == [("error", "That circle is no longer there. Search again.")]
    assert told(refused)[-1] == ("error", "A circle cannot belong to itself.")


def test_centre_lists_its_circles_and_hides_hidden_ones_from_outsiders(client, same):
    centre = CircleFactory(**same)
    listed = CircleFactory(parent=centre, name="Listed", **same)
    hidden = CircleFactory(parent=centre, name="Hidden one", visibility="hidden", **same)
    insider, stranger = MembershipFactory(circle=hidden).person, MembershipFactory().person

    lists = []
    for person in (stranger, insider):
        client.force_login(person)
        lists.append(client.get(centre.get_absolute_url()).context["children"])

    assert lists == [[listed], [hidden, listed]]


def test_child_links_to_its_centre_unless_that_is_hidden(client, same):
    hidden = CircleFactory(visibility="hidden", name="Secret", **same)
    child = CircleFactory(parent=hidden, **same)
    client.force_login(MembershipFactory(circle=child).person)

    page = client.get(child.get_absolute_url())

    assert (page.context["parent"], "Secret" in page.content.decode()) == (None, False)


def test_next_meeting_of_a_child_is_shown_to_its_own_people(client, frozen, same):
    centre = CircleFactory(**same)
    child = CircleFactory(parent=centre, **same)
    meeting = MeetingFactory(
        circle=child,
        starts_at="2026-03-12T15:00Z",
        ends_at="2026-03-12T16:00Z",
        held_on="2026-03-12",
    )
    insider, stranger = MembershipFactory(circle=child).person, MembershipFactory().person

    shown = []
    for person in (insider, stranger):
        client.force_login(person)
        shown.append(client.get(centre.get_absolute_url()).context["children"][0].next_meeting)

    assert shown == [meeting, None]


@pytest.mark.parametrize("count", [1, 4])
def test_centre_page_queries_do_not_grow(client, same, count, django_assert_num_queries):
    centre = CircleFactory(**same)
    for child in CircleFactory.create_batch(count, parent=centre, **same):
        MembershipFactory(circle=child)
    client.force_login(MembershipFactory().person)

    # User, roles, circle, its facilitators, its seats; circles held, seat (roster), just left, what
    # stands in the way of joining, stayed; where it came from, its circles and their facilitators;
    # their next meetings; seat and stayed, asked for the content; circles hosted alone; seat, asked
    # for the promise.
    with django_assert_num_queries(27):
        response = client.get(centre.get_absolute_url())

    assert len(response.context["children"]) == count
