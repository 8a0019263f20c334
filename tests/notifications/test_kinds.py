"""What messages say, as the tables know it."""

from huadu_portal.notifications.models import Kind, Notification
from huadu_portal.notifications.models.kinds import kinds

FIELD = Notification._meta.get_field("kind")


def test_a_changed_sentence_asks_for_no_migration():
    *_others, options = FIELD.deconstruct()

    assert options["choices"] is kinds


def test_only_what_has_a_sentence_is_a_kind():
    assert [value for value, _sentence in FIELD.choices] == Kind.values
