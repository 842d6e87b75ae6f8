"""What the messages about meetings are called where people choose what they get."""

from notifications.catalogue import describe

MEETINGS = "Meetings"


def describe_kinds() -> None:
    """Called once every kind is registered."""
    describe("meeting_48h", "Two days before a meeting", MEETINGS)
    describe("recap", "The recap of a meeting", MEETINGS)
    describe("recap_request", "A recap that you are asked to write", MEETINGS)
    describe("invitation", "Invitations for your calendar", MEETINGS)
    describe(
        "cancellation",
        "A meeting is called off",
        MEETINGS,
        required="You may be on your way to it.",
    )
    describe("missed_two", "A word when you were missed twice", MEETINGS)
    describe("buddy_note", "Halfway: how your buddy is doing", MEETINGS)
    describe("time_search_ask", "Your circle looks for a time", MEETINGS)
    describe("time_search_chase", "A reminder to say when you can", MEETINGS)
    describe("time_search_vote", "Times to vote on", MEETINGS)
    describe("time_search_chase_vote", "A reminder to vote on a time", MEETINGS)
    describe("time_search_stuck", "A search for a time that waits for you", MEETINGS)
    describe("role_swap", "Someone asks you to take over a role", MEETINGS)
    describe("role_swap_answer", "The answer to your question about a role", MEETINGS)
