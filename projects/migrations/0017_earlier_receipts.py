"""Applications from before receipts were numbered papers get theirs, so that it can be verified.

The number on what was printed then is the application's, by which the paper is found.
"""

import hashlib
import json
from itertools import groupby

from django.conf import settings
from django.db import migrations
from django.utils import timezone
from uuid_utils.compat import uuid7

BATCH = 1_000
KIND, TITLE = "application_receipt", "项目申报收件回执"
NOTE = (
    "本文书由广州市花都区产业项目服务中心编号并代为送达，用于告知办理情况，不是行政许可决定；"
    "行政许可由审批部门依法作出，以审批部门出具的决定文书、凭证和证照为准。"
)


def issue_earlier(apps, schema_editor):
    Application = apps.get_model("projects", "Application")
    without = Application.objects.filter(number__isnull=False, papers=None)
    without = without.select_related("enterprise").order_by("submitted_at", "pk")
    while batch := list(without[:BATCH]):
        for year, applications in groupby(batch, lambda each: local(each.submitted_at).year):
            write(apps, year, list(applications))


def write(apps, year, applications):
    Paper = apps.get_model("papers", "Paper")
    ApplicationPaper = apps.get_model("projects", "ApplicationPaper")
    Counter = apps.get_model("papers", "Counter")
    key = {"kind": f"paper:{KIND}", "period": str(year)}
    counter, _ = Counter.objects.select_for_update().get_or_create(**key, defaults={"last": 0})
    papers = [
        receipt(Paper, application, f"花产服申〔{year}〕第{counter.last + n:04}号")
        for n, application in enumerate(applications, 1)
    ]
    Paper.objects.bulk_create(papers)
    ApplicationPaper.objects.bulk_create(
        ApplicationPaper(application=application, paper=paper, event_number=application.version)
        for application, paper in zip(applications, papers, strict=True)
    )
    Counter.objects.filter(**key).update(last=counter.last + len(applications))


def receipt(Paper, application, number):
    pk = uuid7()
    data = said(application, number, f"{settings.SITE_URL}/verify/{pk}/")
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return Paper(
        pk=pk,
        number=number,
        kind=KIND,
        title=TITLE,
        recipient=data["recipient"],
        issued_at=application.submitted_at,
        data=data,
        data_sha256=hashlib.sha256(text.encode(errors="replace")).hexdigest(),
    )


def said(application, number, address):
    enterprise, at = application.enterprise, local(application.submitted_at)
    day = f"{at.year}年{at.month}月{at.day}日"
    return {
        "title": TITLE,
        "recipient": enterprise.name,
        "paragraphs": [
            f"你单位提交的项目申报，本中心已于{day}{at:%H时%M分}收到，现出具收件回执。",
            "本回执仅证明本中心已收到申报，不代表材料齐全或者审批部门已经受理。",
        ],
        "facts": [
            ["收件编号", application.number],
            ["申报单位", enterprise.name],
            ["统一社会信用代码", enterprise.credit_code],
            ["项目名称", application.name],
        ],
        "deadline": None,
        "tables": [],
        "remedies": [],
        "next_steps": [],
        "signatures": [],
        "number": number,
        "language": "zh",
        "day": day,
        "note": NOTE,
        "look_up": address,
    }


def local(moment):
    return timezone.localtime(moment, timezone.get_default_timezone())


class Migration(migrations.Migration):
    dependencies = [("projects", "0016_application_paper")]

    operations = [migrations.RunPython(issue_earlier, migrations.RunPython.noop, elidable=True)]
