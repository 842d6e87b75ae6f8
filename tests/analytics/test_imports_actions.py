import gzip
import io
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from analytics import tasks
from analytics.actions import imports as actions
from analytics.actions.imports import CannotImport
from analytics.models import DataImport
from members.models import AuditEntry, Member
from tests.analytics.import_files import BAD, GOOD, checked, confirmed, uploaded
from tests.factories import PersonFactory

pytestmark = pytest.mark.django_db

State = DataImport.State


@pytest.fixture(autouse=True)
def sent(monkeypatch):
    """What was handed to the broker, as names and arguments."""
    tasks_sent = []
    monkeypatch.setattr(
        actions.current_app, "send_task", lambda name, args: tasks_sent.append((name, *args))
    )
    return tasks_sent


def imported_people():
    return list(Member.objects.exclude(employee_number=None).values_list("name", flat=True))


def test_upload_is_kept_compressed_and_checked(sent, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        data_import = uploaded(GOOD)

    assert data_import.state == State.WAITING
    assert data_import.size == len(GOOD)
    assert gzip.decompress(data_import.content) == GOOD
    assert sent == [("analytics.tasks.check_import", data_import.pk)]


def test_check_previews_and_changes_nothing():
    data_import = checked(GOOD)

    assert data_import.state == State.READY
    assert (data_import.rows_done, data_import.rows_total) == (2, 2)
    assert (data_import.to_add, data_import.to_change, data_import.unchanged) == (2, 0, 0)
    assert [row["about"] for row in data_import.preview["add"]] == ["Ada (E1)", "Ben (E2)"]
    assert not Member.objects.filter(name="Ada").exists()


def test_check_keeps_every_refusal():
    data_import = checked(BAD)

    assert data_import.state == State.REFUSED
    assert (data_import.to_add, data_import.refused) == (1, 2)
    assert data_import.preview["refuse"][0]["row"] == 3
    assert gzip.decompress(data_import.refusals).decode("utf-8-sig").splitlines() == [
        "row,problem",
        "3,Rows 2 and 3 both have the employee_id “E1”. Keep one of them.",
        "4,employee_id is empty. Fill it in.",
    ]


def test_preview_stays_small_and_counts_exact():
    rows = "".join(f"E{n},P{n},{'bad' if n % 2 else ''}\n" for n in range(300))

    data_import = checked(f"employee_id,name,level\n{rows}".encode())

    assert (data_import.to_add, data_import.refused) == (150, 150)
    assert [len(data_import.preview[outcome]) for outcome in ("add", "refuse")] == [50, 50]
    assert len(gzip.decompress(data_import.refusals).splitlines()) == 151


def test_broken_file_is_refused_with_the_reason():
    data_import = checked(b'employee_id,name\nE1,"Ada')

    assert data_import.state == State.REFUSED
    assert data_import.problem.startswith("Row 2 has a quotation mark in the wrong place.")


def test_check_of_a_discarded_file_leaves_it_discarded():
    data_import = uploaded(GOOD)
    actions.discard_import(data_import, by=data_import.uploaded_by)

    actions.check_import(data_import.pk)

    data_import.refresh_from_db()
    assert data_import.state == State.DISCARDED


def test_check_of_nothing_is_quiet():
    actions.check_import(0)
    actions.apply_import(0)


def test_apply_imports_forgets_the_file_and_leaves_a_trace(
    sent, django_capture_on_commit_callbacks
):
    data_import = confirmed(GOOD)

    with django_capture_on_commit_callbacks(execute=True):
        actions.apply_import(data_import.pk)

    data_import.refresh_from_db()
    assert sent == [("analytics.tasks.refresh_reports",)]
    assert data_import.state == State.DONE
    assert (bytes(data_import.content), data_import.preview) == (b"", {})
    assert (data_import.to_add, data_import.rows_done) == (2, 2)
    assert data_import.finished_at is not None
    entry = AuditEntry.objects.get(verb="imported people")
    assert entry.actor == data_import.uploaded_by
    assert entry.detail == {"added": 2, "changed": 0, "unchanged": 0}
    assert {"Ada", "Ben"} < set(imported_people())


def test_confirming_twice_imports_once(sent, django_capture_on_commit_callbacks):
    data_import = checked(GOOD)

    with django_capture_on_commit_callbacks(execute=True):
        actions.confirm_import(data_import, by=data_import.uploaded_by)
        actions.confirm_import(data_import, by=data_import.uploaded_by)

    assert sent == [("analytics.tasks.apply_import", data_import.pk)]


@pytest.mark.parametrize("state", [State.WAITING, State.REFUSED, State.DISCARDED, State.FAILED])
def test_only_a_ready_file_can_be_confirmed(state):
    data_import = uploaded(GOOD)
    DataImport.objects.update(state=state, content=b"")

    with pytest.raises(CannotImport, match="not ready"):
        actions.confirm_import(data_import, by=data_import.uploaded_by)


def test_apply_without_confirmation_does_nothing():
    data_import = checked(GOOD)

    actions.apply_import(data_import.pk)

    data_import.refresh_from_db()
    assert data_import.state == State.READY


def test_apply_checks_again_and_refuses_what_has_changed_meanwhile():
    data_import = confirmed(b"employee_id,name,email\nE1,Ada,ada@x.org\n")
    PersonFactory(name="Zoe", employee_number="E7", email="ada@x.org")

    actions.apply_import(data_import.pk)

    data_import.refresh_from_db()
    assert data_import.state == State.REFUSED
    assert data_import.problem == actions.REFUSED_NOW
    assert "belongs to Zoe (E7)" in data_import.preview["refuse"][0]["reason"]
    assert not Member.objects.filter(employee_number="E1").exists()
    assert not AuditEntry.objects.filter(verb="imported people").exists()


def test_apply_counts_what_it_does_now():
    data_import = confirmed(GOOD)
    PersonFactory(name="Ada", employee_number="E1", email=None)

    actions.apply_import(data_import.pk)

    data_import.refresh_from_db()
    assert (data_import.to_add, data_import.unchanged) == (1, 1)


def test_discard_forgets_the_file():
    data_import = checked(BAD)

    actions.discard_import(data_import, by=data_import.uploaded_by)
    actions.discard_import(data_import, by=data_import.uploaded_by)

    data_import.refresh_from_db()
    assert data_import.state == State.DISCARDED
    assert (bytes(data_import.content), bytes(data_import.refusals)) == (b"", b"")
    assert data_import.preview == {}
    assert AuditEntry.objects.filter(verb="discarded import").count() == 1


@pytest.mark.parametrize("state", [State.APPLYING, State.DONE])
def test_what_is_being_imported_cannot_be_discarded(state):
    data_import = uploaded(GOOD)
    DataImport.objects.update(state=state, content=b"")

    with pytest.raises(CannotImport, match="cannot be discarded"):
        actions.discard_import(data_import, by=data_import.uploaded_by)


def test_database_keeps_no_personal_data_of_an_import_that_is_over():
    data_import = checked(GOOD)

    with pytest.raises(IntegrityError, match="import_over_keeps_no_personal_data"):
        DataImport.objects.filter(pk=data_import.pk).update(state=State.DONE)


def test_refused_file_can_be_checked_again(sent, django_capture_on_commit_callbacks):
    data_import = checked(b"employee_id,on,kind\nE1,2024-01-01,lateral\n", "career_events")
    assert data_import.state == State.REFUSED
    PersonFactory(employee_number="E1")

    with django_capture_on_commit_callbacks(execute=True):
        actions.recheck_import(data_import)
    actions.check_import(data_import.pk)

    data_import.refresh_from_db()
    assert sent == [("analytics.tasks.check_import", data_import.pk)]
    assert data_import.state == State.READY


def test_import_at_work_is_left_alone():
    data_import = confirmed(GOOD)

    with pytest.raises(CannotImport):
        actions.recheck_import(data_import)


@pytest.mark.parametrize("state", [State.WAITING, State.CHECKING, State.APPLYING])
def test_import_whose_worker_fell_silent_can_be_checked_again(state):
    data_import = uploaded(GOOD)
    silent = timezone.now() - timedelta(minutes=3)
    DataImport.objects.update(state=state, touched_at=silent)
    data_import.refresh_from_db()

    actions.recheck_import(data_import)
    actions.check_import(data_import.pk)

    data_import.refresh_from_db()
    assert data_import.state == State.READY


def test_task_delivered_again_takes_over_from_a_dead_worker():
    data_import = confirmed(GOOD)
    DataImport.objects.update(rows_done=1)

    tasks.apply_import(data_import.pk)
    tasks.apply_import(data_import.pk)

    data_import.refresh_from_db()
    assert data_import.state == State.DONE
    assert AuditEntry.objects.filter(verb="imported people").count() == 1


@pytest.mark.parametrize(
    ("prepare", "task"), [(uploaded, tasks.check_import), (confirmed, tasks.apply_import)]
)
def test_task_that_breaks_down_leaves_a_retryable_import(prepare, task):
    data_import = prepare(GOOD)
    DataImport.objects.update(content=b"not compressed")

    with pytest.raises(gzip.BadGzipFile):
        task(data_import.pk)

    data_import.refresh_from_db()
    assert (data_import.state, data_import.problem) == (State.FAILED, actions.WENT_WRONG)
    assert data_import.may_be_checked_again


def test_idle_files_are_forgotten_after_a_month():
    old, done, fresh = checked(GOOD), confirmed(GOOD), checked(GOOD)
    actions.apply_import(done.pk)
    month_ago = timezone.now() - timedelta(days=31)
    DataImport.objects.filter(pk__in=[old.pk, done.pk]).update(touched_at=month_ago)

    tasks.forget_idle_imports()

    states = dict(DataImport.objects.values_list("pk", "state"))
    assert states == {
        old.pk: State.DISCARDED,
        done.pk: State.DONE,
        fresh.pk: State.READY,
    }


def test_file_from_a_command_is_all_or_nothing():
    with transaction.atomic():
        plan = actions.import_file("people", io.BytesIO(BAD), "bad.csv")

    assert plan.is_refused
    assert Member.objects.count() == 0
    assert AuditEntry.objects.count() == 0


def test_old_page_does_not_restart_an_import_that_went_on():
    data_import = checked(GOOD)
    DataImport.objects.update(state=State.APPLYING)

    actions.recheck_import(data_import)

    data_import.refresh_from_db()
    assert data_import.state == State.APPLYING
