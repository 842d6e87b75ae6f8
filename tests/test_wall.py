"""The wall around content: one road to a row, and none from the admin site."""

import pytest
from django.apps import apps
from django.contrib import admin

# What circles say, write and decide among themselves. A new kind is added here and to the readers.
CONTENT = {
    "circles": {
        "charter",
        "signature",
        "closingword",
        "applicationvote",
        "renewalballot",
        "outcomefollowup",
        "announcement",
    },
    "sessions_app": {
        *{"meeting", "series", "meetingdefaults", "agenda", "roleturn", "roleswap"},
        *{"livemeeting", "airtime", "decision", "discussionnote", "casenote", "plusdelta"},
        *{"attendance", "attendancechange", "usedanswerlink", "commitment", "carry", "topic"},
        *{"timesearch", "availability", "candidate", "timevote", "calendarfeed", "invitation"},
        *{"goal", "checkin"},
    },
}
# Only its own person reads it, so there is nothing to select.
OWN = {"applicationvote", "renewalballot", "usedanswerlink"}


def content_models():
    return [apps.get_model(app, name) for app, names in CONTENT.items() for name in sorted(names)]


def test_every_model_about_meetings_is_content():
    models = {model._meta.model_name for model in apps.get_app_config("sessions_app").get_models()}

    assert models == CONTENT["sessions_app"]


@pytest.mark.parametrize("model", content_models(), ids=lambda model: model.__name__)
def test_content_is_selected_through_visible_to(model):
    assert model._meta.model_name in OWN or callable(model.objects.visible_to)


def test_admin_site_registers_nothing_that_a_circle_writes():
    registered = {model._meta.label_lower for model in admin.site._registry}
    rooms = {label.split(".")[0] for label in registered}

    assert not registered & {model._meta.label_lower for model in content_models()}
    assert not rooms & {"circles", "sessions_app"}
