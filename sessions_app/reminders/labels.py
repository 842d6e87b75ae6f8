"""What the messages about meetings are called where people choose what they get."""

from notifications.catalogue import describe

MEETINGS = "Meetings"


def describe_kinds() -> None:
    """Called once every kind is registered."""
    describe("meeting_48h", "Two days before a meeting", MEETINGS)
    describe("recap", "The recap of a meeting", MEETINGS)
    describe("recap_request", "A recap that you are asked to write", MEETINGS)
