import io

import pytest
from django.apps import apps
from django.core.management import call_command

from circles.actions import publish_formats
from circles.apps import load_formats
from circles.formats.agenda import protocols_of, timed_agenda
from circles.formats.shipped import BadFormats, read_formats, read_protocols
from circles.models import Format, FormatVersion
from tests.factories import CircleFactory, FormatVersionFactory

KEYS = {
    "growth_cohort",
    "group_of_five",
    "career_circle",
    "expert_hub",
    "study_group",
    "practice_roundtable",
    "mastermind",
    "affinity_circle",
}

GOOD = """
[protocols.hot_seat]
name = "Hot seat"
steps = [{ name = "Ask", minutes = 20 }]

[[formats]]
key = "pairs"
name = "Pairs"
drawn_from = ""
purpose = "To try."
size = { min = 3, max = 4 }
cadence = { per_month = 1, minutes = 30 }
rotating_roles = []
agenda = [
  { name = "Talk", minutes = 10, mode = "circle" },
  { name = "Seat", minutes = 20, mode = "presenter", times = 1, protocol = "hot_seat" },
]
before = []
after = []
gates = []
modules = []
outcomes = []
"""


@pytest.fixture
def written(tmp_path):
    def write(text):
        path = tmp_path / "formats.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_shipped_formats_are_the_eight():
    assert {prescription.key for prescription in read_formats()} == KEYS


@pytest.mark.parametrize("prescription", read_formats(), ids=lambda p: p.key)
def test_shipped_agenda_adds_up_to_its_minutes(prescription):
    planned = sum(segment["minutes"] for segment in prescription.definition["agenda"])

    assert planned == prescription.meeting_minutes


@pytest.mark.parametrize("prescription", read_formats(), ids=lambda p: p.key)
def test_shipped_format_carries_the_protocols_of_its_agenda(prescription):
    used = {s["protocol"] for s in prescription.definition["agenda"] if "protocol" in s}

    assert set(prescription.definition["protocols"]) == used


def test_shipped_protocols_are_the_eight_with_their_minutes():
    minutes = {
        key: sum(step.get("minutes", 0) for step in protocol["steps"])
        for key, protocol in read_protocols().items()
    }

    assert minutes == {
        "hot_seat": 20,
        "troika": 10,
        "case_clinic": 60,
        "action_learning": 35,
        "reciprocity_ring": 10,
        "peer_quiz": 15,
        "after_action_review": 15,
        "lean_topics": 20,
    }


@pytest.mark.parametrize(
    ("wrong", "right", "reason"),
    [
        ("minutes = 10,", "minutes = 11,", "pairs: the agenda takes 31 minutes, the meeting 30."),
        ('mode = "circle"', 'mode = "all"', "pairs: nobody knows the mode “all”."),
        (", times = 1", "", "pairs: “Seat” must say how many present, or nobody."),
        ('"hot_seat" }', '"hot_chair" }', "pairs: hot_chair is missing."),
        ('purpose = "To try."', "", "pairs: purpose is missing."),
        ('key = "pairs"', "", "a format without a key: key is missing."),
    ],
)
def test_wrong_file_is_refused_with_its_place(written, wrong, right, reason):
    with pytest.raises(BadFormats) as refusal:
        read_formats(written(GOOD.replace(wrong, right, 1)))

    assert str(refusal.value) == reason


@pytest.mark.django_db
def test_migrated_database_has_every_format():
    assert set(Format.objects.values_list("key", flat=True)) == KEYS
    assert set(FormatVersion.objects.values_list("number", flat=True)) == {1}


@pytest.mark.django_db(transaction=True)
def test_flushed_database_has_every_format_again():
    call_command("flush", interactive=False, verbosity=0)

    assert set(Format.objects.values_list("key", flat=True)) == KEYS


@pytest.mark.django_db
def test_publishing_twice_changes_nothing():
    assert publish_formats() == []


@pytest.mark.django_db
def test_changed_definition_becomes_the_next_version(written):
    first = publish_formats(read_formats(written(GOOD)))
    circle = CircleFactory(format_version=first[0])

    second = publish_formats(read_formats(written(GOOD.replace("To try.", "To try again."))))

    circle.refresh_from_db()
    assert [version.number for version in second] == [2]
    assert [version.purpose for version in second] == ["To try again."]
    assert (circle.format_version, circle.format_version.purpose) == (first[0], "To try.")


@pytest.mark.django_db
def test_changed_name_renames_the_format_without_a_new_version(written):
    publish_formats(read_formats(written(GOOD)))

    published = publish_formats(read_formats(written(GOOD.replace('"Pairs"', '"Twos"'))))

    assert published == []
    assert Format.objects.get(key="pairs").name == "Twos"


@pytest.mark.django_db
def test_newest_is_the_latest_version_of_each_format():
    old = FormatVersionFactory(number=1)
    new = FormatVersionFactory(format=old.format, number=2)

    newest = FormatVersion.objects.newest()

    assert newest.get(format=old.format) == new
    assert newest.count() == len(KEYS) + 1


class Migrated:
    """The models as they were at some migration."""

    def __init__(self, **models):
        self.models = models

    def get_model(self, _app, name):
        if name not in self.models:
            raise LookupError(name)
        return self.models[name]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "migrated",
    [
        Migrated(),
        Migrated(Format=Format),
        Migrated(Format=Format, FormatVersion=Format),
    ],
    ids=["no tables", "one table", "an older table"],
)
def test_formats_wait_for_their_tables(migrated):
    FormatVersion.objects.all().delete()

    load_formats(apps=migrated)
    assert FormatVersion.objects.count() == 0

    load_formats(apps=apps)
    assert FormatVersion.objects.count() == len(KEYS)


@pytest.mark.django_db
def test_command_says_what_it_published():
    FormatVersion.objects.filter(format__key="mastermind").delete()
    out = io.StringIO()

    call_command("load_formats", stdout=out)
    call_command("load_formats", stdout=out)

    assert out.getvalue().splitlines() == [
        "Published Mastermind (version 1).",
        "Every format is published already.",
    ]


@pytest.mark.django_db
def test_agenda_runs_against_the_clock():
    mastermind = FormatVersion.objects.get(format__key="mastermind")

    slots = timed_agenda(mastermind)

    assert [(slot.clock, slot.name, slot.who, slot.protocol) for slot in slots] == [
        ("0:00", "Wins", "each in turn", ""),
        ("0:10", "Commitments", "each in turn", ""),
        ("0:20", "Hot seats", "3 presenters, 20 minutes each", "Hot seat"),
        ("1:20", "Commit", "each in turn", ""),
        ("1:28", "Plus and delta", "all together", ""),
    ]


@pytest.mark.parametrize(
    ("size", "seats", "advice"),
    [
        ((6, 10), 8, ""),
        ((6, 10), 5, "This format is made for 6 to 10 people; this circle has 5 seats."),
        ((6, 10), 11, "This format is made for 6 to 10 people; this circle has 11 seats."),
        (
            (3, 6),
            4,
            "With 4 seats, a meeting soon has too few people. Circles of 6 to 8 last.",
        ),
        ((8, 12), 12, "With 12 seats, there is little time for each. Circles of 6 to 8 last."),
        ((12, 20), 16, ""),
        ((5, 5), 6, "This format is made for 5 people; this circle has 6 seats."),
    ],
)
def test_advice_on_seats_follows_the_format_before_the_rule(size, seats, advice):
    version = FormatVersionFactory.build(size_min=size[0], size_max=size[1])

    assert version.advice_on_seats(seats) == advice


@pytest.mark.parametrize(
    ("definition", "words"),
    [
        ({"cadence": {"per_month": 1, "meetings": 14}}, "monthly, 60 minutes, 14 meetings"),
        ({"cadence": {"per_month": 4}}, "weekly, 60 minutes"),
        ({"cadence": {"per_month": 3}}, "3 times a month, 60 minutes"),
        ({}, "60 minutes"),
    ],
)
def test_cadence_in_words(definition, words):
    assert FormatVersionFactory.build(definition=definition).cadence_in_words == words


@pytest.mark.django_db
def test_agenda_with_one_presenter_says_so():
    roundtable = FormatVersion.objects.get(format__key="practice_roundtable")

    assert {slot.who for slot in timed_agenda(roundtable) if slot.mode == "presenter"} == {
        "one presenter"
    }


def test_protocols_are_listed_by_name_with_their_length():
    listed = [(protocol.name, protocol.minutes) for protocol in protocols_of(read_protocols())]

    assert listed[0] == ("Action learning", 35)
    assert ("Reciprocity ring", None) in listed
    assert listed == sorted(listed, key=lambda pair: pair[0])
