"""Ways in and out of an account that several tests take."""

from allauth.account.forms import EmailAwarePasswordResetTokenGenerator
from allauth.account.models import EmailAddress
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client

from tests.conftest import PASSWORD

HERE, THERE, ELSEWHERE = "198.51.100.7", "203.0.113.7", "192.0.2.7"
LOGIN, CODE = "/accounts/login/", "/accounts/2fa/authenticate/"
NEW = "凤凰花开-2026-kapok"


def confirmed(user):
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def with_factor(user):
    """Its secret."""
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    return secret


def sign_in(client=None, name="alice", password=PASSWORD, address=HERE, **headers):
    """The browser, signed in or not."""
    client = client or Client()
    body = {"login": name, "password": password}
    client.post(LOGIN, body, REMOTE_ADDR=address, headers=headers)
    return client


def is_in(client):
    return client.get("/accounts/access/").status_code == 200


def reset(user, new=NEW, client=None):
    """By the link that is mailed."""
    client = client or Client()
    user.refresh_from_db()
    key = EmailAwarePasswordResetTokenGenerator().make_token(user)
    link = f"/accounts/password/reset/key/{user_pk_to_url_str(user)}-{key}/"
    form = client.get(link, follow=True).request["PATH_INFO"]
    return client.post(form, {"password1": new, "password2": new})


def status_with(token):
    header = {"Authorization": f"Token {token}"}
    return Client().get("/api/v1/notifications/", headers=header).status_code
