"""FACEIT's dialect: what linked players do, told to the vendor's Customer Data Platform, one event per request.

`FaceitDialect(rules_from(config))` speaks it; docs/reference/faceit.md says what a configuration can hold.
"""

from countroom.dialects.faceit.encode import FaceitDialect
from countroom.dialects.faceit.negotiated import negotiated
from countroom.dialects.faceit.rules import FaceitRules
from countroom.dialects.faceit.written import faults, rules_from

__all__ = ["FaceitDialect", "FaceitRules", "faults", "negotiated", "rules_from"]
