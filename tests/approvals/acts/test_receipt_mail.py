"""Whoever hands something in has a mail about it at once, with a telephone to call."""

import pytest

from approvals.items.operations.notices import HOTLINE, contact_of
from huadu_portal.notifications.models import Delivery

pytestmark = pytest.mark.django_db


def mails(user, kind):
    return Delivery.objects.filter(
        notification__recipient=user, notification__kind=kind, channel="email"
    )


def test_an_item_is_received_with_the_agents_telephone(submitted, alice, ann):
    (mail,) = mails(alice, "item_received")

    assert f"{ann.user.get_full_name()} {ann.phone}" in mail.subject
    assert mail.state == Delivery.State.PENDING


def test_the_department_is_told_as_before_and_nothing_of_the_telephone(omar, submitted, ann):
    assert not mails(omar, "item_received").exists()
    assert mails(omar, "item_submitted").count() == 1


def test_an_application_is_received_at_once(application, alice):
    (mail,) = mails(alice, "application_submitted")

    assert application.number in mail.subject
    assert mail.state == Delivery.State.PENDING


def test_whoever_gets_an_agent_gets_the_telephone(project, alice, ann):
    (mail,) = mails(alice, "agent_assigned")

    assert ann.phone in mail.body


def test_without_an_agent_there_is_the_hotline(project):
    project.agent = None

    assert contact_of(project) == HOTLINE
