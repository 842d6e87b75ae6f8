import csv
import io
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from pytest_django.asserts import assertTemplateUsed

from analytics import urls
from analytics.actions import imports as actions
from analytics.models import DataImport
from members.models import Member
from tests.factories import FacilitationFactory, MembershipFactory, hr_analyst, organiser

pytestmark = pytest.mark.django_db

State = DataImport.State
GOOD = b"employee_id,name\nE1,Ada\nE2,Ben\n"
BAD = b"employee_id,name\nE1,Ada\nE1,=cmd|calc\n"

ROUTES = {
    "get imports": [],
    "get import_new": ["people"],
    "post import_new": ["people"],
    "get import_sample": ["people"],
    "get import": ["pk"],
    "post import_apply": ["pk"],
    "post import_discard": ["pk"],
    "post import_recheck": ["pk"],
    "get import_refusals": ["pk"],
}
FOR_ORGANISERS = {"post import_apply": 302, "post import_discard": 302, "post import_recheck": 302}
PERSONAS = ("visitor", "member", "facilitator", "hr_analyst", "organiser")


@pytest.fixture
def signed_in(client):
    person = organiser()
    client.force_login(person)
    return person


def csv_file(content, name="file.csv"):
    return SimpleUploadedFile(name, content, content_type="text/csv")


def uploaded(content, *, by=None):
    data_import = actions.upload_import("people", csv_file(content), by=by or organiser())
    actions.check_import(data_import.pk)
    data_import.refresh_from_db()
    return data_import


def upload(client, content, **fields):
    url = reverse("analytics:import_new", args=["people"])
    return client.post(url, {"file": csv_file(content), **fields})


@pytest.mark.parametrize("persona", PERSONAS)
@pytest.mark.parametrize("route", ROUTES)
def test_imports_are_for_organisers_only(client, route, persona):
    data_import = uploaded(BAD)
    people = {
        "member": lambda: MembershipFactory().person,
        "facilitator": lambda: FacilitationFactory().person,
        "hr_analyst": hr_analyst,
        "organiser": organiser,
    }
    if persona in people:
        client.force_login(people[persona]())
    method, name = route.split()
    args = [data_import.pk if arg == "pk" else arg for arg in ROUTES[route]]

    response = getattr(client, method)(reverse(f"analytics:{name}", args=args))

    expected = {"visitor": 302, "organiser": FOR_ORGANISERS.get(route, 200)}.get(persona, 403)
    assert response.status_code == expected


def test_access_table_names_every_import_route():
    named = {pattern.name for pattern in urls.urlpatterns if pattern.name.startswith("import")}

    assert {route.split()[1] for route in ROUTES} == named


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("import_new", ["cats"]),
        ("import_sample", ["cats"]),
        ("import", [0]),
        ("import_refusals", [0]),
    ],
)
def test_unknown_kind_or_import_is_not_found(client, signed_in, name, args):
    response = client.get(reverse(f"analytics:{name}", args=args))

    assert response.status_code == 404


@pytest.mark.parametrize("count", [1, 4])
def test_import_list_queries_do_not_grow(client, count, django_assert_num_queries):
    person = organiser()
    for _ in range(count):
        uploaded(GOOD, by=person)
    client.force_login(person)

    # The person, their roles and circles, the count and the imports; the session is cached.
    with django_assert_num_queries(5):
        response = client.get(reverse("analytics:imports"))

    assert len(response.context["page"].object_list) == count


def test_list_begins_with_people_when_there_is_nothing(client, signed_in):
    response = client.get(reverse("analytics:imports"))

    assert "Nothing has been imported yet" in response.text
    kinds = [kind.value for kind, _ in response.context["kinds"]]
    assert kinds == ["people", "career_events", "circles", "memberships", "ratings"]


def test_whole_way_from_file_to_people(client, signed_in):
    response = upload(client, GOOD)
    data_import = DataImport.objects.get()
    assert response.url == data_import.get_absolute_url()
    assert "The file waits to be checked" in client.get(response.url).text

    actions.check_import(data_import.pk)
    page = client.get(response.url).text
    assert "2 rows can be imported" in page
    assert "Import 2 rows" in page

    response = client.post(reverse("analytics:import_apply", args=[data_import.pk]))
    assert "2 rows are being imported" in client.get(response.url).text

    actions.apply_import(data_import.pk)
    assert "2 rows are imported" in client.get(response.url).text
    assert Member.objects.filter(employee_number__in=["E1", "E2"]).count() == 2


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"", "This file is empty."),
        (b"PK\x03\x04rest", "This is a ZIP archive (perhaps an Excel workbook)"),
        ("employee_id,name\nE1,José".encode("latin-1"), "This file is not UTF-8: in line 2"),
        (b"name\nAda", "This file lacks the column employee_id."),
    ],
)
def test_file_that_cannot_be_read_is_refused_at_the_field(client, signed_in, content, error):
    response = upload(client, content)

    assert response.status_code == 200
    assert response.context["form"].errors["file"][0].startswith(error)
    assert DataImport.objects.count() == 0


def test_form_without_a_file_says_so(client, signed_in):
    response = client.post(reverse("analytics:import_new", args=["people"]))

    assert response.context["form"].errors == {"file": ["Choose a file first."]}


@pytest.mark.parametrize("excess", [1, 3 * 2**20])
def test_file_that_is_too_large_is_refused_with_its_size(client, signed_in, settings, excess):
    settings.IMPORT_MAX_BYTES = 2**20
    content = b"employee_id,name\n".ljust(2**20 + excess, b"x")

    response = upload(client, content)

    megabytes = 2 if excess == 1 else 4
    assert response.context["form"].errors["file"] == [
        f"This file has {megabytes} MB, and 1 MB is the most. Split it into several files."
    ]
    assert DataImport.objects.count() == 0


def test_file_of_just_the_most_is_taken(client, signed_in, settings):
    settings.IMPORT_MAX_BYTES = len(GOOD)

    assert upload(client, GOOD).status_code == 302


def test_double_click_uploads_once(client, signed_in):
    key = str(uuid.uuid4())

    first, second = upload(client, GOOD, form_key=key), upload(client, GOOD, form_key=key)

    assert first.url == second.url
    assert DataImport.objects.count() == 1


def test_progress_is_asked_for_until_it_is_over(client, signed_in):
    data_import = uploaded(GOOD)
    DataImport.objects.update(state=State.CHECKING, rows_done=1, rows_total=2)
    url = data_import.get_absolute_url()

    busy = client.get(url, headers={"HX-Request": "true"})
    assertTemplateUsed(busy, "components/progress.html")
    assert f'hx-get="{url}" hx-trigger="every 1s"' in busy.text
    assert "1 of 2" in busy.text
    assert "<html" not in busy.text
    assert busy.headers["Vary"].split(", ").count("HX-Request") == 1

    DataImport.objects.update(state=State.READY)
    over = client.get(url, headers={"HX-Request": "true"})
    assert "hx-get" not in over.text
    assert "2 rows can be imported." in over.text
    assert 'hx-swap-oob="innerHTML"' in over.text


def test_page_without_a_script_refreshes_itself_while_busy(client, signed_in):
    data_import = uploaded(GOOD)
    refresh = '<noscript><meta http-equiv="refresh" content="2"></noscript>'
    assert refresh not in client.get(data_import.get_absolute_url()).text

    DataImport.objects.update(state=State.CHECKING)

    assert refresh in client.get(data_import.get_absolute_url()).text


def test_refused_rows_are_shown_and_can_be_downloaded(client, signed_in):
    data_import = uploaded(BAD)

    page = client.get(data_import.get_absolute_url()).text
    response = client.get(reverse("analytics:import_refusals", args=[data_import.pk]))

    assert "1 row is refused, so nothing is imported" in page
    assert "Import 1 row" not in page
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert rows == [
        ["row", "problem"],
        ["3", "Rows 2 and 3 both have the employee_id “E1”. Keep one of them."],
    ]
    assert response["Content-Disposition"] == (
        f'attachment; filename="refused-rows-{data_import.pk}.csv"'
    )


def test_nothing_refused_has_no_download(client, signed_in):
    data_import = uploaded(GOOD)

    response = client.get(reverse("analytics:import_refusals", args=[data_import.pk]))

    assert response.status_code == 404


def test_file_without_news_offers_no_import(client, signed_in):
    plan = actions.import_file("people", io.BytesIO(GOOD), "file.csv")
    assert not plan.is_refused
    data_import = uploaded(GOOD)

    page = client.get(data_import.get_absolute_url()).text

    assert "Everything in the file is recorded already" in page
    assert "import_apply" not in page


def test_discard_forgets_the_file_and_says_so(client, signed_in):
    data_import = uploaded(GOOD)

    response = client.post(reverse("analytics:import_discard", args=[data_import.pk]), follow=True)

    assert "“file.csv” is discarded. Nothing was imported." in response.text
    data_import.refresh_from_db()
    assert data_import.state == State.DISCARDED


@pytest.mark.parametrize(
    ("name", "state", "words"),
    [
        ("import_apply", State.REFUSED, "This file is not ready to be imported."),
        ("import_discard", State.APPLYING, "so it cannot be discarded."),
        ("import_recheck", State.APPLYING, "This file is being worked on"),
    ],
)
def test_button_of_an_old_page_says_why_not(client, signed_in, name, state, words):
    data_import = uploaded(GOOD)
    DataImport.objects.update(state=state)

    response = client.post(reverse(f"analytics:{name}", args=[data_import.pk]), follow=True)

    assert words in response.text


def test_names_from_the_file_are_escaped(client, signed_in):
    data_import = uploaded(b"employee_id,name\nE1,<script>alert(1)</script>\n")

    page = client.get(data_import.get_absolute_url()).text

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
