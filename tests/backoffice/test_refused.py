"""Whom a page names that one may not open, and where it leads back to."""

from tests.conftest import person


def text_of(client, address):
    response = client.get(address)
    assert response.status_code == 403
    return response.text.split("<main")[1].split("</main>")[0]


def test_staff_are_sent_to_the_security_administrator(client, omar, sun):
    client.force_login(omar)

    page = text_of(client, "/admin/accounts/user/")

    assert f"请联系安全管理员（{sun}）" in page
    assert "中心工作人员" not in page
    assert 'href="/admin/"' in page


def test_a_leader_begins_on_the_dashboard(client, li, sun):
    client.force_login(li)

    assert 'href="/dashboard/"' in text_of(client, "/admin/accounts/user/")


def test_nobody_is_sent_to_themselves(client, sun):
    client.force_login(sun)

    assert "请联系" not in text_of(client, "/admin/status/")

    person("guard", sun.Role.SECURITY_ADMIN)
    assert "请联系安全管理员（Guard）" in text_of(client, "/admin/status/")


def test_a_name_is_text(client, omar, sun):
    sun.name = "<b>Sun</b>"
    sun.save()
    client.force_login(omar)

    assert "&lt;b&gt;Sun&lt;/b&gt;" in text_of(client, "/admin/accounts/user/")


def test_firms_are_sent_to_the_centre(client, alice, sun):
    client.force_login(alice)

    page = text_of(client, "/admin/login/")

    assert "请联系中心工作人员" in page
    assert str(sun) not in page
