import re
import threading

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client

from huadu_portal import limits

NUMBER_OF_NOBODY = "SB20250303-9999"
END = "M0142P"  # of Alice's firm


@pytest.fixture(autouse=True)
def nobody_has_tried(db):
    cache.clear()


@pytest.fixture
def look_up(client, application):
    def post(number=application.number, code_end=END, address="203.0.113.1", seen=None):
        return client.post(
            "/lookup/",
            {"number": number, "code_end": code_end},
            REMOTE_ADDR=address,
            headers={"X-Forwarded-For": seen} if seen else {},
        )

    return post


def sentence_of(response):
    return re.search(
        r'<div class="alert alert-danger".*?</div>\s*<div>(.*?)</div>',
        response.text,
        re.S,
    )[1]


class TestPage:
    def test_shows_status_days_and_what_is_next(self, application, look_up):
        page = look_up().text

        assert application.number in page
        assert "2025年3月6日" in page
        assert 'class="tag tag-blue"' in page

    def test_shows_nothing_that_was_not_asked_for(self, application, look_up):
        page = look_up().text

        assert application.name not in page
        assert application.enterprise.name not in page
        assert application.enterprise.credit_code not in page

    def test_takes_both_entries_as_people_type_them(self, application, look_up):
        response = look_up(f" {application.number.lower()} ", f"{END.lower()} ")

        assert "facts" in response.text

    def test_wrong_code_and_unknown_number_get_the_same_sentence(self, application, look_up):
        wrong_code = look_up(code_end="000000")
        unknown = look_up(number=NUMBER_OF_NOBODY)

        assert wrong_code.status_code == unknown.status_code == 200
        assert sentence_of(wrong_code) == sentence_of(unknown)

    def test_is_kept_by_no_cache(self, application, look_up):
        assert "no-store" in look_up().headers["Cache-Control"]

    def test_malformed_code_is_a_message_beside_the_field(self, look_up):
        assert 'id="id_code_end_error"' in look_up(code_end="123").text


class TestLimit:
    def test_eleventh_attempt_from_an_address_is_refused(self, application, look_up):
        answers = [look_up().status_code for _attempt in range(11)]

        assert answers == [200] * 10 + [429]

    def test_behind_our_proxy_each_visitor_is_one(self, application, look_up, settings):
        """By the last address in the header, which the proxy has put there."""
        settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
        first = [look_up(seen=f"10.9.9.{n}, 203.0.113.1").status_code for n in range(11)]
        second = look_up(seen="203.0.113.1, 203.0.113.2").status_code

        assert (first, second) == ([200] * 10 + [429], 200)

    def test_without_one_the_header_is_a_strangers_word(self, application, look_up):
        answers = [look_up(seen=f"203.0.113.{n}").status_code for n in range(11)]

        assert answers == [200] * 10 + [429]

    def test_another_address_is_not_concerned(self, application, look_up):
        for _attempt in range(11):
            look_up()

        assert look_up(address="203.0.113.2").status_code == 200

    @pytest.mark.parametrize("exists", [True, False])
    def test_sixth_miss_is_refused_whether_or_not_the_number_exists(
        self, application, look_up, exists
    ):
        number = application.number if exists else NUMBER_OF_NOBODY

        answers = [
            look_up(number, "000000", address=f"203.0.113.{n}").status_code for n in range(6)
        ]

        assert answers == [200] * 5 + [429]

    def test_misses_of_one_network_leave_the_applicant_elsewhere_alone(self, look_up):
        for n in range(6):
            look_up(code_end="000000", address=f"203.0.113.{n}")

        assert "facts" in look_up(address="198.51.100.1").text

    def test_misses_from_everywhere_bound_the_guessing(self, look_up, monkeypatch):
        monkeypatch.setitem(limits.RATES, "lookup_guessed", "8/1h/key")

        answers = [
            look_up(code_end="000000", address=f"10.{n}.0.1").status_code for n in range(9)
        ]

        assert answers == [200] * 8 + [429]

    def test_a_hit_is_not_counted_as_a_miss(self, application, look_up):
        answers = [look_up(address=f"203.0.113.{n}").status_code for n in range(8)]

        assert answers == [200] * 8

    @pytest.mark.django_db(transaction=True)
    def test_attempts_at_the_same_moment_do_not_pass_together(self, application):
        start, answers = threading.Barrier(12), []

        def attempt(n):
            start.wait()
            body = {"number": application.number, "code_end": "000000"}
            try:
                response = Client().post("/lookup/", body, REMOTE_ADDR=f"203.0.113.{n}")
                answers.append(response.status_code)
            finally:
                connection.close()

        threads = [threading.Thread(target=attempt, args=[n]) for n in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert len(answers) == 12
        assert answers.count(200) <= 5
