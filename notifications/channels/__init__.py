"""The ways in which a message reaches a person. A channel is one small class, listed here."""

from notifications.channels.base import Channel, Message, Outcome
from notifications.channels.inbox import InboxChannel
from notifications.channels.mail import MailChannel
from notifications.channels.push import PushChannel

CHANNELS: dict[str, Channel] = {}

__all__ = ["CHANNELS", "Channel", "Message", "Outcome", "add"]


def add(channel: Channel) -> None:
    """Let kinds name this channel. Raises ValueError for a name in use."""
    if CHANNELS.get(channel.name, channel) is not channel:
        raise ValueError(f"There is already a channel named {channel.name!r}.")
    CHANNELS[channel.name] = channel


add(MailChannel())
add(InboxChannel())
add(PushChannel())
