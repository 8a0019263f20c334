"""What each act asks, and how."""

from approvals.acts.forms.acts import ActForm
from approvals.acts.forms.doors import ACT_FORMS

__all__ = ["ACT_FORMS", "ActForm"]
