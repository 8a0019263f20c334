"""What several test modules of the items do in the same way."""

import threading
from contextlib import suppress
from itertools import pairwise

from django.db import connection
from django.urls import reverse

from approvals.acts import operations as acts_operations
from approvals.joint import operations as joint
from approvals.models import MET, Ground
from huadu_portal.escalation import operations as escalation
from huadu_portal.escalation.models import Reminder
from huadu_portal.escalation.operations.sweep import AFTER_FAILURE
from huadu_portal.escalation.subjects import subject_types
from huadu_portal.notifications.models import Kind, Notification
from projects.models import Document, MaterialKind
from tests.conftest import DAY, HOUR, MONDAY, item_of, stock


def url_of(item, act):
    return reverse(f"approvals:{act}", args=[item.pk])


def told(kind):
    """Who has been told, by username."""
    rows = Notification.objects.filter(kind=kind).order_by("recipient__username")
    return list(rows.values_list("recipient__username", flat=True))


def reminded(course, rung):
    """Who has been reminded by a rung, by username."""
    rows = Notification.objects.filter(
        kind=Kind.REMINDER, event_key__regex=f":{course}:{rung}(:|$)"
    ).order_by("recipient__username")
    return list(rows.values_list("recipient__username", flat=True))


def swept(at, course):
    """How many reminders of a course one sweep tells; none is put off as broken."""
    told_of = Reminder.objects.filter(course=course, is_superseded=False)
    before = told_of.count()
    escalation.remind(at)
    for subject_type in subject_types():
        assert not subject_type.model.objects.filter(next_rung_at=at + AFTER_FAILURE).exists()
    return told_of.count() - before


def accepted_by(item, *, firm, officer, at=MONDAY):
    stock(item, firm)
    item = acts_operations.submit(item, by=firm, at=at, version=item.version)
    return acts_operations.accept(item, by=officer, at=at, version=item.version)


def at_once(*acts):
    """What came of acts that run at the same moment: "done" or the error's name."""
    outcomes = []

    def run(act):
        try:
            act()
            outcomes.append("done")
        except Exception as error:
            outcomes.append(type(error).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(outcomes)


def waiting_for_each_other(function, parties=2, patience=3):
    """The function, each caller of which first waits for the others to be as far.

    A lock makes that impossible: after `patience` seconds the first goes on alone.
    """
    all_are_here = threading.Barrier(parties)

    def meet(*args, **kwargs):
        with suppress(threading.BrokenBarrierError):
            all_are_here.wait(timeout=patience)
        return function(*args, **kwargs)

    return meet


def coming_back_together(function, parties=2, patience=60):
    """The function, from which each caller comes back once the others have: none commits
    before all have read. However busy the machine is, nothing keeps them from coming."""
    all_are_through = threading.Barrier(parties)

    def meet(*args, **kwargs):
        done = function(*args, **kwargs)
        all_are_through.wait(timeout=patience)
        return done

    return meet


def desk_of(item, act):
    """The address of an act at the staff desk."""
    return f"/admin/approvals/approvalitem/{item.pk}/acts/{act}/"


def by_api(client, user, item, act, **body):
    client.force_login(user)
    body = {"version": item.version} | body
    address = f"/api/v1/approval-items/{item.pk}/{act}/"
    return client.post(address, body, content_type="application/json")


def levels(response):
    """Of the messages on a page: success, error."""
    return [message.level_tag for message in response.context["messages"]]


def notice_for(item, by, at=MONDAY):
    """A notice of the department's, kept where the firm finds it; a row, no file."""
    return Document.objects.create(
        enterprise=item.project.enterprise,
        project=item.project,
        kind=MaterialKind.objects.get(name="审批结果文件"),
        filename="特别程序告知书.pdf",
        content_type="application/pdf",
        size=1,
        uploaded_by=by,
        uploaded_at=at,
    )


def suspended_by(item, by, at, **asked):
    asked = {"ground": Ground.EXPERT_REVIEW, "expected_days": 3} | asked
    notice = asked.pop("notice_file", None) or notice_for(item, by, at)
    return acts_operations.suspend(
        item, by=by, at=at, version=item.version, notice_file=notice, **asked
    )


def resumed_by(item, by, at):
    return acts_operations.resume(item, by=by, at=at, version=item.version)


def result_file(item, by, at=MONDAY):
    """The file of a result document, kept where the firm finds it; a row, no file."""
    return Document.objects.create(
        enterprise=item.project.enterprise,
        project=item.project,
        kind=MaterialKind.objects.get(name="审批结果文件"),
        source="delivered",
        filename="许可证正本.pdf",
        content_type="application/pdf",
        size=1,
        uploaded_by=by,
        uploaded_at=at,
    )


def delivered_by(item, by, at, **asked):
    """Delivered with number and file."""
    asked = {"certificate_number": "花规许〔2025〕1号"} | asked
    asked.setdefault("document", result_file(item, by, at))
    return acts_operations.deliver(item, by=by, at=at, version=item.version, **asked)


def spans_of(item):
    """Whose court from when until when, in order."""
    return list(item.spans.values_list("holder", "started_at", "ended_at"))


def leave_no_gap(spans):
    """Whether each begins where the one before ends, and only the last may be open."""
    return all(before[2] == after[1] for before, after in pairwise(spans))


# 五证联办, the industrial five.
FIVE = ["HD-LX-06", "HD-LX-07", "HD-GC-02", "HD-GC-03", "HD-SG-05"]


def five(project):
    return {code: item_of(project, code) for code in FIVE}


def statuses(project):
    return {code: item.status for code, item in five(project).items()}


def pass_all(case, officers, codes=FIVE, at=MONDAY + HOUR):
    for code in codes:
        item = item_of(case.project, code)
        by = officers[item.department_id]
        joint.pre_approve(item, by=by, at=at, version=item.version)
    case.refresh_from_db()


# What has to be met before the land is registered, as bundles.yaml ships it.
BEFORE_LAND = ["HD-LX-01", "HD-LX-05", "HD-LX-08"]
# What may follow until the certificates that wait for it are granted.
TO_FOLLOW = ["HD-GC-01", "HD-SG-01", "HD-SG-04"]


def meet(project, wei, codes=BEFORE_LAND, at=MONDAY):
    """These do not apply to the project, which counts as met."""
    for code in codes:
        item = item_of(project, code)
        if item.status in MET:
            continue
        asked = {"by": wei, "at": at, "version": item.version, "note": "不涉及"}
        acts_operations.mark_not_applicable(item, **asked)


def land_paper(project, by):
    return Document.objects.create(
        enterprise=project.enterprise,
        project=project,
        kind=MaterialKind.objects.get(name="国有建设用地使用权出让合同"),
        filename="出让合同.pdf",
        content_type="application/pdf",
        size=1,
        uploaded_by=by,
        uploaded_at=MONDAY,
    )


def register(case, wei, at=MONDAY + DAY, **asked):
    paper = land_paper(case.project, wei)
    return joint.register_land(
        case, by=wei, at=at, version=case.version, land_paper=paper, **asked
    )
