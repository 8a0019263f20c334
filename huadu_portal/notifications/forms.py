"""What a person chooses about their messages."""

from dataclasses import dataclass

from django import forms
from django.conf import settings
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

from huadu_portal.accounts.models import User
from huadu_portal.notifications import channels, policy
from huadu_portal.notifications.models import Delivery, Topic, When
from huadu_portal.rest.filters import SearchField
from huadu_portal.ui.form_choices import offer_choices

Channel = Delivery.Channel


class InboxForm(forms.Form):
    """The search above the inbox."""

    q = SearchField(label=_("words"), required=False)
    topic = forms.ChoiceField(label=_("topic"), required=False)
    unread = forms.BooleanField(label=_("unread only"), required=False)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        topics = [(topic.value, topic.label) for topic in policy.topics_for(user)]
        offer_choices(self, "topic", [("", _("all topics")), *topics])

    def asked(self) -> dict:
        """What is to be narrowed by; what is mistyped narrows nothing."""
        self.full_clean()
        return {name: value for name, value in self.cleaned_data.items() if value}


@dataclass(frozen=True)
class TopicChoice:
    """A topic on the page: its fields, and what nobody can choose."""

    topic: Topic
    fields: list
    is_always_mailed: bool

    @property
    def is_owed(self):
        return self.topic == Topic.OWED


class PreferencesForm(forms.Form):
    quiet_from = forms.TimeField(
        label=_("quiet from"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    quiet_until = forms.TimeField(
        label=_("quiet until"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    language = forms.ChoiceField(label=_("language of messages"), choices=settings.LANGUAGES)

    def __init__(self, *args, user, **kwargs):
        kwargs["initial"] = {
            "quiet_from": user.quiet_from,
            "quiet_until": user.quiet_until,
            "language": user.language,
        } | {f"{row.topic}-{row.channel}": row.when for row in user.message_preferences.all()}
        super().__init__(*args, **kwargs)
        self.user = user
        for topic, channel in open_choices(user):
            self.fields[f"{topic}-{channel}"] = forms.ChoiceField(
                label=channel.label,
                choices=[("", usually(topic, channel)), *When.choices],
                required=False,
            )

    def topics(self) -> list[TopicChoice]:
        """What can be chosen, for the page."""
        open_to = open_choices(self.user)
        return [
            TopicChoice(
                topic,
                [self[f"{topic}-{channel}"] for of, channel in open_to if of == topic],
                policy.is_bound(topic, self.user.role),
            )
            for topic in policy.topics_for(self.user)
        ]

    def wishes(self) -> dict:
        """As operations.prefer takes them: what is left as usual has no row."""
        said = self.cleaned_data
        wanted = {pair: said["{}-{}".format(*pair)] for pair in open_choices(self.user)}
        own = {name: said[name] for name in ("quiet_from", "quiet_until", "language")}
        return own | {"choices": {pair: when for pair, when in wanted.items() if when}}


def open_choices(user: User) -> list[tuple[Topic, Channel]]:
    """The pairs about which this person may decide."""
    return [
        (topic, channel)
        for topic in policy.topics_for(user)
        for channel in channels.open_channels()
        if not (channel == Channel.EMAIL and policy.is_bound(topic, user.role))
    ]


def usually(topic: Topic, channel: Channel) -> LazyText:
    """What happens without a choice."""
    urgent = {policy.rule_of(kind).at_once for kind in policy.kinds_of(topic)}
    if urgent == {True}:
        return _("default: immediately")
    if channel != Channel.EMAIL:
        return _("default: urgent messages only")
    if urgent == {False}:
        return _("default: in the morning digest")
    return _("default: urgent immediately, others by digest")
