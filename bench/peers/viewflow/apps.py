from django.apps import AppConfig


class Approvals(AppConfig):
    # Viewflow looks for the flows of installed apps; its own name is taken.
    name, label = "bench.peers.viewflow", "peer"
