import pytest
from django.conf import settings
from django.db import DatabaseError
from django.db.migrations.recorder import MigrationRecorder

from huadu_portal.monitoring import health


class TestHealthz:
    def test_answers_without_a_database(self, client):
        assert client.get("/healthz").text == "ok\n"


@pytest.mark.django_db
class TestReadyz:
    def test_is_ready_when_nothing_is_amiss(self, client):
        response = client.get("/readyz")

        assert (response.status_code, response.json()["problems"]) == (200, [])

    def test_names_unapplied_migrations(self, client, monkeypatch):
        monkeypatch.setattr(health, "unapplied_migrations", lambda: True)

        response = client.get("/readyz")

        assert response.status_code == 503
        said = {"ready": False, "problems": ["migrations"], "version": settings.VERSION}
        assert response.json() == said

    def test_works_the_plan_out_once(self, client, monkeypatch):
        """It is open to strangers, and the plan costs a tenth of a second."""
        made = []
        health._lacks.cache_clear()
        executor = health.MigrationExecutor
        monkeypatch.setattr(
            health, "MigrationExecutor", lambda to: made.append(to) or executor(to)
        )

        for _ in range(5):
            client.get("/readyz")

        assert len(made) == 1

    def test_sees_what_is_taken_back(self, client):
        client.get("/readyz")
        last = MigrationRecorder.Migration.objects.order_by("-id").first()
        last.delete()

        assert client.get("/readyz").json()["problems"] == ["migrations"]

    def test_names_a_full_disk(self, client, monkeypatch):
        monkeypatch.setattr(health, "_free_bytes", lambda: 1024)

        assert client.get("/readyz").json()["problems"] == ["disk"]

    def test_says_no_more_than_database_when_that_is_away(self, client, monkeypatch):
        def fail():
            raise DatabaseError("host db-7.internal refused, user portal")

        monkeypatch.setattr(health, "unapplied_migrations", fail)

        response = client.get("/readyz")

        assert response.status_code == 503
        assert response.json()["problems"] == ["database"]
        assert "db-7" not in response.text


@pytest.mark.django_db
class TestMetrics:
    def test_are_shown_on_the_machine_itself(self, client):
        response = client.get("/metrics", REMOTE_ADDR="127.0.0.1")

        assert response.status_code == 200
        assert "python_info" in response.text

    def test_are_refused_to_others(self, client):
        assert client.get("/metrics", REMOTE_ADDR="203.0.113.9").status_code == 403

    def test_are_refused_through_the_proxy(self, client):
        response = client.get(
            "/metrics",
            REMOTE_ADDR="127.0.0.1",
            headers={"X-Forwarded-For": "127.0.0.1"},
        )

        assert response.status_code == 403

    def test_are_shown_to_a_network_that_is_named(self, client, settings):
        settings.METRICS_ALLOWED = ["10.7.0.0/16"]

        assert client.get("/metrics", REMOTE_ADDR="10.7.1.2").status_code == 200
