"""A device as its browser describes it."""

from notifications import vapid
from notifications.models import PushSubscription

# The example of RFC 8291.
SAID = {
    "endpoint": "https://push.example.net/push/JzLQ3raZJfFBR0aqvOMsLrt54w4rJUsV",
    "p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcx"
    "aOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
    "auth": "BTBZMqHH6r4Tts7J_aSIgg",
}


def device_of(person, **facts):
    said = SAID | {"server_key": vapid.public_key(), "device": "Firefox on Android"} | facts
    return PushSubscription.objects.create(person=person, **said)
