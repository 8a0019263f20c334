"""A new password that something else has overtaken: it is written alone, or not at all."""

import pytest
from django.core.cache import cache
from django.test import Client

from huadu_portal.accounts import operations
from huadu_portal.accounts.models import User
from tests.accounts import entering
from tests.accounts.entering import NEW, sign_in
from tests.conftest import PASSWORD, person

OTHER = "木棉花开-2026-kapok"
REFUSED = "密码未修改"


@pytest.fixture
def owner(db):
    cache.clear()
    return entering.confirmed(person("owner", "officer", "planning"))


@pytest.fixture
def meanwhile(monkeypatch):
    """Has something happen while the new password is being made ready, which takes a while."""
    make = User.set_password

    def happening(act):
        def set_password(user, password):
            monkeypatch.setattr(User, "set_password", make)
            make(user, password)
            act()

        monkeypatch.setattr(User, "set_password", set_password)

    return happening


def change(owner):
    client = Client()
    client.force_login(owner)
    body = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    return client.post("/accounts/password/change/", body, follow=True)


def by_link(owner):
    client = Client()
    entering.reset(owner, client=client)
    return client.get("/accounts/login/")


@pytest.mark.parametrize("way", [change, by_link])
class TestAnAccountThatIsChangedMeanwhile:
    def test_stays_switched_off(self, owner, sun, meanwhile, way):
        meanwhile(lambda: operations.deactivate(owner, by=sun))

        page = way(owner)

        owner.refresh_from_db()
        assert not owner.is_active
        assert not owner.has_usable_password()
        assert REFUSED in page.text

    def test_keeps_its_new_role(self, owner, sun, meanwhile, way):
        meanwhile(
            lambda: operations.change_role(owner, by=sun, role="auditor", department=None)
        )

        way(owner)

        owner.refresh_from_db()
        assert (owner.role, owner.department) == ("auditor", None)
        assert owner.check_password(NEW)


def test_one_link_sets_one_password_also_twice_at_once(owner, meanwhile):
    link = Client()
    meanwhile(lambda: entering.reset(owner, new=OTHER))

    entering.reset(owner, client=link)

    owner.refresh_from_db()
    assert owner.check_password(OTHER)
    assert REFUSED in link.get("/accounts/login/").text
    assert not entering.is_in(sign_in(name="owner", password=NEW))
