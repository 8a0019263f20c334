"""Lists at the desk answer no question about a column that is not theirs to show."""

import logging
import re
from html import unescape

import pytest
from django.contrib import admin
from django.contrib.admin.exceptions import DisallowedModelAdminLookup
from django.core.exceptions import BadRequest
from django.urls import reverse

from huadu_portal.accounts.models import User
from huadu_portal.notifications.models import Delivery
from huadu_portal.notifications.operations import send_account_mail
from huadu_portal.ui.changelists import SilentAdmin
from projects.models import Enterprise
from tests.backoffice.test_staff_desk_admin import READERS, everybody, list_of  # noqa: F401
from tests.conftest import MONDAY

LOOKUPS = ["regex", "iregex", "startswith", "icontains", "gt", "isnull", "in", "exact", "year"]
# Of what stands a relation further on: the shortest way to ask.
FURTHER = ["regex", "isnull"]
OFFERED = re.compile(r'href="(\?[^"]+)"')


def columns(model):
    """Every column, and those of the rows it leads to, in either direction."""
    for field in model._meta.get_fields():
        yield field.name, LOOKUPS
        if field.related_model:
            for further in field.related_model._meta.get_fields():
                yield f"{field.name}__{further.name}", FURTHER


def questions(model):
    for column, lookups in columns(model):
        yield column
        yield from (f"{column}__{lookup}" for lookup in lookups)


def permitted(listed, request):
    """What the list offers to be narrowed by: its filters', its hierarchy's, exact keys."""
    key = listed.opts.pk.name
    names = {key, "pk", f"{key}__exact", "pk__exact", *listed.exact_keys}
    for spec in listed.get_changelist_instance(request).filter_specs:
        names |= set(spec.expected_parameters())
    for offer in listed.get_list_filter(request):
        # Not shown where all rows agree; then it narrows nothing.
        if isinstance(offer, tuple):
            names |= {f"{offer[0]}__id__exact", f"{offer[0]}__isnull"}
        elif not isinstance(offer, str):
            names.add(offer.parameter_name)
    if day := listed.date_hierarchy:
        names |= {f"{day}__year", f"{day}__gte", f"{day}__lt"}
    return names


@pytest.mark.parametrize("model", READERS, ids=lambda model: model.__name__)
def test_no_column_can_be_asked_about(rf, model, everybody, submitted):  # noqa: F811
    listed = admin.site.get_model_admin(model)
    reader = everybody[min(READERS[model])]
    asked = rf.get("/")
    asked.user = reader
    offered = permitted(listed, asked)

    answered = []
    for question in questions(model):
        asked = rf.get("/", {question: "1"})
        asked.user = reader
        if not listed.lookup_allowed(question, "1", asked):
            # Django asks the same before all else: test_who_asks_is_refused.
            continue
        try:
            listed.get_changelist_instance(asked)
        except DisallowedModelAdminLookup:
            continue
        except BadRequest:
            # One of its own, with a value that it cannot mean.
            pass
        answered.append(question)

    assert set(answered) <= offered


@pytest.mark.parametrize(
    ("model", "question"),
    [
        (User, "password__regex=^md5"),
        (User, "password__startswith=md5"),
        (User, "email__gt=a"),
        (User, "totp__isnull=0"),
        (User, "_to_field=email"),
        (Delivery, "body__regex=key"),
        (Delivery, "body__icontains=key"),
        (Delivery, "to=tom@example.com"),
        (Delivery, "notification__recipient__password__regex=^md5"),
        (Delivery, "state__exact=sent"),
        (Enterprise, "memberships__user__password__regex=^md5"),
        (Enterprise, "no_such_column=1"),
    ],
)
def test_who_asks_is_refused(client, everybody, firm, model, question):  # noqa: F811
    client.force_login(everybody[min(READERS[model])])
    send_account_mail("tom@example.com", "Reset", "key", at=MONDAY)

    assert client.get(f"{list_of(model)}?{question}").status_code == 400


def test_who_asks_by_an_old_bookmark_makes_no_error_in_the_log(
    client,
    everybody,  # noqa: F811
    caplog,
):
    client.force_login(everybody[min(READERS[Enterprise])])

    client.get(f"{list_of(Enterprise)}?no_such_column=1")

    assert [each for each in caplog.records if each.levelno >= logging.ERROR] == []


@pytest.mark.parametrize(
    ("model", "question"),
    [
        (User, "role__exact=%00"),
        (User, "department__id__exact=a%00"),
        (User, "tab=%00"),
        (Enterprise, "is_fortune_500__exact=%00"),
        (Delivery, "%00=1"),
    ],
)
def test_nul_is_refused(client, everybody, model, question):  # noqa: F811
    client.force_login(everybody[min(READERS[model])])

    assert client.get(f"{list_of(model)}?{question}").status_code == 400


def test_every_list_is_one_of_ours():
    assert all(isinstance(listed, SilentAdmin) for listed in admin.site._registry.values())


@pytest.mark.parametrize("model", READERS, ids=lambda model: model.__name__)
def test_what_a_list_offers_it_does(client, model, everybody, submitted):  # noqa: F811
    client.force_login(everybody[min(READERS[model])])
    page = client.get(list_of(model), follow=True)

    # One of each sort.
    offered = {
        re.sub(r"=[^&]*", "", address): address for address in OFFERED.findall(page.text)
    }
    for address in offered.values():
        response = client.get(page.request["PATH_INFO"] + unescape(address))
        assert response.status_code == 200, address


def test_the_projects_of_an_agent_are_reached_from_the_agent(client, chen, ann, project):
    client.force_login(chen)
    page = client.get(reverse("admin:agents_serviceagent_changelist")).text
    (address,) = re.findall(r'href="([^"]+agent__id__exact=[^"]+)"', page)

    assert project.number in client.get(unescape(address)).text


@pytest.mark.parametrize("name", ["autocomplete", "search"])
@pytest.mark.parametrize("query", ["s=a", "s=a&page=99", "app_label=accounts&model_name=user"])
def test_the_side_doors_of_the_admin_are_shut(client, sun, name, query):
    client.force_login(sun)

    assert client.get(f"{reverse(f'admin:{name}')}?{query}").status_code == 404


class TestSearch:
    @pytest.fixture
    def search(self, client, chen, firm):
        client.force_login(chen)
        return lambda words: client.get(list_of(Enterprise), {"q": words})

    def test_finds(self, search, firm):
        assert firm.name in search("锦华").text

    @pytest.mark.parametrize("words", ["a " * 11, "x" * 101, "锦华\0", "锦华\u202e"])
    def test_is_bounded_and_says_so(self, search, firm, words):
        response = search(words)

        assert response.status_code == 200
        assert firm.name not in response.text
        assert "\0" not in response.text
        # What was typed stays there to be mended.
        assert response.context["cl"].query.split()[0] == words.split()[0].rstrip("\0\u202e")

    def test_says_how_much_it_takes(self, search):
        assert "10" in search("a " * 900).text
        assert "100" in search("a " * 900).text


def test_a_page_that_has_gone_is_the_first_one(client, chen, firm):
    client.force_login(chen)

    response = client.get(list_of(Enterprise), {"p": "9" * 15})

    assert firm.name in response.text
