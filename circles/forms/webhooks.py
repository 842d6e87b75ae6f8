from typing import Any

from django import forms

from circles.models import Webhook
from circles.models.webhook import POSTS
from circles.webhooks.hosts import NotThere, checked
from members.forms import PeerloomForm

HELP = {
    "slack": "In Slack: Apps, Incoming WebHooks, Add to Slack, choose the channel, copy the "
    "Webhook URL. It begins with https://hooks.slack.com/.",
    "teams": "In Teams: the channel’s menu, Workflows, “Send webhook alerts to a channel”, copy "
    "the address at the end.",
}
KEEP = " Leave it empty to keep the one there is."


class WebhookForm(PeerloomForm):
    """Where to post, and what. The address is never shown again, so it may stay empty later."""

    seen_by = {"secret_address": "Nobody sees it again: only its host and its last 4 characters."}

    secret_address = forms.CharField(
        label="Address",
        max_length=2000,
        widget=forms.TextInput(
            {"autocomplete": "off", "spellcheck": "false", "autocapitalize": "off"}
        ),
    )
    posts_near = forms.BooleanField(
        label="A meeting is near: at nine the day before, and two hours before", required=False
    )
    posts_changes = forms.BooleanField(label="A meeting was moved or called off", required=False)
    posts_recap = forms.BooleanField(
        label="The recap of a meeting is there (not what it says)", required=False
    )

    def __init__(self, data: Any = None, *, service: str, webhook: Webhook | None = None) -> None:
        self.service = service
        shown = {name: getattr(webhook, name) if webhook else True for name in POSTS}
        super().__init__(data, initial=shown)
        address = self.fields["secret_address"]
        address.required = webhook is None
        address.help_text = HELP[service] + (KEEP if webhook else "")

    def clean_secret_address(self) -> str:
        address: str = self.cleaned_data["secret_address"].strip()
        try:
            return checked(self.service, address) if address else ""
        except NotThere as problem:
            raise forms.ValidationError(str(problem)) from None

    @property
    def posts(self) -> dict[str, bool]:
        return {name: self.cleaned_data[name] for name in POSTS}
