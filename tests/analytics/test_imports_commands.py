from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.urls import reverse

from analytics.imports import PLANS
from analytics.models import DataImport
from circles.models import Circle, Facilitation, Membership
from members.models import AuditEntry, CareerEvent, Member, Rating
from tests.factories import organiser

pytestmark = pytest.mark.django_db

SAMPLES = Path(settings.BASE_DIR) / "docs" / "samples"


def run(kind, file, **options):
    out = StringIO()
    error = None
    try:
        call_command(f"import_{kind}", file, stdout=out, **options)
    except CommandError as refused:
        error = refused
    return out.getvalue().splitlines(), error


@pytest.fixture
def people(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "people.csv"
    file.write_text("employee_id,name,Team\nE1,Ada,A\nE2,Ben,\n")
    return file


def test_file_is_imported_and_counted(people):
    lines, error = run("people", "people.csv")

    assert error is None
    assert lines == [
        "Kept as attributes: team.",
        "2 added, 0 changed, 0 unchanged, 0 refused",
    ]
    assert Member.objects.count() == 2
    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.verb, entry.subject) == (None, "imported people", "people.csv")


def test_same_file_twice_changes_nothing(people):
    run("people", people)

    lines, _ = run("people", people)

    assert lines[-1] == "0 added, 0 changed, 2 unchanged, 0 refused"


def test_dry_run_says_the_same_and_changes_nothing(people):
    dry, error = run("people", people, dry_run=True)
    wet, _ = run("people", people)

    assert error is None
    assert dry == [*wet, "This was a dry run: nothing was changed."]


@pytest.mark.parametrize("dry_run", [True, False])
def test_refused_rows_end_with_status_1_and_change_nothing(people, dry_run):
    people.write_text("employee_id,name\nE1,Ada\n" + "E1,Ben\n" * 52)

    lines, error = run("people", people, dry_run=dry_run)

    assert str(error) == "Rows are refused, so nothing was imported. Correct them first."
    assert error.returncode == 1
    assert lines[0] == ("Row 3: Rows 2 and 3 both have the employee_id “E1”. Keep one of them.")
    assert lines[49].startswith("Row 52: ")
    assert lines[50:] == ["and 2 more", "1 added, 0 changed, 0 unchanged, 52 refused"]
    assert Member.objects.count() == 0
    assert AuditEntry.objects.count() == 0


def test_file_that_cannot_be_read_is_refused_in_words(people, tmp_path, monkeypatch):
    assert str(run("people", "gone.csv")[1]) == "There is no file gone.csv. Give its path."
    assert "is not a file" in str(run("people", tmp_path)[1])

    people.write_bytes(b"PK\x03\x04")
    assert str(run("people", people)[1]).startswith("people.csv: This is a ZIP archive")

    monkeypatch.setattr(settings, "IMPORT_MAX_BYTES", 3)
    assert "1 MB is the most" in str(run("people", people)[1])


def test_samples_can_be_imported_in_order():
    for kind in PLANS:
        lines, error = run(kind, SAMPLES / f"{kind}.csv")
        assert error is None, lines

    assert Member.objects.get(employee_number="E1002").manager.name == "Ada Okafor"
    assert CareerEvent.objects.count() == 2
    assert Circle.objects.count() == 2
    assert Membership.objects.get().circle.name == "Night owls"
    assert Facilitation.objects.get().person.name == "Ada Okafor"
    assert Rating.objects.count() == 2


@pytest.mark.parametrize("kind", DataImport.Kind.values)
def test_sample_is_the_one_that_the_page_offers(client, kind):
    client.force_login(organiser())

    response = client.get(reverse("analytics:import_sample", args=[kind]))

    assert response.content == (SAMPLES / f"{kind}.csv").read_bytes()
