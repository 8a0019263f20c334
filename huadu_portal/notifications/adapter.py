from allauth.account.adapter import DefaultAccountAdapter

from huadu_portal.clock import now
from huadu_portal.notifications import operations


class AccountAdapter(DefaultAccountAdapter):
    """Account mail goes the way of all mail: a mail server away loses no sign-up."""

    def send_mail(self, template_prefix, email, context):
        context = {"email": email, "current_site": None} | context
        message = self.render_mail(template_prefix, email, context)
        operations.send_account_mail(email, message.subject, message.body, at=now())
