"""`manage.py setup`: an empty or half set up database made ready; what is missing said."""

import re

import pytest
from django.contrib.admin.models import LogEntry
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import translation

from approvals.models import ApprovalType
from huadu_portal.accounts.first_administrators import AdministratorForm
from huadu_portal.accounts.models import User
from huadu_portal.backoffice import environment_checks, start
from huadu_portal.backoffice.management.commands import setup
from huadu_portal.backoffice.start import ChecklistPoint
from huadu_portal.escalation.models import EscalationPolicy
from tests.conftest import person
from tests.notifications.servers import mail_server

R = User.Role
GIVEN = {
    "SETUP_SYSTEM_ADMIN": "唐一, tang@huadu.gov.cn, 13800138011",
    "SETUP_SECURITY_ADMIN": "孙安, sun@huadu.gov.cn, +86 138 0013 8012",
    "SETUP_AUDITOR": "艾达, ada@huadu.gov.cn, 13800138013",
}
LINK = re.compile(r"https://portal\.example(/accounts/password/reset/key/\S+)")


@pytest.fixture(autouse=True)
def in_english(settings):
    settings.SITE_URL = "https://portal.example"
    with translation.override("en"):
        yield


@pytest.fixture
def given(monkeypatch):
    for name, value in GIVEN.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def run(db, capsys):
    """What the command writes, and its exit status."""

    def run(asks=False):
        status = 0
        try:
            call_command("setup", asks=asks)
        except SystemExit as end:
            status = end.code
        return capsys.readouterr().out, status

    return run


@pytest.fixture
def all_is_well(monkeypatch):
    monkeypatch.setattr(
        start, "essentials", lambda known: [ChecklistPoint("all", "well", True)]
    )
    monkeypatch.setattr(environment_checks, "points", lambda: [])


def administrators():
    return dict(User.objects.filter(role__in=setup.VARIABLES).values_list("role", "username"))


class TestAdministrators:
    def test_are_three_persons_with_a_link_each(self, run, given):
        said, _ = run()

        assert administrators() == {
            R.SYSTEM_ADMIN: "system",
            R.SECURITY_ADMIN: "security",
            R.AUDITOR: "auditor",
        }
        assert len(set(LINK.findall(said))) == 3

    def test_are_in_the_audit_log(self, run, given):
        run()

        assert LogEntry.objects.filter(change_message__contains="setup").count() == 3

    def test_set_their_passwords_by_the_link_once(self, run, given):
        path = LINK.findall(run()[0])[0]
        typed = {"password1": "one door at most", "password2": "one door at most"}
        client, late = Client(), Client()
        form = client.get(path, secure=True, follow=True).redirect_chain[-1][0]

        client.post(form, typed, secure=True)

        assert User.objects.exclude(password__startswith="!").count() == 1
        assert late.get(path, secure=True, follow=True).context["token_fail"]

    def test_come_once_however_often_it_is_run(self, run, given):
        run()
        run()

        assert User.objects.count() == 3

    def test_get_a_new_link_until_they_have_a_password(self, run, given):
        run()
        user = User.objects.get(username="system")
        user.set_password("one door at most")
        user.save()

        assert len(set(LINK.findall(run()[0]))) == 2

    def test_those_who_are_missing_are_added_to_those_who_are_there(self, run, given, tom):
        run()

        assert User.objects.filter(role=R.SYSTEM_ADMIN).get() == tom
        assert len(administrators()) == 3

    def test_a_name_that_is_taken_gets_a_number(self, run, given, db):
        person("system")

        run()

        assert administrators()[R.SYSTEM_ADMIN] == "system2"

    @pytest.mark.parametrize("part", ["tang@huadu.gov.cn", "13800138011"])
    def test_one_person_is_not_two(self, run, given, monkeypatch, part):
        who = ["别名", "other@huadu.gov.cn", "13800138019"]
        who[1 if "@" in part else 2] = part
        monkeypatch.setenv("SETUP_AUDITOR", ",".join(who))

        with pytest.raises(CommandError, match="SETUP_AUDITOR"):
            run()

        assert not User.objects.exists()

    def test_that_nobody_named_are_asked_for_by_the_line_to_run(self, run, given, monkeypatch):
        monkeypatch.delenv("SETUP_AUDITOR")

        with pytest.raises(CommandError, match="SETUP_AUDITOR=") as refusal:
            run()

        assert refusal.value.returncode == 1
        assert len(administrators()) == 2

    def test_where_nobody_is_named_only_that_is_said(self, run, capsys):
        with pytest.raises(CommandError) as refusal:
            run()

        assert all(f"{name}=" in str(refusal.value) for name in GIVEN)
        assert capsys.readouterr().out == ""

    def test_are_asked_for_at_a_terminal_until_the_answers_fit(
        self, run, monkeypatch, tom, ada
    ):
        answers = iter(["孙安", "no address", "1", "孙安", "sun@huadu.gov.cn", "138 0013 8012"])
        monkeypatch.setattr("builtins.input", lambda question: next(answers))

        run(asks=True)

        assert User.objects.get(role=R.SECURITY_ADMIN).mobile == "13800138012"

    def test_nobody_at_the_terminal_ends_it(self, run, monkeypatch):
        def nobody(question):
            raise EOFError

        monkeypatch.setattr("builtins.input", nobody)
        with pytest.raises(CommandError, match="no-input"):
            run(asks=True)


class TestData:
    def test_is_loaded(self, run, given, all_is_well):
        EscalationPolicy.objects.all().delete()

        run()

        assert ApprovalType.objects.exists()
        assert EscalationPolicy.objects.exists()

    def test_tables_come_first(self, run, given, monkeypatch):
        asked = []
        monkeypatch.setattr(setup.health, "unapplied_migrations", lambda: True)
        monkeypatch.setattr(setup, "call_command", lambda name, **_: asked.append(name))

        run()

        assert asked == ["migrate"]

    def test_tables_of_an_owner_are_left_to_migrate(self, run, given, monkeypatch):
        monkeypatch.setattr(setup.health, "unapplied_migrations", lambda: True)
        monkeypatch.setenv("DATABASE_OWNER_URL", "postgresql://o:o@h/p")

        with pytest.raises(CommandError, match="migrate"):
            run()


class TestExitStatus:
    def test_is_0_where_nothing_is_missing(self, run, given, all_is_well):
        assert run()[1] == 0

    def test_is_3_where_something_is(self, run, given, settings):
        settings.MAIL_GOES_OUT = False

        said, status = run()

        assert status == 3
        assert re.search(r"OPEN +Mail server", said)


class TestSurroundings:
    def test_a_mail_server_that_answers(self, settings):
        with mail_server() as server:
            reach(settings, server.server_address[1])

            assert environment_checks.mail_server().is_done

    def test_a_mail_server_that_does_not(self, settings):
        with mail_server() as server:
            reach(settings, server.server_address[1])

        assert environment_checks.mail_server().is_done is False

    def test_storage_that_can_be_written_to(self, media):
        assert environment_checks.storage().is_done

    def test_storage_that_cannot(self, settings, tmp_path):
        blocked = tmp_path / "a file"
        blocked.write_text("")
        settings.MEDIA_ROOT = blocked

        assert environment_checks.storage().is_done is False

    def test_storage_that_is_nearly_full(self, monkeypatch):
        monkeypatch.setattr(environment_checks, "ENOUGH_DISK", 2**62)

        assert environment_checks.storage().is_done is False

    @pytest.mark.parametrize(("seconds", "is_done"), [(1, True), (3, False)])
    def test_the_clock_is_the_databases(self, monkeypatch, seconds, is_done):
        apart = environment_checks.CLOCK_OFF / 2 * seconds
        monkeypatch.setattr(environment_checks, "difference", lambda: apart)

        assert environment_checks.clock().is_done is is_done


def reach(settings, port):
    settings.MAIL_GOES_OUT, settings.EMAIL_HOST, settings.EMAIL_PORT = True, "127.0.0.1", port
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_TIMEOUT = 2


def test_an_address_in_capitals_is_kept_in_small_letters(db):
    """allauth looks for small letters only: “Forgotten your password?” would not find it."""
    typed = {"name": "Tom", "email": "Tom@Example.com", "mobile": "13800138000"}
    form = AdministratorForm(typed)

    assert form.is_valid()
    assert form.cleaned_data["email"] == "tom@example.com"
