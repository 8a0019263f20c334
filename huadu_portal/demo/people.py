"""The people of the demonstration. One password for those who can sign in."""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password

from agents.models import ServiceAgent
from huadu_portal.accounts.models import Department, User

ALPHABET = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
PHONE = "020-36880000"
# Who has an account of the demonstration and signs in with it.
DEPARTMENTS_WITH_ACCOUNTS = {"centre", "water", "planning", "reform"}


@dataclass(frozen=True)
class People:
    accounts: dict[str, User]
    # By department: whoever handles its items.
    officers: dict[UUID, User]
    agents: list[ServiceAgent]

    def __getitem__(self, username: str) -> User:
        return self.accounts[username]


def draw_password() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(16))


def keep_password(password: str, path: Path) -> None:
    """Readable by the owner only, from the first byte on."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(f"{password}\n")


def create_people(story: dict, password: str) -> People:
    departments = {department.code: department for department in Department.objects.all()}
    accounts = _accounts(story, departments, make_password(password))
    officers = _officers(story, departments)
    heads = _heads(story, departments)
    helpers = _helpers(story, departments)
    everybody = [*accounts.values(), *officers, *heads, *helpers]
    User.objects.bulk_create(everybody)
    EmailAddress.objects.bulk_create(
        EmailAddress(user=user, email=user.email, verified=True, primary=True)
        for user in everybody
    )
    named = [user for user in accounts.values() if user.role == User.Role.OFFICER]
    handling = {user.department_id: user for user in [*officers, *named] if user.department_id}
    handling[departments["centre"].pk] = accounts["window"]
    return People(accounts, handling, _agents([accounts["agent"], *helpers]))


def demo_person(username: str, name: str, role: str, **fields: Any) -> User:
    """Not saved. Without a password nobody signs in with it."""
    fields.setdefault("password", make_password(None))
    email = f"{username}@demo.example"
    return User(username=username, email=email, name=name, role=role, is_demo=True, **fields)


def _accounts(
    story: dict, departments: dict[str, Department], password: str
) -> dict[str, User]:
    return {
        row["username"]: demo_person(
            row["username"],
            row["name"],
            row["role"],
            department=departments.get(row["department"]),
            mobile=row["mobile"],
            password=password,
        )
        for row in story["accounts"]
    }


def _officers(story: dict, departments: dict[str, Department]) -> list[User]:
    others = [d for code, d in departments.items() if code not in DEPARTMENTS_WITH_ACCOUNTS]
    return [
        demo_person(
            f"officer-{department.code}", name, User.Role.OFFICER, department=department
        )
        for department, name in zip(others, story["officers"], strict=False)
    ]


def _heads(story: dict, departments: dict[str, Department]) -> list[User]:
    others = [d for code, d in departments.items() if code not in {"centre", "planning"}]
    return [
        demo_person(
            f"head-{department.code}", name, User.Role.DEPARTMENT_HEAD, department=department
        )
        for department, name in zip(others, story["heads"], strict=False)
    ]


def _helpers(story: dict, departments: dict[str, Department]) -> list[User]:
    return [
        demo_person(f"agent{number}", name, User.Role.AGENT, department=departments["centre"])
        for number, name in enumerate(story["agents"], 2)
    ]


def _agents(users: list[User]) -> list[ServiceAgent]:
    return ServiceAgent.objects.bulk_create(
        ServiceAgent(user=user, phone=PHONE, is_on_duty=number == len(users) - 1)
        for number, user in enumerate(users)
    )
