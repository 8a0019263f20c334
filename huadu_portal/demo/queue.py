"""What lies in the window's queue when the day begins."""

from datetime import datetime, time, timedelta, tzinfo

from huadu_portal.demo.days import DemoDays
from huadu_portal.demo.intake import Intake, wan_of
from projects import operations
from projects.models import Application

# An answered application was answered so many working days after it came in.
ANSWERED_AFTER = 2


def fill_queue(story: dict, intake: Intake, days: DemoDays, zone: tzinfo) -> None:
    rows = sorted(story["applications"], key=lambda row: -row.get("submitted", 0))
    for number, row in enumerate(rows):
        hour = time(9 + number % 6, 10 + 7 * number % 50)
        _bring_in(row, intake, days, hour, zone)


def _bring_in(row: dict, intake: Intake, days: DemoDays, hour: time, zone: tzinfo) -> None:
    known = row | {
        "fixed_wan": wan_of(row["fixed_yi"]),
        "working_wan": wan_of(row["working_yi"]),
        "output_wan": wan_of(row["output_yi"]),
    }
    day = days.ago(row.get("submitted", 1))
    at = datetime.combine(day, hour, zone)
    fields = intake.described(known, day + timedelta(180), timedelta(400))
    if row.get("draft"):
        return _draft(known, intake, at)
    firm = intake.firm(**row["firm"], owner=None, at=at)
    application = intake.apply(firm, fields, at=at)
    answered = datetime.combine(days.calendar.add(day, ANSWERED_AFTER), time(16, 5), zone)
    _answer(row, application, intake, answered)
    if "returned_again" in row:
        _return_again(row["returned_again"], application, fields, intake, days, answered)


def _draft(row: dict, intake: Intake, at: datetime) -> None:
    """Begun and not handed in: what has been typed so far, as typed."""
    owner = intake.people["enterprise"]
    firm = next(f for f in intake.firms.values() if intake.owners[f.pk] == owner)
    typed = {
        "name": row["name"],
        "industry": row["industry"],
        "town": row["town"],
        "fixed_assets_wan": str(row["fixed_wan"]),
    }
    operations.start_application(firm, by=owner, at=at, draft=typed)


def _answer(row: dict, application: Application, intake: Intake, at: datetime) -> None:
    by, version = intake.people["window"], application.version
    if "returned" in row:
        operations.return_application(
            application, by=by, at=at, version=version, missing=row["returned"]
        )
    elif "declined" in row:
        reason, remedy = row["declined"]
        operations.decline_application(
            application, by=by, at=at, version=version, reason=reason, remedy=remedy
        )


def _return_again(
    missing: list[str],
    application: Application,
    fields: dict,
    intake: Intake,
    days: DemoDays,
    returned_at: datetime,
) -> None:
    """The day after it is submitted anew as it was, and two working days later it comes back again."""
    owner, day = intake.owners[application.enterprise_id], returned_at.date()
    again, answered = (
        datetime.combine(days.calendar.add(day, later), time(10, 40), returned_at.tzinfo)
        for later in (1, 1 + ANSWERED_AFTER)
    )
    application = operations.submit_application(
        application, by=owner, at=again, fields=fields, unchanged=True
    )
    operations.return_application(
        application,
        by=intake.people["window"],
        at=answered,
        version=application.version,
        missing=missing,
    )
