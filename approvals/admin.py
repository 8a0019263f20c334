"""The admins of all rooms, gathered so that Django finds them."""

from approvals.acts import admin as acts
from approvals.catalogue import admin as catalogue
from approvals.joint import admin as joint
from approvals.papers import admin as papers
from approvals.supervision import admin as supervision

__all__ = ["acts", "catalogue", "joint", "papers", "supervision"]
