"""What is done with policies and with all that waits: sweeping, publishing, asking for progress."""

from huadu_portal.escalation.operations.policies import publish_policy, retire_policy
from huadu_portal.escalation.operations.recheck import request_recheck
from huadu_portal.escalation.operations.sweep import remind

__all__ = ["publish_policy", "remind", "request_recheck", "retire_policy"]
