"""Notices in files: what is read, and what is said of a file that is wrong."""

from dataclasses import replace

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from huadu_portal.workdays import files, notices, rules
from tests.workdays.notices import of_2027

TOML = """
[[notice]]
year = 2024
source = "国办发明电〔2023〕7号"
workdays = [2024-02-04]
holidays = [{ name = "春节", start = 2024-02-10, end = 2024-02-17 }]
"""
YAML = """
notice:
- year: 2024
  source: 国办发明电〔2023〕7号
  workdays: [2024-02-04]
  holidays:
  - {name: 春节, start: '2024-02-10', end: 2024-02-17}
"""
CSV = """start,end,kind,name,source
2024-02-10,2024-02-17,off,春节,国办发明电〔2023〕7号
2024-02-04,,work,调休上班,
"""
CHINESE = """开始日期,结束日期,类别,名称,通知文件
2024/2/10,2024/2/17,放假,春节,国办发明电〔2023〕7号
2024/2/4,,上班,调休上班,
,,,,
"""


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


class TestReading:
    @pytest.mark.parametrize(
        ("name", "content"),
        [
            ("a.toml", TOML.encode()),
            ("a.yaml", YAML.encode()),
            ("a.YML", YAML.encode()),
            ("a.csv", CSV.encode()),
            ("a.csv", CSV.encode("utf-8-sig")),
            ("a.csv", CHINESE.encode()),
            # As a spreadsheet saves it in China.
            ("a.csv", CHINESE.encode("gb18030")),
        ],
    )
    def test_every_format_says_the_same(self, name, content):
        [notice] = files.read_notice_file(name, content)

        assert (notice.year, notice.source, len(notice.days)) == (
            2024,
            "国办发明电〔2023〕7号",
            9,
        )
        assert [day.is_workday for day in notice.days] == [True, *[False] * 8]

    def test_the_packaged_file_is_one_of_them(self):
        read = files.read_notice_file(notices.FILE.name, notices.FILE.read_bytes())

        assert read == notices.packaged()

    @pytest.mark.parametrize("notice", [*notices.packaged(), of_2027()], ids=lambda n: n.year)
    def test_what_is_written_is_read(self, notice):
        assert files.read_notice_file("a.csv", files.as_csv(notice).encode()) == [notice]


def refused(name, content):
    with pytest.raises(ValidationError) as refusal:
        files.read_notice_file(
            name, content if isinstance(content, bytes) else content.encode()
        )
    return " ".join(refusal.value.messages)


# Each line stands for ten times the one before.
MERGED = "a0: &a0 {k: 1}\n" + "".join(
    f"a{n}: &a{n} {{<<: [{','.join([f'*a{n - 1}'] * 10)}]}}\n" for n in range(1, 9)
)
REPEATED = "a0: &a0 [x]\n" + "".join(
    f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 9)
)


class TestRefusing:
    def test_a_few_lines_that_stand_for_millions(self, monkeypatch):
        monkeypatch.setattr(files, "LIMITS", replace(files.LIMITS, seconds=2))

        assert "too large when unpacked" in refused("a.yaml", REPEATED)

    def test_keys_that_are_merged_millions_of_times(self, monkeypatch):
        """PyYAML takes each once from 6.0.4 on, so the file is refused for what it lacks."""
        monkeypatch.setattr(files, "LIMITS", replace(files.LIMITS, seconds=2))

        assert "a list named “notice”" in refused("a.yaml", MERGED)

    @pytest.mark.parametrize(
        ("name", "content", "said"),
        [
            ("a.xlsx", b"", "TOML, YAML or CSV"),
            ("a.csv", b"\xff\xfe\xff", "not a text file"),
            ("a.csv", b"x" * 300_000, "too large for a calendar"),
            ("a.csv", "", "start, end, kind, name, source"),
            ("a.csv", "start,end,kind,name,source\n", "no notice"),
            ("a.csv", "start,end,kind,name,source\nsoon,,off,x,y\n", "Line 2"),
            ("a.csv", "start,end,kind,name,source\n2024-02-30,,off,x,y\n", "Line 2"),
            ("a.csv", "start,end,kind,name,source\n2024-02-10,,maybe,x,y\n", "Line 2"),
            ("a.csv", CSV.replace("2024-02-17", "2024-02-09"), "before the start"),
            ("a.csv", CSV.replace("2024-02-17", "2025-02-17"), "another year"),
            ("a.csv", CSV.replace("国办发明电〔2023〕7号", ""), "name the notice"),
            ("a.csv", CSV.replace(",春节,", ",,"), "need a name"),
            ("a.csv", CSV.replace("2024-02-04", "2024-02-05"), "Saturday or Sunday"),
            ("a.csv", CSV.replace("2024-02-04", "2024-02-11"), "more than once: 2024-02-11"),
            ("a.toml", "[[notice", "TOML"),
            ("a.toml", "x = 1", "a list named"),
            ("a.toml", "[[notice]]\nyear = 2024", "year, source"),
            ("a.toml", TOML.replace("year = 2024", "year = 2025"), "Not in 2025"),
            ("a.toml", TOML.replace("year = 2024", "year = 1024"), "between 2000 and 2099"),
            ("a.yaml", "notice: [1]", "year, source"),
            ("a.yaml", "a: [", "YAML"),
            ("a.yaml", "[" * 20_000, "YAML"),
            ("a.yaml", YAML.replace("year: 2024", "year: " + "9" * 5000), "YAML"),
            ("a.yaml", YAML.replace("name: 春节", "name: [春节]"), "text was expected"),
            ("a.yaml", YAML.replace("'2024-02-10'", "[2024-02-10]"), "text was expected"),
            ("a.csv", "start,end,kind,name,source\n99999999999999-1-1,,off,x,y\n", "Line 2"),
            ("a.csv", "start,end,kind,name,source\n" + "x" * 150_000, "CSV"),
            ("a.yaml", "!!python/object/apply:os.system [true]", "YAML"),
        ],
    )
    def test_says_what_is_wrong(self, name, content, said):
        assert said in refused(name, content)

    def test_a_list_without_national_day_has_been_cut_off(self):
        lines = files.as_csv(of_2027()).splitlines(keepends=True)
        short = "".join(line for line in lines if "国庆节" not in line)

        assert "2027-10-01 国庆节、2027-10-02 国庆节" in refused("a.csv", short)

    @pytest.mark.parametrize("notice", notices.packaged(), ids=lambda n: str(n.year))
    def test_no_real_notice_is_refused(self, notice):
        rules.check_notice(notice)
