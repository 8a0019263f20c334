"""The policies at the desk: looking, a new version with its preview, a special one."""

import pytest
from django.contrib.messages import get_messages

from huadu_portal.escalation.models import EscalationPolicy
from huadu_portal.escalation.subjects import courses

pytestmark = pytest.mark.django_db


def typed_from(page):
    """What the edit page would send back as it is shown."""
    sent = {"note": "试行"}
    lines = page.context["lines"]
    for form in [lines.management_form, *lines.forms]:
        for field in form:
            value = field.value()
            if value is not None and value is not False:
                sent[field.html_name] = value
    return sent


def publish(client, address, sent):
    """First it is shown, then it is put in force."""
    shown = client.post(address, sent | {"preview": "1"})
    return client.post(address, sent | {"seen": shown.context["seen"], "publish": "1"})


@pytest.mark.parametrize(
    ("before", "now"),
    [
        ("ladder/", "escalationpolicy/"),
        ("ladder/?course__exact=review", "escalationpolicy/?course__exact=review"),
        ("ladder/0196/change/", "escalationpolicy/0196/change/"),
        ("reminder/7/change/", "reminder/7/change/"),
    ],
)
def test_an_address_of_before_leads_to_the_one_of_now(client, wei, before, now):
    client.force_login(wei)

    answer = client.get(f"/admin/approvals/{before}")

    assert (answer.status_code, answer["Location"]) == (301, f"/admin/escalation/{now}")


class TestPolicies:
    @pytest.fixture
    def policy(self, catalogue):
        return EscalationPolicy.objects.current().get(
            course="review", department=None, grade=""
        )

    def address(self, policy, what="change"):
        return f"/admin/escalation/escalationpolicy/{policy.pk}/{what}/"

    def test_the_list_shows_those_in_force(self, policy, wei, client):
        client.force_login(wei)

        assert (
            str(policy.pk) in client.get("/admin/escalation/escalationpolicy/").content.decode()
        )

    def test_each_can_be_edited(self, policy, chen, client):
        client.force_login(chen)

        pages = {
            row.course: client.get(self.address(row, "edit")).status_code
            for row in EscalationPolicy.objects.current()
        }

        assert pages == {course.code: 200 for course in courses()}

    def test_editing_shows_what_changes_and_then_does_it(self, policy, accepted, chen, client):
        client.force_login(chen)
        sent = typed_from(client.get(self.address(policy, "edit")))
        sent["steps-0-text"] = "请办理“%(item)s”"

        shown = client.post(self.address(policy, "edit"), sent | {"preview": "1"})
        assert shown.context["effect"].waiting == 1
        assert EscalationPolicy.objects.current().get(pk=policy.pk)

        publish(client, self.address(policy, "edit"), sent)
        new = EscalationPolicy.objects.current().get(course="review")
        assert (new.version, new.published_by, new.note) == (2, chen, "试行")
        assert new.steps.first().text == "请办理“%(item)s”"
        assert list(new.steps.values_list("code", flat=True)) == list(
            policy.steps.values_list("code", flat=True)
        )

    def test_the_preview_tells_apart_what_comes_anyway(self, policy, accepted, chen, client):
        client.force_login(chen)
        client.cookies["django_language"] = "en"
        sent = typed_from(client.get(self.address(policy, "edit")))

        page = client.post(self.address(policy, "edit"), sent | {"preview": "1"})

        ((_name, by_change, anyway, no_more),) = page.context["effect"].steps
        assert (by_change, anyway, no_more) == (0, 1, 0)
        assert "with or without it" in page.text

    def test_a_rung_that_nobody_changes_takes_one_line(self, policy, chen, client):
        client.force_login(chen)
        sent = typed_from(client.get(self.address(policy, "edit")))
        sent |= {"steps-0-text": "改了文字", "steps-1-text": "%(nobody)s", "preview": "1"}

        asked = client.get(self.address(policy, "edit")).text
        shown = client.post(self.address(policy, "edit"), sent).text

        assert asked.count('desk-fold">') == policy.steps.count() + 1
        assert shown.count('desk-fold" open>') == 2

    def test_who_only_reads_is_shown_words_and_no_codes(self, policy, wei, client):
        client.force_login(wei)

        page = client.get(self.address(policy)).text

        assert "〔承诺办结日〕" in page or "〔办结期限〕" in page
        assert "%(" not in page
        assert ">near<" not in page

    def test_what_was_typed_since_is_shown_first(self, policy, accepted, chen, client):
        client.force_login(chen)
        sent = typed_from(client.get(self.address(policy, "edit")))
        shown = client.post(self.address(policy, "edit"), sent | {"preview": "1"})
        sent |= {"seen": shown.context["seen"], "steps-0-text": "改了文字", "publish": "1"}

        again = client.post(self.address(policy, "edit"), sent)

        assert again.context["effect"].waiting == 1
        assert EscalationPolicy.objects.current().get(course="review") == policy

    @pytest.mark.parametrize("what", ["edit", "special"])
    def test_the_same_sent_twice_is_answered_alike(self, policy, chen, omar, client, what):
        client.force_login(chen)
        sent = typed_from(client.get(self.address(policy, what)))
        sent |= {"department": str(omar.department_id)}
        shown = client.post(self.address(policy, what), sent | {"preview": "1"})
        sent |= {"seen": shown.context["seen"], "publish": "1"}

        answers = [client.post(self.address(policy, what), sent) for _ in range(2)]

        assert answers[0].status_code == answers[1].status_code == 302
        assert answers[0]["Location"] == answers[1]["Location"]
        said = [str(message) for message in get_messages(answers[1].wsgi_request)]
        assert said == ["新版本自下一次巡检起生效。"] * 2
        assert EscalationPolicy.objects.filter(course="review", published_by=chen).count() == 1

    @pytest.mark.parametrize(
        ("field", "typed"), [("note", "另有原因"), ("steps-0-text", "改了文字")]
    )
    def test_what_differs_from_the_version_in_force_is_not_taken_for_it(
        self, policy, chen, client, field, typed
    ):
        client.force_login(chen)
        sent = typed_from(client.get(self.address(policy, "edit")))
        publish(client, self.address(policy, "edit"), sent)

        answer = publish(client, self.address(policy, "edit"), sent | {field: typed})

        assert answer.context["form"].non_field_errors()

    def test_nor_is_what_somebody_else_sends(self, policy, chen, tom, client):
        client.force_login(chen)
        sent = typed_from(client.get(self.address(policy, "edit")))
        publish(client, self.address(policy, "edit"), sent)
        client.force_login(tom)

        answer = publish(client, self.address(policy, "edit"), sent)

        assert answer.context["form"].non_field_errors()

    def test_one_for_a_department_begins_with_the_general_one(self, policy, chen, omar, client):
        client.force_login(chen)
        sent = typed_from(client.get(self.address(policy, "special")))
        sent |= {"department": str(omar.department_id)}

        publish(client, self.address(policy, "special"), sent)

        special = EscalationPolicy.objects.current().get(department=omar.department)
        assert special.steps.count() == policy.steps.count()

    def test_without_department_or_grade_it_is_said(self, policy, chen, client):
        client.force_login(chen)
        sent = typed_from(client.get(self.address(policy, "special")))

        response = client.post(self.address(policy, "special"), sent | {"publish": "1"})

        assert response.context["form"].non_field_errors()

    def test_a_wrong_text_is_said_beside_its_field(self, policy, chen, client):
        client.force_login(chen)
        sent = typed_from(client.get(self.address(policy, "edit")))
        sent |= {"steps-0-text": "%(nobody)s", "publish": "1"}

        response = client.post(self.address(policy, "edit"), sent)

        assert response.context["lines"].forms[0].errors["text"]
        assert "%(nobody)s" in response.content.decode()

    def test_two_rungs_at_one_moment_are_refused(self, policy, chen, client):
        """Only the higher of them would be told, and nobody would miss the other."""
        client.force_login(chen)
        sent = typed_from(client.get(self.address(policy, "edit")))
        assert sent["steps-6-trigger"] == sent["steps-5-trigger"] == "past"
        sent["steps-6-value"] = sent["steps-5-value"]

        response = publish(client, self.address(policy, "edit"), sent)

        assert "触发时点相同" in response.text
        assert EscalationPolicy.objects.current().get(course="review") == policy

    def test_a_rung_is_left_out_and_one_is_put_in(self, policy, chen, client):
        client.force_login(chen)
        sent = typed_from(client.get(self.address(policy, "edit")))
        n = policy.steps.count()
        sent |= {
            "steps-1-DELETE": "on",
            f"steps-{n}-code": "later",
            f"steps-{n}-name": "再提醒",
            f"steps-{n}-name_en": "again",
            f"steps-{n}-trigger": "past",
            f"steps-{n}-value": "5",
            f"steps-{n}-unit": "working",
            f"steps-{n}-min_days": "0",
            f"steps-{n}-audience": ["officer"],
            f"steps-{n}-text": "再次提醒",
            f"steps-{n}-text_en": "again",
        }

        publish(client, self.address(policy, "edit"), sent)

        codes = list(
            EscalationPolicy.objects.current().get(course="review").steps.values_list("code")
        )
        assert (codes[-1], len(codes)) == (("later",), n)
        assert ("quiet",) not in codes

    @pytest.mark.parametrize("who", ["wei", "hana", "omar", "li", "ada"])
    def test_others_read_and_change_nothing(self, policy, who, client, request):
        client.force_login(request.getfixturevalue(who))

        assert client.get(self.address(policy)).status_code == 200
        assert client.get(self.address(policy, "edit")).status_code == 403
        assert client.post(self.address(policy, "edit"), {"publish": "1"}).status_code == 403

    def test_a_special_one_is_ended_by_its_page(self, policy, chen, omar, client):
        client.force_login(chen)
        sent = typed_from(client.get(self.address(policy, "special")))
        sent |= {"department": str(omar.department_id)}
        publish(client, self.address(policy, "special"), sent)
        special = EscalationPolicy.objects.current().get(department=omar.department)

        client.post(
            f"/admin/escalation/escalationpolicy/{special.pk}/acts/retire/", {"confirm": "1"}
        )

        special.refresh_from_db()
        assert special.replaced_at
