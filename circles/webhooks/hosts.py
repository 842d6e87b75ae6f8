"""Which addresses a service has, as far as one can tell from reading them."""

from members.outward import NotAllowed, host_of

SLACK = "hooks.slack.com"
TEAMS = (".webhook.office.com", ".logic.azure.com", ".powerplatform.com")


class NotThere(Exception):
    """Why this address cannot be one of that service, in words for whoever typed it."""


def checked(service: str, address: str) -> str:
    """The address, if it may be one of the service. Raises NotThere. Nothing is looked up."""
    if not address.lower().startswith("https://"):
        raise NotThere("The address begins with https://. Copy it whole.")
    try:
        host = host_of(address)
    except NotAllowed as problem:
        raise NotThere(str(problem)) from None
    if service == "slack" and host != SLACK:
        raise NotThere(f"Addresses of Slack begin with https://{SLACK}/. Copy it from Slack.")
    return address


def looks_strange(service: str, address: str) -> bool:
    """Whether Teams gives out no such addresses, as far as we know; it changes them at times."""
    return service == "teams" and not host_of(address).endswith(TEAMS)
