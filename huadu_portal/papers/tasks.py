from celery import shared_task

from huadu_portal.papers import operations


@shared_task
def set_due():
    operations.set_due()
