"""What happens when two are at the same import, circle or person at the same moment."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import DEFAULT_DB_ALIAS, connections
from django.utils import timezone

from analytics.actions import imports as actions
from analytics.imports.people import PeoplePlan
from analytics.imports.plan import Writer
from analytics.models import DataImport
from circles.actions import CannotJoin, join_circle
from circles.models import Circle
from members.models import AuditEntry, Member
from tests.analytics.import_files import GOOD, confirmed, in_thread, uploaded
from tests.factories import CircleFactory, MembershipFactory, PersonFactory

pytestmark = pytest.mark.django_db(transaction=True)

State = DataImport.State


@pytest.fixture(autouse=True)
def no_broker(monkeypatch):
    monkeypatch.setattr(actions.current_app, "send_task", lambda *_args: None)


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


def test_two_imports_of_the_same_people_go_one_after_the_other():
    first, second = confirmed(GOOD), confirmed(GOOD)

    with ThreadPoolExecutor(2) as pool:
        works = [pool.submit(in_thread, actions.apply_import, d.pk) for d in (first, second)]
        for work in works:
            work.result()

    outcomes = set(DataImport.objects.values_list("state", "to_add", "unchanged"))
    assert outcomes == {(State.DONE, 2, 0), (State.DONE, 0, 2)}


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
        said = DataImport.objects.filter(pk=data_import.pk, touched_at__gt=long_ago)
        deadline = time.monotonic() + 20
        while not said.exists() and time.monotonic() < deadline:
            time.sleep(0.01)
        waited = not work.done()
        other.close()
        work.result()

    data_import.refresh_from_db()
    assert waited
    assert data_import.state == State.DONE


def test_second_worker_leaves_the_first_to_check():
    data_import = uploaded(GOOD)
    first = connections.create_connection(DEFAULT_DB_ALIAS)
    with first.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtext('import'), %s)", [data_import.pk])

    actions.check_import(data_import.pk)
    first.close()

    data_import.refresh_from_db()
    assert data_import.state == State.CHECKING
