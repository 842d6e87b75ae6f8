"""Every page, and who opens which of its rows."""

from collections.abc import Callable
from typing import Any, NamedTuple

from django.db.models import QuerySet

from analytics.models import DataImport
from bench import announcing, calendars, choosing, searches
from bench import organisation as draw
from bench.organisation import Draw
from circles.models import Circle, Format, Formation, Programme
from members.models import Member

BUDGET_MS = 150


class Page(NamedTuple):
    """One kind of request, the route it goes to, and the most its 95th percentile may take."""

    name: str
    route: str
    draw: Draw
    budget_ms: int = BUDGET_MS


def pages() -> list[Page]:
    return [*of_everybody(), *of_members(), *of_facilitators(), *of_organisers(), *of_analysts()]


def of_everybody() -> list[Page]:
    return [
        Page("healthz", "", draw.visitor("/healthz")),
        Page("readyz", "", draw.visitor("/readyz")),
        Page("sign in", "account_login", draw.visitor("/accounts/login/")),
    ]


def of_members() -> list[Page]:
    return [
        Page("home", "meetings:home", draw.member("/")),
        Page("home, new here", "meetings:home", draw.newcomer("/")),
        Page("circles", "circles:list", draw.member("/circles/")),
        Page("circles, page 50", "circles:list", draw.member("/circles/?page=50")),
        Page(
            "circles, words",
            "circles:list",
            draw.member("/circles/?words=lead", "/circles/?words=honest", "/circles/?words=x"),
        ),
        Page(
            "circles, filters",
            "circles:list",
            draw.member(
                "/circles/?free=on&format=mastermind",
                "/circles/?free=on&where=remote&language=en",
                "/circles/?free=on&words=five",
            ),
        ),
        Page("circle, own", "meetings:circle", draw.own_circle("meetings:circle")),
        Page("circle, another", "meetings:circle", draw.strange_circle("meetings:circle")),
        Page("meeting", "meetings:meeting", draw.own_meeting("meetings:meeting")),
        Page("promises", "meetings:commitments", draw.member("/promises/")),
        Page("goals", "meetings:goals", draw.member("/goals/", "/goals/?show=past")),
        Page("goal", "meetings:goal", draw.own_goal("meetings:goal")),
        Page("goal, new", "meetings:goal_new", draw.member("/goals/new/")),
        Page("goal, edit", "meetings:goal_edit", draw.own_goal("meetings:goal_edit")),
        Page("profile", "members:profile", draw.member("/profile/")),
        Page("inbox", "notifications:inbox", draw.member("/inbox/", "/inbox/?show=unread")),
        Page("messages", "notifications:wishes", draw.member("/messages/")),
        Page("open programmes", "circles:open_programmes", draw.member("/circles/programmes/")),
        Page("enrol", "circles:enrol", choosing.any_programme),
        Page("catch-up", "meetings:catch_up", draw.own_circle("meetings:catch_up")),
        Page("move", "circles:move", draw.own_circle("circles:move")),
        Page("charter", "circles:charter", draw.own_circle("circles:charter")),
        Page("charter, sign", "circles:charter_sign", draw.own_circle("circles:charter_sign")),
        Page("signatures", "circles:signatures", draw.member("/signatures/")),
        Page("how it goes", "circles:follow_ups", draw.member("/follow-ups/")),
        Page("how it goes, one", "circles:follow_up", choosing.asked_about),
        Page(
            "circles, sorted",
            "circles:list",
            draw.member("/circles/?sort=fit", "/circles/?sort=new", "/circles/?sort=filling"),
        ),
        Page("wishes", "circles:wishes", draw.member("/circles/wishes/")),
        Page("propose", "circles:propose", choosing.proposers),
        Page("vote", "circles:renewal", draw.own_circle("circles:renewal")),
        Page("closing words", "circles:closing_word", draw.own_circle("circles:closing_word")),
        Page("calendars", "meetings:calendars", draw.member("/calendars/")),
        Page("calendar feed", "meetings:feed", calendars.feeds),
        Page("answer from mail", "meetings:answer_link", calendars.links),
        Page("topics", "meetings:topics", draw.own_circle("meetings:topics")),
        Page("case notes", "meetings:case_notes", draw.member("/case-notes/")),
        Page(
            "case note, new", "meetings:case_note_new", draw.own_meeting("meetings:case_note_new")
        ),
    ]


def of_facilitators() -> list[Page]:
    coming, past = {"past": False}, {"past": True}
    return [
        Page("home, facilitator", "meetings:home", draw.facilitator("/")),
        Page("hub", "facilitation:hub", draw.facilitator("/hub/")),
        Page(
            "write to whom", "circles:announcement_choose", draw.facilitator("/announcements/new/")
        ),
        Page("announcements", "circles:announcements", draw.facilitator("/announcements/")),
        Page("announcement", "circles:announcement", announcing.sent),
        Page("announcement, write", "circles:announcement_edit", announcing.drafts),
        Page(
            "announcement to 10,000",
            "circles:announcement_preview",
            announcing.to_everyone,
            budget_ms=300,
        ),
        Page("circle, held", "meetings:circle", draw.held_circle("meetings:circle")),
        Page("meeting, new", "meetings:meeting_new", draw.held_circle("meetings:meeting_new")),
        Page("meeting, past", "meetings:meeting", draw.held_meeting("meetings:meeting", **past)),
        Page("meeting, next", "meetings:meeting", draw.held_meeting("meetings:meeting", **coming)),
        Page(
            "meeting, edit",
            "meetings:meeting_edit",
            draw.held_meeting("meetings:meeting_edit", **coming),
        ),
        Page("recap", "meetings:recap", draw.held_meeting("meetings:recap", **past)),
        Page("series, new", "meetings:series_new", draw.held_circle("meetings:series_new")),
        Page("series", "meetings:series", choosing.held_series("meetings:series")),
        Page("series, edit", "meetings:series_edit", choosing.held_series("meetings:series_edit")),
        Page(
            "find a time",
            "meetings:time_search_new",
            draw.held_circle("meetings:time_search_new"),
        ),
        Page(
            "find a time, answer",
            "meetings:time_search_answer",
            searches.own_search("meetings:time_search_answer", votes=False),
        ),
        Page(
            "find a time, vote",
            "meetings:time_search",
            searches.own_search("meetings:time_search", votes=True),
        ),
        Page("circle, edit", "circles:edit", draw.held_circle("circles:edit")),
        Page("people of a circle", "circles:people", draw.held_circle("circles:people")),
        Page("charter, write", "circles:charter_write", draw.held_circle("circles:charter_write")),
        Page("channels", "circles:webhooks", draw.held_circle("circles:webhooks")),
        Page("gates", "circles:gates", draw.held_circle("circles:gates")),
        Page("circle, divide", "circles:split", draw.held_circle("circles:split")),
        Page("circle, merge", "circles:merge", draw.held_circle("circles:merge")),
        Page("agenda, change", "meetings:agenda", draw.held_meeting("meetings:agenda", **coming)),
        Page("roles", "meetings:role_give", draw.held_meeting("meetings:role_give", **coming)),
    ]


def of_organisers() -> list[Page]:
    def organiser(route: str, *addresses: str) -> tuple[str, Draw]:
        return route, draw.login("organiser", *addresses)

    def many(route: str, rows: Callable[[], QuerySet[Any]], key: str = "pk") -> tuple[str, Draw]:
        return route, draw.any_of("organiser", route, rows, key)

    people = "members:people"
    return [
        Page("people", *organiser(people, "/people/")),
        Page("people, page 20", *organiser(people, "/people/?page=20")),
        Page("people, all", *organiser(people, "/people/?show=all", "/people/?show=left")),
        Page(
            "people, search",
            *organiser(
                people,
                "/people/?q=mensah",
                "/people/?q=e0500",
                "/people/?q=an",
                "/people/?q=kofi.owusu",
                "/people/?q=nobody+at+all&show=all",
            ),
        ),
        Page("people, role", *organiser(people, "/people/?role=organiser")),
        Page("person", *many("members:person", Member.objects.all)),
        Page("programmes", *organiser("circles:programmes", "/programmes/")),
        Page("programme", *many("circles:programme", Programme.objects.all)),
        Page("milestone, new", *many("circles:milestone_new", Programme.objects.all)),
        Page(
            "write to whom, organiser",
            *organiser("circles:announcement_choose", "/announcements/new/"),
        ),
        Page("programme, new", *organiser("circles:programme_create", "/programmes/new/")),
        Page("programme, edit", *many("circles:programme_edit", Programme.objects.all)),
        Page("circle, organiser", *many("meetings:circle", Circle.objects.all)),
        Page("circle, new", *organiser("circles:create", "/circles/new/")),
        Page("circle, parent", *many("circles:parent", Circle.objects.all)),
        Page("circle, new in", *many("circles:create_in_programme", Programme.objects.all)),
        Page("emergencies", *organiser("circles:emergencies", "/emergencies/")),
        Page("emergency log", *many("circles:emergency_log", Circle.objects.all)),
        Page("formats", *organiser("circles:formats", "/formats/")),
        Page("format", *many("circles:format", Format.objects.all, "key")),
        Page("sending", *organiser("notifications:operations", "/messages/sending/")),
        Page("imports", *organiser("analytics:imports", "/imports/")),
        Page("import, new", *organiser("analytics:import_new", "/imports/new/people/")),
        Page("import", *many("analytics:import", DataImport.objects.all)),
        Page("enrolled", *many("circles:enrolled", Programme.objects.all)),
        Page("enrolled, add", *many("circles:enrolled_add", Programme.objects.all)),
        Page("questions", *many("circles:questions", Programme.objects.all)),
        Page("themes", *organiser("circles:themes", "/programmes/themes/")),
        Page("format, new", *organiser("circles:format_new", "/formats/new/?copy=mastermind")),
        Page("format versions", *many("circles:format_versions", Format.objects.all, "key")),
        Page(
            "format version",
            *organiser(
                "circles:format_version",
                "/formats/mastermind/versions/1/",
                "/formats/career_circle/versions/1/",
            ),
        ),
        Page("format circles", *many("circles:format_circles", Format.objects.all, "key")),
        Page("format move", "circles:format_move", choosing.circles_to_move),
        Page("circle version", *many("circles:circle_version", Circle.objects.all)),
        Page("formations", *many("circles:formations", Programme.objects.all)),
        Page("formation, new", *many("circles:formation_new", Programme.objects.current)),
        Page("formation, pairs", *many("circles:pair_rules", Programme.objects.all)),
        Page("formation", *many("circles:formation", Formation.objects.all), budget_ms=300),
        Page("formation, set-up", *many("circles:formation_set_up", Formation.objects.all)),
        Page(
            "formation, publish",
            *many("circles:formation_publish", Formation.objects.all),
            budget_ms=600,
        ),
    ]


def of_analysts() -> list[Page]:
    def analyst(route: str, *addresses: str) -> tuple[str, Draw]:
        return route, draw.login("hr", *addresses)

    skills = "/reports/skills/"
    return [
        Page("promotions", *analyst("analytics:promotions", "/reports/promotions/")),
        Page("promotions, unit", "analytics:promotions", choosing.shown_units),
        Page("promotions.csv", *analyst("analytics:promotions_csv", "/reports/promotions.csv")),
        Page("skills", *analyst("analytics:skills", skills, f"{skills}?by=peer")),
        Page("skills.csv", *analyst("analytics:skills_csv", "/reports/skills.csv")),
    ]
