"""Pages are sent compressed, files as they are; the length of a page tells no secret."""

import gzip
import re

import pytest
from django.http import FileResponse, HttpResponse, JsonResponse

from huadu_portal.compression import CompressionMiddleware

LONG = b"0123456789" * 200
ASKED = {"HTTP_ACCEPT_ENCODING": "gzip, br"}
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')


def sent(rf, answer, **asked):
    return CompressionMiddleware(lambda request: answer)(rf.get("/", **asked))


@pytest.mark.parametrize("answer", [HttpResponse(LONG), JsonResponse({"said": "x" * 2000})])
def test_a_page_and_an_answer_to_a_program_are_compressed(rf, answer):
    whole = answer.content

    compressed = sent(rf, answer, **ASKED)

    assert compressed["Content-Encoding"] == "gzip"
    assert compressed["Vary"] == "Accept-Encoding"
    assert gzip.decompress(compressed.content) == whole


def test_who_does_not_read_gzip_is_sent_the_page_itself(rf):
    assert sent(rf, HttpResponse(LONG)).content == LONG


@pytest.mark.parametrize("kind", ["application/pdf", "image/png", "application/zip"])
def test_a_file_passes_as_it_is(rf, tmp_path, kind):
    file = tmp_path / "file"
    file.write_bytes(LONG)
    answer = FileResponse(file.open("rb"), content_type=kind)

    passed = sent(rf, answer, **ASKED)

    assert "Content-Encoding" not in passed
    assert passed["Content-Length"] == str(len(LONG))


def test_a_file_of_text_passes_as_it_is_too(rf, tmp_path):
    file = tmp_path / "file.csv"
    file.write_bytes(LONG)

    assert "Content-Encoding" not in sent(rf, FileResponse(file.open("rb")), **ASKED)


def test_the_same_page_has_another_length_each_time(rf):
    lengths = {len(sent(rf, HttpResponse(LONG), **ASKED).content) for _ in range(20)}

    assert len(lengths) > 1


@pytest.mark.django_db
def test_the_token_of_forms_is_another_one_in_each_page(client):
    pages = [client.get("/lookup/", **ASKED) for _ in range(2)]
    said = [set(TOKEN.findall(gzip.decompress(page.content).decode())) for page in pages]

    assert all(page["Content-Encoding"] == "gzip" for page in pages)
    assert said[0]
    assert not said[0] & said[1]
