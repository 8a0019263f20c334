"""Requests that end in the middle of a file, by whomever."""

import pytest

HEAD = (
    '--b\r\nContent-Disposition: form-data; name="upload"; filename="a.pdf"\r\n'
    "Content-Type: application/pdf\r\n\r\n"
)


@pytest.mark.parametrize("size", [10, 3 * 1024 * 1024], ids=["in memory", "on disk"])
def test_a_part_without_an_end_is_no_failure_of_ours(client, db, size):
    response = client.generic(
        "POST",
        "/accounts/login/",
        HEAD + "%" * size,
        content_type="multipart/form-data; boundary=b",
    )

    assert response.status_code == 200
    assert not response.wsgi_request.FILES
