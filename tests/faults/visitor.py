"""Somebody in front of the portal's pages, signed in without its sign-in form."""

import requests
from django.conf import settings
from django.test import Client

from huadu_portal.accounts.models import User


class Visitor:
    def __init__(self, portal, user: User | None = None) -> None:
        self.portal, self.session = portal, requests.Session()
        if user:
            client = Client()
            client.force_login(user)
            for name, morsel in client.cookies.items():
                self.session.cookies.set(name, morsel.value)

    def get(self, path: str, within: float = 60) -> requests.Response:
        return self.session.get(self.portal.address + path, timeout=within)

    def post(
        self, path: str, within: float = 60, files: dict | None = None, **fields
    ) -> requests.Response:
        """From the page that asks, as a browser would."""
        if settings.CSRF_COOKIE_NAME not in self.session.cookies:
            self.get(path)
        token = self.session.cookies[settings.CSRF_COOKIE_NAME]
        return self.session.post(
            self.portal.address + path,
            data=fields | {"csrfmiddlewaretoken": token},
            files=files,
            headers={"Referer": self.portal.address + path},
            timeout=within,
            allow_redirects=False,
        )
