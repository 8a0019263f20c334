import pytest

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("packaged")]

URL = "/api/v1/workdays/"


class TestDays:
    def test_are_one_list_for_everyone(self, client):
        response = client.get(URL, {"from": "2026-12-30", "to": "2027-01-02"})

        assert response.status_code == 200
        assert response.json() == [
            {"date": "2026-12-30", "is_workday": True, "provisional": False},
            {"date": "2026-12-31", "is_workday": True, "provisional": False},
            {"date": "2027-01-01", "is_workday": False, "provisional": True},
            {"date": "2027-01-02", "is_workday": False, "provisional": True},
        ]

    def test_three_years_fit(self, client):
        response = client.get(URL, {"from": "2023-01-01", "to": "2025-12-31"})

        assert len(response.json()) == 1096

    @pytest.mark.parametrize(
        ("query", "field"),
        [
            ({}, "from"),
            ({"from": "2026-01-01"}, "to"),
            ({"from": "yesterday", "to": "2026-01-01"}, "from"),
            ({"from": "2026-02-30", "to": "2026-03-01"}, "from"),
            ({"from": "2018-12-31", "to": "2019-01-01"}, "from"),
            ({"from": "2026-01-01", "to": "2025-12-31"}, "to"),
            ({"from": "2020-01-01", "to": "2026-12-31"}, "to"),
            ({"from": "2026-01-01", "to": "9999-12-31"}, "to"),
            ({"from": "2026-01-01\0", "to": "2026-12-31"}, "from"),
        ],
    )
    def test_bad_input_is_a_problem_that_names_the_field(self, client, query, field):
        response = client.get(URL, query)

        assert response.status_code == 400
        assert response["Content-Type"] == "application/problem+json"
        assert field in response.json()["errors"]


class TestAdd:
    def test_counts_from_day_0(self, client):
        query = {"from": "2024-09-05", "days": 6, "unit": "working"}

        response = client.get(URL + "add/", query)

        assert response.json() == {"date": "2024-09-13", "provisional": False}

    def test_a_date_that_rests_on_an_unpublished_year_says_so(self, client):
        response = client.get(URL + "add/", {"from": "2026-12-31", "days": 1})

        assert response.json() == {"date": "2027-01-04", "provisional": True}

    def test_calendar_days_roll_off_a_holiday(self, client):
        query = {"from": "2024-09-01", "days": 30, "unit": "calendar"}

        assert client.get(URL + "add/", query).json()["date"] == "2024-10-08"

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"days": "-1"}, "days"),
            ({"days": "1e9"}, "days"),
            ({"days": "99999999999999999999"}, "days"),
            ({"unit": "moons"}, "unit"),
            ({"from": "9999-12-31"}, "from"),
        ],
    )
    def test_bad_input_is_a_problem_that_names_the_field(self, client, change, field):
        query = {"from": "2026-01-05", "days": "5", "unit": "working"} | change

        response = client.get(URL + "add/", query)

        assert (response.status_code, *response.json()["errors"]) == (400, field)
