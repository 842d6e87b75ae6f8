"""Who may import and read reports: predicates, named once for views and templates."""

import rules

from members.rules import is_hr_analyst, is_organiser

rules.add_perm("analytics.import_data", is_organiser)
rules.add_perm("analytics.read_reports", is_hr_analyst)
