"""What those who run the portal and watch over it are shown: red points, mails, names."""

import pytest
from django.contrib.admin.models import CHANGE, LogEntry

from huadu_portal.notifications.models import Delivery
from huadu_portal.notifications.operations import send_account_mail
from tests.conftest import MONDAY, person

pytestmark = pytest.mark.django_db
RED = "/admin/status/red/"


class TestRedPoints:
    def test_are_fetched_by_the_start_page_of_the_system_administrator_alone(
        self, client, tom, wei
    ):
        for who, is_there in [(tom, True), (wei, False)]:
            client.force_login(who)
            assert (f'hx-get="{RED}"' in client.get("/admin/").text) == is_there

    def test_are_those_of_the_status_page(self, client, tom):
        client.force_login(tom)
        client.cookies["django_language"] = "en"
        send_account_mail("b@example.com", "x", "x", at=MONDAY)
        Delivery.objects.update(state=Delivery.State.DEAD)

        page = client.get(RED)

        labels = [str(point.label) for point in page.context["points"]]
        assert "mails given up" in labels
        assert "mails given up" in page.text
        assert "/admin/status/" in page.text
        assert all(point.is_well is False for point in page.context["points"])

    def test_are_for_nobody_who_may_not_see_the_status(self, client, wei):
        client.force_login(wei)

        assert client.get(RED).status_code == 403


class TestOutbox:
    def test_links_of_others_mails_are_text(self, client, tom, application):
        client.force_login(tom)
        mail = Delivery.objects.filter(notification__isnull=False).first()

        page = client.get(f"/admin/notifications/delivery/{mail.pk}/change/").text

        address = application.get_absolute_url()
        assert address in page
        assert f'{address}"' not in page


class TestLog:
    def test_names_person_and_account_by_user_name_too(self, client, ada, sun):
        first, second = person("zhang1", "enterprise"), person("zhang2", "enterprise")
        for user in (first, second):
            user.name = "张伟"
            user.save()
            LogEntry.objects.log_actions(sun.pk, [user], CHANGE, "x", single_object=True)
        client.force_login(ada)

        page = client.get("/admin/admin/logentry/").text

        assert "张伟 (zhang1)" in page
        assert "张伟 (zhang2)" in page
        assert f"{sun} (sun)" in page or ">sun<" in page
        entry = LogEntry.objects.first()
        assert "张伟 (zhang" in client.get(f"/admin/admin/logentry/{entry.pk}/change/").text
