"""What the messages of circles are called where people choose what they get."""

from notifications.catalogue import describe
from notifications.models import Urgency

JOINING, CHANGES, RUNNING = "Seats", "What becomes of your circle", "Looking after circles"
WATCHED = "It is about who may read what is said in a circle."


def describe_kinds() -> None:
    """Called once every kind is registered."""
    describe("seat_offer", "A seat is held for you", JOINING)
    describe("seat_offer_ending", "Your seat is held for one more day", JOINING, Urgency.PROMPT)
    describe("application_decided", "Your application was decided", JOINING)
    describe("wait_ended", "Your place in line is gone", JOINING)
    describe("back_from_leave", "Your leave has ended", JOINING)
    describe("proposal_launched", "A circle that you proposed or support begins", JOINING)
    describe("proposal_declined", "Your proposal was declined", JOINING)
    describe("proposal_withdrawn", "A proposal that you support was withdrawn", JOINING)
    describe("proposal_idle", "Your proposal found too few people", JOINING)
    describe("charter_to_sign", "A charter to sign", CHANGES)
    describe("renewal_vote", "The vote on what becomes of your circle", CHANGES)
    describe("renewal_outcome", "What your circle decided", CHANGES)
    describe("closing_round", "Closing words before your circle ends", CHANGES)
    describe("circle_closed", "Your circle is closed", CHANGES)
    describe("circle_paused", "Your circle pauses", CHANGES)
    describe("circle_resumed", "Your circle goes on", CHANGES)
    describe("circle_split", "Your circle becomes two", CHANGES)
    describe("circle_merged", "Your circle joins another", CHANGES)
    describe("merge_request", "A circle asks to join yours", RUNNING)
    describe("merge_refused", "A circle did not want to join", RUNNING)
    describe("application_new", "Somebody asks for a seat", RUNNING)
    describe("circle_ready", "A circle can begin", RUNNING)
    describe("formation_ready", "Circles were formed", RUNNING)
    describe("waitlist_demand", "Many people wait for a circle", RUNNING, Urgency.BULK)
    describe("emergency_requested", "Emergency access is asked for", RUNNING, required=WATCHED)
    describe("emergency_opened", "Emergency access was opened", CHANGES, required=WATCHED)
