"""The portal's desk with several items in one transaction, in the order of the list: what
two of them would come to."""

from types import SimpleNamespace

from django.db import transaction

from huadu_portal.wsgi import application  # noqa: F401  (the apps have to be there first)

from huadu_portal.ui.admin import DeskAdmin  # isort: skip

each_by_itself = DeskAdmin.ask_or_act_on_all


def all_in_one(desk, request, rows, *others):
    by = "-pk" if request.GET["o"].startswith("-") else "pk"
    turned = SimpleNamespace(order_by=lambda _pk: rows.order_by(by))
    with transaction.atomic():
        return each_by_itself(desk, request, turned, *others)


DeskAdmin.ask_or_act_on_all = all_in_one
