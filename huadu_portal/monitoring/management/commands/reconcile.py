import sys
from dataclasses import asdict

import orjson
from django.core.management.base import BaseCommand

from huadu_portal.clock import now
from huadu_portal.monitoring.reconcile import findings, snapshot
from huadu_portal.monitoring.reconcile.finding import Finding


class Command(BaseCommand):
    help = "Checks, read-only, everything that must always hold; exit 1 names what does not."

    def add_arguments(self, parser):
        parser.add_argument("--json", action="store_true", help="one JSON object")

    def handle(self, *args, json=False, **options):
        with snapshot():
            found = list(findings(now()))
        if json:
            self.stdout.write(_as_json(found))
        else:
            for finding in found:
                self.stdout.write(str(finding))
            summary = f"{len(found)} findings." if found else "Every invariant holds."
            self.stdout.write(summary)
        if found:
            sys.exit(1)


def _as_json(found: list[Finding]) -> str:
    listed = [asdict(finding) for finding in found]
    return orjson.dumps({"holds": not found, "findings": listed}).decode()
