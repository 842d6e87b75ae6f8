import gzip
import io
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DEFAULT_DB_ALIAS, IntegrityError, connection, connections, transaction
from django.utils import timezone

from analytics import tasks
from analytics.actions import imports as actions
from analytics.actions.imports import CannotImport
from analytics.imports.people import PeoplePlan
from analytics.imports.plan import Writer
from analytics.models import DataImport
from circles.actions import CannotJoin, join_circle
from circles.models import Circle
from members.models import AuditEntry, Member
from tests.factories import CircleFactory, MembershipFactory, PersonFactory, organiser

pytestmark = pytest.mark.django_db

State = DataImport.State
GOOD = b"employee_id,name\nE1,Ada\nE2,Ben\n"
BAD = b"employee_id,name\nE1,Ada\nE1,Ben\n,Cem\n"
at_once = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def sent(monkeypatch):
    """What was handed to the broker, as names and arguments."""
    tasks_sent = []
    monkeypatch.setattr(
        actions.current_app, "send_task", lambda name, args: tasks_sent.append((name, *args))
    )
    return tasks_sent


def uploaded(content, kind="people"):
    file = SimpleUploadedFile("file.csv", content)
    return actions.upload_import(kind, file, by=organiser())


def checked(content, kind="people"):
    data_import = uploaded(content, kind)
    actions.check_import(data_import.pk)
    data_import.refresh_from_db()
    return data_import


def confirmed(content, kind="people"):
    data_import = checked(content, kind)
    actions.confirm_import(data_import, by=data_import.uploaded_by)
    data_import.refresh_from_db()
    return data_import


def in_thread(call, *args):
    """Call it in a thread, which has a database connection and so a transaction of its own."""

    def work():
        try:
            return call(*args)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(work).result()


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


@at_once
def test_two_workers_at_once_import_once():
    data_import = confirmed(GOOD)

    with ThreadPoolExecutor(2) as pool:
        works = [pool.submit(in_thread, actions.apply_import, data_import.pk) for _ in range(2)]
        for work in works:
            work.result()

    data_import.refresh_from_db()
    assert data_import.state == State.DONE
    assert AuditEntry.objects.filter(verb="imported people").count() == 1
    assert Member.objects.filter(employee_number__in=["E1", "E2"]).count() == 2


@at_once
def test_two_imports_of_the_same_people_go_one_after_the_other():
    first, second = confirmed(GOOD), confirmed(GOOD)

    with ThreadPoolExecutor(2) as pool:
        works = [pool.submit(in_thread, actions.apply_import, d.pk) for d in (first, second)]
        for work in works:
            work.result()

    outcomes = set(DataImport.objects.values_list("state", "to_add", "unchanged"))
    assert outcomes == {(State.DONE, 2, 0), (State.DONE, 0, 2)}


@at_once
def test_progress_shows_while_nothing_is_committed(monkeypatch):
    data_import = confirmed(GOOD)
    seen = []
    report = Writer._report

    def look(self, batch):
        report(self, batch)
        now = DataImport.objects.filter(pk=data_import.pk)
        seen.append(in_thread(now.values_list("state", "rows_done", "rows_total").get))
        seen.append(in_thread(Member.objects.filter(employee_number="E1").count))

    monkeypatch.setattr(Writer, "_report", look)
    actions.apply_import(data_import.pk)

    assert seen == [(State.APPLYING, 2, 2), 0]


@at_once
def test_row_that_appears_while_writing_takes_everything_back(monkeypatch):
    data_import = confirmed(GOOD)
    write = PeoplePlan.write

    def late(self, progress):
        in_thread(lambda: PersonFactory(employee_number="E2", name="Zoe"))
        write(self, progress)

    monkeypatch.setattr(PeoplePlan, "write", late)
    actions.apply_import(data_import.pk)

    data_import.refresh_from_db()
    assert (data_import.state, data_import.problem) == (State.REFUSED, actions.CHANGED_MEANWHILE)
    assert not Member.objects.filter(employee_number="E1").exists()


@at_once
def test_import_taken_back_while_writing_leaves_nothing(monkeypatch):
    data_import = confirmed(GOOD)
    write = PeoplePlan.write

    def slow(self, progress):
        write(self, progress)
        here = DataImport.objects.filter(pk=data_import.pk)
        in_thread(lambda: here.update(state=State.WAITING))

    monkeypatch.setattr(PeoplePlan, "write", slow)
    actions.apply_import(data_import.pk)

    data_import.refresh_from_db()
    assert data_import.state == State.WAITING
    assert not Member.objects.filter(employee_number="E1").exists()


@at_once
def test_last_seat_goes_to_the_import_or_to_who_joins_never_to_both():
    circle = CircleFactory(name="Owls", capacity=3, stage=Circle.Stage.ACTIVE)
    MembershipFactory.create_batch(2, circle=circle)
    PersonFactory(employee_number="E1")
    data_import = confirmed(b"circle,employee_id,joined_on\nOwls,E1,2024-01-01\n", "memberships")
    other = PersonFactory()

    def join():
        try:
            join_circle(circle, person=other)
        except CannotJoin:
            return "refused"
        return "joined"

    with ThreadPoolExecutor(2) as pool:
        importing = pool.submit(in_thread, actions.apply_import, data_import.pk)
        joining = pool.submit(in_thread, join)
        importing.result()
        joined = joining.result()

    data_import.refresh_from_db()
    assert circle.memberships.current().count() == 3
    assert (joined, data_import.state) in {("joined", State.REFUSED), ("refused", State.DONE)}


@at_once
def test_import_waits_for_its_turn_and_says_that_it_lives(monkeypatch):
    data_import = confirmed(GOOD)
    long_ago = timezone.now() - timedelta(minutes=10)
    DataImport.objects.update(touched_at=long_ago)
    monkeypatch.setattr("analytics.import_progress.PATIENCE_SECONDS", 0.01)
    other = connections.create_connection(DEFAULT_DB_ALIAS)
    with ThreadPoolExecutor(1) as pool:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(hashtext('import'), 0)")
        work = pool.submit(in_thread, actions.apply_import, data_import.pk)
        while DataImport.objects.get(pk=data_import.pk).touched_at == long_ago:
            assert not work.done()
        other.close()
        work.result()

    data_import.refresh_from_db()
    assert data_import.state == State.DONE


def test_file_from_a_command_is_all_or_nothing():
    with transaction.atomic():
        plan = actions.import_file("people", io.BytesIO(BAD), "bad.csv")

    assert plan.is_refused
    assert Member.objects.count() == 0
    assert AuditEntry.objects.count() == 0
