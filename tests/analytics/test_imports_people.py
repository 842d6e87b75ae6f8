import datetime as dt

import pytest
from allauth.account.models import EmailAddress

from analytics.imports import FileRefused
from members.models import Member, Unit
from tests.analytics.import_files import bring_in, counts, lines, reasons, table
from tests.factories import PersonFactory, UnitFactory, organiser

pytestmark = pytest.mark.django_db

HEADER = (
    "employee_id,email,name,hired_on,left_on,observed_until,unit,level,job_title,location,"
    "manager_id,time_zone,language,Cost Centre"
)
ADA = "E1,Ada@Example.org,Ada Okafor,2019-03-01,,,Ops/Claims ,5,Lead,Lagos,,Africa/Lagos,EN,12"


def people(*rows):
    return bring_in("people", lines(HEADER, *rows))


def test_person_is_added_with_every_column():
    plan = people(ADA)

    ada = Member.objects.get(employee_number="E1")
    assert counts(plan) == (1, 0, 0, 0)
    assert ada.email == "ada@example.org"
    assert ada.name == "Ada Okafor"
    assert ada.hired_on == dt.date(2019, 3, 1)
    assert ada.unit.path == "Ops / Claims"
    assert ada.unit.parent.path == "Ops"
    assert ada.job_level == 5
    assert (ada.job_title, ada.location) == ("Lead", "Lagos")
    assert (ada.time_zone, ada.language) == ("Africa/Lagos", "en")
    assert ada.attributes == {"cost_centre": "12"}
    assert not ada.has_usable_password()


def test_same_file_twice_changes_nothing():
    rows = [ADA, "E2,,Ben,2020-01-01,,,Ops,3,,,E1,,,"]
    people(*rows)
    before = list(Member.objects.order_by("pk").values())

    plan = people(*rows)

    assert counts(plan) == (0, 0, 2, 0)
    assert list(Member.objects.order_by("pk").values()) == before


def test_changes_are_told_and_made():
    people(ADA)

    plan = people(ADA.replace("5,Lead", "6,Head").replace(",12", ",13"))

    [listed] = plan.listed["change"]
    assert {(d.name, d.old, d.new) for d in listed.differences} == {
        ("level", "5", "6"),
        ("job_title", "Lead", "Head"),
        ("cost_centre", "12", "13"),
    }
    assert Member.objects.get().job_level == 6


def test_missing_column_leaves_the_value_and_empty_cell_clears_it():
    people(ADA)

    bring_in("people", lines("employee_id,name,level,time_zone", "E1,Ada Okafor,,"))

    ada = Member.objects.get()
    assert ada.job_level is None
    assert ada.email == "ada@example.org"
    assert ada.time_zone == "Africa/Lagos"
    assert ada.attributes == {"cost_centre": "12"}


def test_empty_attribute_is_removed():
    people(ADA)

    bring_in("people", lines("employee_id,name,COST CENTRE", "E1,Ada Okafor,"))

    assert Member.objects.get().attributes == {}


def test_manager_may_come_later_in_the_file_or_be_recorded_already():
    PersonFactory(employee_number="E0", name="Zoe")

    people("E1,,Ada,,,,,,,,E2,,,", "E2,,Ben,,,,,,,,E0,,,")

    assert Member.objects.get(employee_number="E1").manager.name == "Ben"
    assert Member.objects.get(employee_number="E2").manager.name == "Zoe"


def test_unknown_manager_is_refused():
    plan = people("E1,,Ada,,,,,,,,E9,,,")

    assert reasons(plan) == {
        2: "manager_id: nobody has the employee_id “E9”, neither in this file nor among those "
        "imported before. Add them or correct the number."
    }
    assert Member.objects.count() == 0


def test_own_manager_is_refused():
    plan = people("E1,,Ada,,,,,,,,E1,,,")

    assert reasons(plan) == {2: "manager_id: nobody manages themselves. Empty it or correct it."}


def test_manager_cycle_across_file_and_database_is_told_in_words():
    ada = PersonFactory(employee_number="E1", name="Ada")
    PersonFactory(employee_number="E2", name="Ben", manager=ada)

    plan = people("E1,,Ada,,,,,,,,E3,,,", "E3,,Cem,,,,,,,,E2,,,")

    chain = "Ben (E2) reports to Ada (E1), who reports to Cem (E3), who reports to Ben (E2)"
    reason = f"manager_id: {chain}. Change one of them."
    assert reasons(plan) == {2: reason, 3: reason}


def test_cycle_can_be_undone_by_the_file_that_turns_it_round():
    ada = PersonFactory(employee_number="E1", name="Ada")
    PersonFactory(employee_number="E2", name="Ben", manager=ada)

    plan = people("E1,,Ada,,,,,,,,E2,,,", "E2,,Ben,,,,,,,,,,,")

    assert counts(plan) == (0, 2, 0, 0)
    assert Member.objects.get(employee_number="E1").manager.name == "Ben"


def test_duplicate_id_is_refused_naming_both_rows():
    plan = people("E1,,Ada,,,,,,,,,,,", "E1,,Ben,,,,,,,,,,,")

    assert reasons(plan) == {3: "Rows 2 and 3 both have the employee_id “E1”. Keep one of them."}


def test_duplicate_email_is_refused_whatever_its_case():
    plan = people("E1,A@x.org,Ada,,,,,,,,,,,", "E2,a@X.org,Ben,,,,,,,,,,,")

    assert reasons(plan) == {3: "Rows 2 and 3 both have the email a@x.org. Keep one of them."}


def test_email_of_somebody_else_is_refused():
    PersonFactory(employee_number="E7", name="Zoe", email="zoe@x.org")

    plan = people("E1,zoe@x.org,Ada,,,,,,,,,,,")

    assert reasons(plan) == {2: "email: zoe@x.org belongs to Zoe (E7). Correct it here or there."}


def test_emails_may_change_places():
    PersonFactory(employee_number="E1", name="Ada", email="a@x.org")
    PersonFactory(employee_number="E2", name="Ben", email="b@x.org")

    plan = bring_in("people", lines("employee_id,name,email", "E1,Ada,b@x.org", "E2,Ben,a@x.org"))

    assert counts(plan) == (0, 2, 0, 0)
    assert Member.objects.get(employee_number="E1").email == "b@x.org"


def test_email_freed_by_the_file_may_go_to_a_new_person():
    PersonFactory(employee_number="E1", name="Ada", email="a@x.org")

    plan = bring_in("people", lines("employee_id,name,email", "E1,Ada,", "E2,Ben,a@x.org"))

    assert counts(plan) == (1, 1, 0, 0)
    assert Member.objects.get(employee_number="E2").email == "a@x.org"


def test_person_who_signed_up_is_adopted_and_keeps_their_password():
    signed_up = Member.objects.create_user("ada@x.org", "long-password", name="Ada")
    EmailAddress.objects.create(user=signed_up, email="ada@x.org", verified=True, primary=True)

    plan = bring_in("people", lines("employee_id,name,email", "E1,Ada Okafor,ada@x.org"))

    adopted = Member.objects.get()
    assert counts(plan) == (0, 1, 0, 0)
    assert (adopted.pk, adopted.employee_number) == (signed_up.pk, "E1")
    assert adopted.check_password("long-password")


def test_adopted_account_that_never_proved_its_address_loses_its_password():
    stranger = Member.objects.create_user("ada@x.org", "chosen-by-a-stranger", name="Ada")
    EmailAddress.objects.create(user=stranger, email="ada@x.org", verified=False, primary=True)

    bring_in("people", lines("employee_id,name,email", "E1,Ada Okafor,ada@x.org"))

    assert not Member.objects.get().has_usable_password()


def test_changed_email_replaces_the_login_and_needs_proof_anew():
    ada = PersonFactory(employee_number="E1", name="Ada", email="old@x.org")
    EmailAddress.objects.create(user=ada, email="old@x.org", verified=True, primary=True)

    bring_in("people", lines("employee_id,name,email", "E1,Ada,new@x.org"))

    logins = EmailAddress.objects.values_list("user", "email", "verified", "primary")
    assert list(logins) == [(ada.pk, "new@x.org", False, True)]


def test_further_address_of_somebody_else_is_refused():
    zoe = PersonFactory(employee_number="E7", name="Zoe", email="zoe@x.org")
    EmailAddress.objects.create(user=zoe, email="z@x.org", verified=True, primary=False)

    plan = bring_in("people", lines("employee_id,name,email", "E1,Ada,z@x.org"))

    assert reasons(plan) == {2: "email: z@x.org belongs to Zoe (E7). Correct it here or there."}


def test_organiser_is_not_locked_out_by_an_empty_email():
    organiser(employee_number="E1", name="Ada", email="ada@x.org")

    plan = bring_in("people", lines("employee_id,name,email", "E1,Ada,"))

    assert reasons(plan) == {
        2: "email: Ada is an organiser and signs in with ada@x.org. Write an address here."
    }


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ("level=5.0", "level: write a whole number from -32,768 to 32,767, not “5.0”."),
        ("level=40000", "level: write a whole number from -32,768 to 32,767, not “40000”."),
        (
            "hired_on=3.4.2021",
            "hired_on: “3.4.2021” is not a date we can read. Write it like 2021-04-03.",
        ),
        ("hired_on=2021-02-30", "hired_on: there is no such day as 2021-02-30. Correct it."),
        (
            "hired_on=0021-02-03",
            "hired_on: 0021-02-03 is not between 1900 and 2100. Correct the year.",
        ),
        (
            "hired_on=2021-W05-1",
            "hired_on: “2021-W05-1” is not a date we can read. Write it like 2021-04-03.",
        ),
        (
            "hired_on=2021-04-03;left_on=2021-04-02",
            "left_on: 2021-04-02 is before the hiring on 2021-04-03. Correct one of them.",
        ),
        (
            "hired_on=2021-04-03;observed_until=2021-04-02",
            "observed_until: 2021-04-02 is before the hiring on 2021-04-03. Correct one of them.",
        ),
        ("email=ada", "email: “ada” is not an e-mail address. Write it like anna@example.org."),
        (
            "time_zone=berlin",
            "time_zone: “berlin” is not the name of a time zone. Write it like Europe/Berlin.",
        ),
        (
            "language=english please",
            "language: “english please” is not a language tag. Write it like en or pt-br.",
        ),
        (
            "unit=A // B",
            "unit: “A // B” has an empty name beside a slash. Write it like Sales / North.",
        ),
        ("name=", "name is empty. Fill it in."),
        ("location=bell\a", "location: “bell\a” contains the control character U+0007. Remove it."),
        (
            "name=" + "x" * 161,
            f"name: “{'x' * 59}…” has 161 characters. Shorten it to 160 at most.",
        ),
    ],
)
def test_refused_cell_says_what_to_do(cells, reason):
    row = {"employee_id": "E1", "name": "Ada"} | dict(cell.split("=") for cell in cells.split(";"))

    plan = bring_in("people", table(row.keys(), row.values()))

    assert reasons(plan) == {2: reason}
    assert Member.objects.count() == 0


def test_both_ends_of_the_record_are_allowed():
    plan = people("E1,,Ada,2019-01-01,2021-01-01,2020-12-31,,,,,,,,")

    assert counts(plan) == (1, 0, 0, 0)


def test_one_refused_row_keeps_all_others_out():
    plan = people(ADA, "E2,,,,,,,,,,,,,")

    assert counts(plan) == (1, 0, 0, 1)
    assert Member.objects.count() == 0
    assert Unit.objects.count() == 0


def test_existing_units_are_used_and_missing_ones_made_once():
    UnitFactory(name="Ops")

    people("E1,,Ada,,,,Ops / Claims / North,,,,,,,", "E2,,Ben,,,,Ops/Claims,,,,,,,")

    paths = list(Unit.objects.values_list("path", flat=True))
    assert paths == ["Ops", "Ops / Claims", "Ops / Claims / North"]


@pytest.mark.parametrize(
    "name",
    ["👩🏽‍🚀 Ada", "عادل الشريف", "Zoë", "Zoe\u0308", "𝒜𝒹𝒶 𠮷野", "Łukasz Đorđe", "O'Brien-=cmd|"],
)
def test_odd_names_survive_unchanged(name):
    bring_in("people", table(["employee_id", "name"], ["E1", name]))

    assert Member.objects.get().name == name


def test_line_breaks_in_a_name_become_spaces():
    bring_in("people", table(["employee_id", "name"], ["E1", "Ada\r\nOkafor"]))

    assert Member.objects.get().name == "Ada Okafor"


def test_dry_run_tells_the_same_and_changes_nothing():
    plan = bring_in("people", lines(HEADER, ADA), dry_run=True)

    assert counts(plan) == (1, 0, 0, 0)
    assert Member.objects.count() == 0
    assert Unit.objects.count() == 0


def test_too_many_attribute_columns_are_refused():
    extra = [f"c{n}" for n in range(101)]

    with pytest.raises(FileRefused, match="101 columns besides ours"):
        bring_in("people", table(["employee_id", "name", *extra], ["E1", "Ada", *extra]))


def test_queries_do_not_grow_with_rows(django_assert_max_num_queries):
    header = ["employee_id", "name", "email", "unit", "manager_id"]
    rows = [[f"E{n}", f"P{n}", f"p{n}@x.org", f"U{n % 7}", "E0"] for n in range(1, 500)]

    # Savepoints, the lock, the lookups of one batch, units, ids, insert, audit.
    with django_assert_max_num_queries(20):
        plan = bring_in("people", table(header, ["E0", "P0", "p0@x.org", "U0", ""], *rows))

    assert counts(plan) == (500, 0, 0, 0)


def test_attribute_that_is_too_long_is_refused():
    plan = bring_in("people", table(["employee_id", "name", "Bio"], ["E1", "Ada", "x" * 2001]))

    assert reasons(plan) == {
        2: f"bio: “{'x' * 59}…” has 2,001 characters. Shorten it to 2,000 at most."
    }


def test_attribute_whose_name_is_too_long_is_refused():
    with pytest.raises(FileRefused, match="Shorten it to 60 characters at most"):
        bring_in("people", table(["employee_id", "name", "x" * 61], ["E1", "Ada", ""]))


def test_cycle_that_is_recorded_and_not_touched_is_left_alone():
    ada = PersonFactory(employee_number="E1", name="Ada")
    ben = PersonFactory(employee_number="E2", name="Ben", manager=ada)
    Member.objects.filter(pk=ada.pk).update(manager=ben)

    plan = people("E3,,Cem,,,,,,,,E1,,,")

    assert counts(plan) == (1, 0, 0, 0)


def test_manager_whose_own_row_is_refused_is_no_second_reason():
    plan = people("E1,,Ada,,,,,,,,E2,,,", "E2,,,,,,,,,,,,,")

    assert reasons(plan) == {3: "name is empty. Fill it in."}


def test_long_chain_is_shortened_in_the_middle():
    rows = [f"E{n},,P{n},,,,,,,,E{(n + 1) % 12},,," for n in range(12)]

    [reason] = set(reasons(people(*rows)).values())

    assert reason.count("who reports to") == 7
    assert "who reports to 5 others, who reports to" in reason
