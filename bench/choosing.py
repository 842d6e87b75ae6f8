"""Who opens which rows, where a page wants more than somebody and a row of theirs."""

from datetime import datetime, time, timedelta

from django.urls import reverse

from analytics.actions.reports import PROMOTIONS, current_snapshot
from bench import organisation as draw
from bench.organisation import Draw, Organisation, Visit
from circles.models import Circle, Membership, Programme
from sessions_app.actions.series import plan_series
from sessions_app.models import Series


def any_programme(organisation: Organisation, count: int) -> list[Visit]:
    """Somebody opens a programme as members see it."""
    keys = list(Programme.objects.current().values_list("pk", flat=True))
    return [
        Visit(person, reverse("circles:enrol", args=[keys[number % len(keys)]]))
        for number, person in enumerate(organisation.people(count))
    ]


def asked_about(organisation: Organisation, count: int) -> list[Visit]:
    """People open what they are asked about one of their circles."""
    seats = Membership.objects.current().asked_how_it_goes().select_related("person")
    return [
        Visit(seat.person, reverse("circles:follow_up", args=[seat.pk]))
        for seat in organisation.some(seats, count)
    ]


def proposers(organisation: Organisation, count: int) -> list[Visit]:
    """Members, once the programmes let everyone propose a circle."""
    Programme.objects.current().update(starters=Programme.Starters.EVERYONE)
    return draw.member("/circles/propose/")(organisation, count)


def held_series(route: str) -> Draw:
    """Facilitators open the weekly series of a circle, which is planned if there is none."""

    def draw_some(organisation: Organisation, count: int) -> list[Visit]:
        visits = []
        for held in organisation.appointments(count):
            series = Series.objects.running().filter(circle=held.circle_id).first()
            starts = datetime.combine(held.circle.today + timedelta(days=7), time(3, 20))
            series = series or plan_series(
                held.circle, by=held.person, rules=["FREQ=WEEKLY"], starts=starts, minutes=20
            )
            visits.append(Visit(held.person, reverse(route, args=[series.pk])))
        return visits

    return draw_some


def shown_units(organisation: Organisation, count: int) -> list[Visit]:
    """Units that the report shows, one after the other."""
    rows = current_snapshot(PROMOTIONS).figures["units"]
    units = [str(row["unit"]) for row in rows if not row["suppressed"]]
    person = organisation.logins["hr"]
    return [Visit(person, f"/reports/promotions/?unit={unit}") for unit in units[:count]]


def circles_to_move(organisation: Organisation, count: int) -> list[Visit]:
    """A list of fifty circles, as an organiser chooses them on one page."""
    circles = Circle.objects.open().filter(format_version__format__key="career_circle")
    query = "&".join(f"circle={circle.pk}" for circle in organisation.some(circles, 50))
    address = f"/formats/career_circle/move/?to=1&{query}"
    return [Visit(organisation.logins["organiser"], address)] * count
