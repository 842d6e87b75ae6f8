"""The lists of formats, their drafts and their versions, as people use them in a browser."""

import pytest
from django.urls import reverse
from django.utils.html import escape

from circles.actions.circles import create_circle
from circles.actions.refusals import CannotChange
from circles.formats.content import SECTIONS, content_of, mark_of
from circles.models import FormatDraft, Formation, FormatVersion
from tests.circles.conftest import errors, told, url
from tests.factories import (
    CircleFactory,
    FormatDraftFactory,
    FormatFactory,
    FormatVersionFactory,
    PersonFactory,
    ProgrammeFactory,
)

pytestmark = pytest.mark.django_db


def page(draft, section):
    return reverse("circles:format_section", args=[draft.pk, section])


def seen(draft, section):
    return SECTIONS[section].mark(content_of(FormatDraft.objects.get(pk=draft.pk)))


def test_pages_of_a_draft_that_is_over_lead_to_what_became_of_it(editor):
    there = FormatDraftFactory(published_as=FormatVersionFactory()).get_absolute_url()
    names = ["about", "agenda", "protocols", "protocols/new", "publish", "discard"]

    led_to = {name: editor.get(f"{there}{name}/").url for name in names}

    assert led_to == dict.fromkeys(names, there)


def test_draft_is_discarded_after_a_question(editor, draft):
    asked = editor.get(url("format_discard", draft))
    response = editor.post(url("format_discard", draft))
    again = editor.post(url("format_discard", draft))

    assert "Put this draft away?" in asked.content.decode()
    assert [level for level, _ in told(response)] == ["success"]
    assert again.url == draft.get_absolute_url()


def test_draft_says_what_became_of_it(editor):
    published = FormatDraftFactory(published_as=FormatVersionFactory())
    discarded = FormatDraftFactory()
    editor.post(url("format_discard", discarded))

    pages = [editor.get(one.get_absolute_url()).content.decode() for one in (published, discarded)]

    assert escape(published.published_as.get_absolute_url()) in pages[0]
    assert "Take it up again" in pages[1]


def test_draft_shows_each_section_and_what_is_wrong_with_it(editor):
    draft = FormatDraftFactory(meeting_minutes=75, purpose="")

    response = editor.get(draft.get_absolute_url())

    wrong = {line["section"].key: line["problems"] for line in response.context["lines"]}
    assert wrong["about"] == ["Say what the format is for."]
    assert [key for key, problems in wrong.items() if problems] == ["about", "agenda"]


def test_format_is_begun_published_changed_and_published_again(editor, by):
    mastermind = FormatVersion.objects.get(format__key="mastermind")
    begun = editor.post(url("format_new"), {"name": "Sales circle", "copy": mastermind.pk})
    draft = FormatDraft.objects.get(name="Sales circle")
    shown = editor.get(url("format_publish", draft))
    editor.post(url("format_publish", draft), {"seen": shown.context["seen"]})
    circle = CircleFactory(format_version=FormatVersion.objects.get(format__key="sales-circle"))
    next_draft = editor.post(reverse("circles:format_edit", args=["sales-circle"])).url
    again = FormatDraft.objects.open().get()
    editor.post(page(again, "prompts"), {"before": "Walk", "seen": seen(again, "prompts")})
    ready = editor.get(url("format_publish", again))
    done = editor.post(url("format_publish", again), {"seen": ready.context["seen"]})

    circle.refresh_from_db()
    assert (begun.url, next_draft) == (draft.get_absolute_url(), again.get_absolute_url())
    assert (ready.context["open_circles"], ready.context["base"].number) == (1, 1)
    assert told(done) == [("success", "Version 2 of “Sales circle” is out.")]
    assert circle.format_version.number == 1


def test_new_format_says_when_its_name_is_taken(editor):
    response = editor.post(url("format_new"), {"name": " Mastermind "})

    assert errors(response) == {"name": ["There is already a format with this name."]}


def test_copy_of_a_format_is_proposed(editor):
    response = editor.get(url("format_new"), {"copy": "mastermind"})

    assert response.context["form"]["name"].value() == "Mastermind of our own"


def test_shipped_format_answers_that_it_is_copied(editor):
    response = editor.post(reverse("circles:format_edit", args=["mastermind"]))

    assert [level for level, _ in told(response)] == ["error"]


def test_publishing_without_a_change_is_not_offered(editor, by):
    version = FormatVersionFactory(definition=FormatDraftFactory.build().definition)
    editor.post(reverse("circles:format_edit", args=[version.format.key]))
    draft = FormatDraft.objects.open().get()

    shown = editor.get(url("format_publish", draft))
    refused = editor.post(url("format_publish", draft), {"seen": shown.context["seen"]})

    assert not shown.context["is_different"]
    assert errors(refused) == {
        "__all__": ["The draft says the same as version 1. There is nothing to publish."]
    }


def test_publishing_counts_the_formations_under_way(editor, by):
    version = FormatVersionFactory(definition=FormatDraftFactory.build().definition)
    programme = ProgrammeFactory()
    for state in ("draft", "published", "discarded"):
        Formation.objects.create(programme=programme, format_version=version, state=state)
    draft = FormatDraftFactory(format=version.format, copied_from=version)

    response = editor.get(url("format_publish", draft))

    assert response.context["formations"] == 1


def test_second_organiser_is_sent_to_the_version_that_was_published(editor, draft):
    mark = mark_of(content_of(draft))
    editor.post(url("format_publish", draft), {"seen": mark})

    response = editor.post(url("format_publish", draft), {"seen": mark})

    assert response.url == FormatDraft.objects.get(pk=draft.pk).published_as.get_absolute_url()
    assert [level for level, _ in told(response)][-1] == "error"


def test_draft_that_is_behind_is_compared_before_it_goes_on(editor, draft):
    first = FormatVersionFactory(definition=draft.definition)
    second = FormatVersionFactory(format=first.format, number=2)
    draft.format, draft.copied_from = first.format, first
    draft.save()

    shown = editor.get(url("format_publish", draft))
    refused = editor.post(url("format_publish", draft), {"seen": shown.context["seen"]})
    went_on = editor.post(url("format_build_on", draft))

    draft.refresh_from_db()
    assert shown.context["is_behind"]
    assert (refused.status_code, FormatVersion.objects.filter(format=first.format).count()) == (
        200,
        2,
    )
    assert (went_on.url, draft.copied_from) == (url("format_publish", draft), second)


def test_building_on_a_draft_that_is_over_says_so(editor):
    draft = FormatDraftFactory(published_as=FormatVersionFactory())

    response = editor.post(url("format_build_on", draft))

    assert [level for level, _ in told(response)] == ["error"]


def test_draft_that_cannot_be_taken_up_says_why(editor):
    version = FormatVersionFactory()
    old = FormatDraftFactory(format=version.format, copied_from=version)
    editor.post(url("format_discard", old))
    FormatDraftFactory(format=version.format, copied_from=version)

    response = editor.post(url("format_take_up", old))

    assert told(response)[-1] == (
        "error",
        "This format has another open draft by now. Work on that.",
    )


def test_archived_format_is_folded_away_and_keeps_its_page(editor):
    version = FormatVersionFactory()
    key = version.format.key
    programme = ProgrammeFactory()
    programme.formats.add(version.format)

    asked = editor.get(reverse("circles:format_archive", args=[key]))
    editor.post(reverse("circles:format_archive", args=[key]))
    listed = editor.get(url("formats")).context
    version.format.refresh_from_db()
    with pytest.raises(CannotChange, match="is archived") as refused:
        create_circle(of_format=version.format, by=None, name="X", programme=programme, capacity=6)
    its_page = editor.get(version.format.get_absolute_url())
    editor.post(reverse("circles:format_restore", args=[key]))

    assert asked.context["open_circles"] == 0
    assert version not in listed["versions"]
    assert list(listed["archived"]) == [version]
    assert refused.value.field == "of_format"
    assert "This format is archived" in its_page.content.decode()
    assert version in editor.get(url("formats")).context["versions"]


def test_shipped_format_cannot_be_archived(editor):
    address = reverse("circles:format_archive", args=["mastermind"])

    asked, refused = editor.get(address), editor.post(address)

    assert asked.url == refused.url
    assert [level for level, _ in told(refused)] == ["error"]


def test_members_see_formats_and_no_drafts(client, draft):
    client.force_login(PersonFactory())

    response = client.get(url("formats"))

    assert draft.name not in response.content.decode()
    assert "manages" not in response.context


def test_format_counts_the_circles_that_are_behind(editor):
    old = FormatVersionFactory()
    new = FormatVersionFactory(format=old.format, number=2)
    CircleFactory(format_version=old)
    CircleFactory(format_version=old, stage="closed")
    CircleFactory(format_version=new)

    context = editor.get(old.format.get_absolute_url()).context

    assert (context["open_circles"], context["on_older"]) == (2, 1)


@pytest.mark.parametrize("count", [1, 4])
def test_list_of_formats_queries_do_not_grow(editor, count, django_assert_num_queries):
    FormatVersion.objects.all().delete()
    FormatVersionFactory.create_batch(count)
    FormatDraftFactory.create_batch(count)

    # session, person, roles, versions, archived ones, drafts
    with django_assert_num_queries(6):
        response = editor.get(url("formats"))

    assert [len(response.context[name]) for name in ("versions", "drafts")] == [count, count]


@pytest.mark.parametrize("count", [1, 4])
def test_history_queries_do_not_grow(client, count, django_assert_num_queries):
    of = FormatFactory()
    for number in range(1, count + 1):
        FormatVersionFactory(format=of, number=number, size_max=12 + number)
    client.force_login(PersonFactory())

    with django_assert_num_queries(5):  # session, person, roles, format, versions
        response = client.get(reverse("circles:format_versions", args=[of.key]))

    shown = response.context["rows"]
    assert [row["version"].number for row in shown] == list(range(count, 0, -1))
    assert [len(row.get("differences", [])) for row in shown] == [*[1] * (count - 1), 0]


def test_version_is_compared_with_the_one_before_or_the_one_asked_for(client):
    of = FormatFactory()
    versions = [FormatVersionFactory(format=of, number=n, size_max=9 + n) for n in (1, 2, 3)]
    client.force_login(PersonFactory())

    first = client.get(versions[0].get_absolute_url()).context
    third = client.get(versions[2].get_absolute_url()).context
    asked = client.get(versions[2].get_absolute_url(), {"with": "1"}).context

    assert (first["other"], first["is_newest"]) == (None, False)
    assert (third["other"], third["is_newest"]) == (versions[1], True)
    assert asked["other"] == versions[0]
    assert [c.words for c in asked["differences"][0].changes] == ["Largest size: 10 becomes 12"]
