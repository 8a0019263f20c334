"""What is asked about who acts for a firm."""

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from huadu_portal.acts import ActForm
from projects.forms.fields import CreditCodeField, PlainTexts


class MembershipReasonForm(PlainTexts, ActForm):
    reason = forms.CharField(
        label=capfirst(_("reason")),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class VerifyForm(PlainTexts, ActForm):
    """That the licence was seen, and how."""

    licence_checked = forms.BooleanField(
        label=_("I have checked the business licence of the enterprise")
    )
    reason = forms.CharField(
        label=capfirst(_("what was shown")),
        max_length=500,
        help_text=_(
            "For example the original of the business licence and the identity card of the legal "
            "representative, shown at the window."
        ),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class GrantClaimForm(MembershipReasonForm):
    keeps_owners = forms.BooleanField(
        label=_("The present owners stay as filers"), required=False
    )


class ClaimForm(PlainTexts, forms.Form):
    """That a firm which is here is the person's to answer for."""

    # As for joining: who claims learns nothing of it, not even whether it is here.
    ANSWER = _(
        "If an enterprise with this code has been verified here, your claim has been sent to the "
        "window; you will be notified of its decision."
    )

    credit_code = CreditCodeField()
    reason = forms.CharField(
        label=capfirst(_("grounds of the claim")),
        max_length=500,
        help_text=_(
            "Who you are, and by what you can show that you answer for the enterprise. The window "
            "will ask for the original documents."
        ),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
