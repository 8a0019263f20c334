"""Steps and policies as tests write them."""

from datetime import datetime

from huadu_portal.escalation.models import (
    EscalationPolicy,
    Step,
    Trigger,
)
from huadu_portal.escalation.schedule import moment_of
from huadu_portal.workdays.published import calendar
from tests.conftest import SHANGHAI


def morning(month, day):
    return datetime(2025, month, day, 9, tzinfo=SHANGHAI)


def a_step(code="r", trigger=Trigger.PAST, value=1, **fields):
    said = {"name": code, "name_en": code, "text": f"{code}：%(item)s", "text_en": code}
    return Step(
        code=code,
        trigger=trigger,
        value=value,
        **{"audience": ["officer"]} | said | fields,
    )


def review(**fields):
    return EscalationPolicy(course="review", note="试行", **fields)


def in_force(course="review", **scope):
    return EscalationPolicy.objects.current().get(
        course=course, **{"department": None, "grade": ""} | scope
    )


def moment(step, timing):
    return moment_of(step, timing, calendar(), SHANGHAI)
