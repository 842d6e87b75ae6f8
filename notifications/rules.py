"""Who may look after the messages of everyone."""

import rules

from members.rules import is_organiser

rules.add_perm("notifications.look_after", is_organiser)
