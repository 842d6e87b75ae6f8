"""Who may open the facilitator's page."""

import rules

from circles.rules import is_any_facilitator

rules.add_perm("facilitation.open_hub", is_any_facilitator)
