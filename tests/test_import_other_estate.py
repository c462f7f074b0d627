"""A file of another estate stops, at every door, until somebody says that it is of this one all the same."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone, translation

from config.framework.refusals import Refused
from owners.importing import jobs
from owners.importing.estates import elsewhere
from owners.importing.jobs import State
from owners.importing.loading import load
from owners.importing.register import read_register
from owners.models import RegisterLoad, Unit
from staff.models import Estate
from tests.cast import MONDAY_9AM
from tests.ledgers import csv_bytes, xlsx

HEADER = ["项目", "楼栋", "房号", "姓名", "电话"]
CHECK = "/registers/JX/import/check/"


@pytest.fixture(autouse=True)
def _in_english(monkeypatch):
    monkeypatch.setattr("owners.tasks.load_registers.delay", lambda: None)
    with translation.override("en"):
        yield


def file(*estates: str, heading: str = "项目") -> bytes:
    """One home for each name under the heading."""
    rows = [[name, "1号楼", f"10{n}", f"李{n}号店", ""] for n, name in enumerate(estates, 1)]
    return csv_bytes([[heading, *HEADER[1:]], *rows])


def read(content: bytes, name: str = "台账.csv"):
    return read_register(content, name)


OURS = [
    "锦绣花园", " 锦 绣 花 园 ", "锦绣花园小区", "锦绣", "锦绣花园物业服务中心", "JX", "ｊｘ", "JX-锦绣花园",
    "锦绣花园（JX）", "锦绣·花园",
]  # fmt: skip
OTHERS = ["翠湖雅苑", "翠湖雅苑小区", "CH", "锦绣花园二期", "新锦绣花园", "锦绣家园", "滨江苑"]


@pytest.mark.parametrize("name", OURS)
@pytest.mark.parametrize("heading", ["项目", "小区名称"])
def test_another_spelling_of_this_estate_is_this_estate(name, heading, jinxiu, cuihu):
    assert elsewhere(read(file(name, name, heading=heading)), jinxiu) is None


@pytest.mark.parametrize("name", OTHERS)
@pytest.mark.parametrize("heading", ["项目", "所属小区", "物业项目名称", "楼盘", "Estate"])
def test_another_name_stops_the_load_whatever_is_left_out(name, heading, jinxiu, cuihu, chenfang):
    reading = read(file(name, "", name, heading=heading))
    outcome = load(reading, jinxiu, by=chenfang, at=MONDAY_9AM, skip_bad=True)
    assert not outcome.loaded and not Unit.objects.exists()
    assert (
        f"“{heading}” says “{name}”, and the file is to be loaded into 锦绣花园."
        == outcome.elsewhere.sentence
    )
    assert outcome.elsewhere.row == 2 and outcome.units == 3


def test_the_other_estate_is_known_by_its_name(jinxiu, cuihu):
    assert elsewhere(read(file("翠湖 雅苑小区")), jinxiu).code == "CH"
    assert elsewhere(read(file("滨江苑")), jinxiu).code == ""


def test_a_name_that_fits_two_estates_is_asked(jinxiu):
    short = Estate.objects.create(code="J2", name="锦绣", service_phone="1")
    assert elsewhere(read(file("锦绣")), jinxiu).code == "J2"
    assert elsewhere(read(file("锦绣花园")), short).code == "JX"
    assert elsewhere(read(file("锦绣小区")), jinxiu).code == "J2"
    assert elsewhere(read(file("锦绣花园")), jinxiu) is None


@pytest.mark.parametrize("heading", ["区域", "组团", "管理处", "社区", "项目编号"])
def test_a_column_of_parts_stops_only_for_a_known_estate(heading, jinxiu, cuihu):
    assert elsewhere(read(file("东区", heading=heading)), jinxiu) is None
    assert elsewhere(read(file("翠湖雅苑", heading=heading)), jinxiu).code == "CH"


def test_several_spellings_of_this_estate_in_one_column_are_one(jinxiu, cuihu, chenfang):
    reading = read(file("锦绣花园", "锦绣花园小区", "锦绣 花园"))
    assert reading.problems == () and elsewhere(reading, jinxiu) is None


@pytest.mark.parametrize(
    ("sheets", "name"),
    [
        ({"翠湖雅苑": [HEADER[1:], ["1号楼", "101", "李四", ""]]}, "台账.xlsx"),
        ({"Sheet1": [["翠湖雅苑业主台账"], HEADER[1:], ["1号楼", "101", "李四", ""]]}, "台账.xlsx"),
        ({"Sheet1": [HEADER[1:], ["1号楼", "101", "李四", ""]]}, "2026年翠湖雅苑台账.xlsx"),
    ],
)
def test_a_title_a_sheet_or_the_file_called_like_another_estate_is_asked(
    sheets, name, jinxiu, cuihu, chenfang
):
    reading = read(xlsx(**sheets), name)
    assert elsewhere(reading, jinxiu).code == "CH" and elsewhere(reading, cuihu) is None
    assert load(reading, jinxiu, by=chenfang, at=MONDAY_9AM, of_this_estate=True).loaded


def test_a_title_that_names_this_estate_too_says_nothing_against_it(jinxiu, cuihu):
    sheet = [["锦绣花园、翠湖雅苑服务中心 业主台账"], HEADER[1:], ["1号楼", "101", "李四", ""]]
    assert elsewhere(read(xlsx(sheet), "台账.xlsx"), jinxiu) is None


@pytest.mark.parametrize("first", ["锦绣花园", "滨江苑"])
def test_two_sheets_of_two_estates_are_never_of_one(first, jinxiu, cuihu, chenfang):
    sheets = {
        name: [HEADER, [estate, f"{n}号楼", "101", f"李{n}号店", ""]]
        for n, (name, estate) in enumerate([("一", first), ("二", "翠湖雅苑")], 1)
    }
    reading = read(xlsx(**sheets), "台账.xlsx")
    outcome = load(reading, jinxiu, by=chenfang, at=MONDAY_9AM, of_this_estate=True)
    assert not outcome.loaded and not Unit.objects.exists()
    assert outcome.elsewhere.sentence.startswith(f"The file names several estates ({first}、翠湖雅苑)")


class TestOnThePage:
    @pytest.fixture
    def browser(self, client, chenfang):
        chenfang.language = "en"
        chenfang.save(update_fields=["language"])
        client.force_login(chenfang)
        return client

    def send(self, browser, content: bytes) -> str:
        upload = SimpleUploadedFile("台账.csv", content)
        browser.post(reverse("registers_import", args=["JX"]), {"file": upload})
        jobs.work_waiting(timezone.now)
        return browser.get(CHECK).content.decode()

    def test_it_asks_and_loads_nothing_before_it_is_answered(self, browser, jinxiu, cuihu):
        page = self.send(browser, file("翠湖雅苑"))
        assert "“项目” says “翠湖雅苑”, and the file is to be loaded into 锦绣花园." in page
        assert 'name="of_this_estate"' in page and "is-warn" in page
        assert "/registers/CH/import/" not in page  # she does not load registers there
        answer = browser.post(CHECK, {"skip_bad": "1"}, follow=True)
        assert "Say first that it is of this estate all the same." in answer.content.decode()
        assert jobs.work_waiting(timezone.now) == 0 and not Unit.objects.exists()
        browser.post(CHECK, {"of_this_estate": "1"})
        assert jobs.work_waiting(timezone.now) == 1
        assert Unit.objects.count() == 1
        assert "you said that it is of 锦绣花园 all the same" in browser.get(CHECK).content.decode()

    def test_the_answer_stays_with_the_job_when_its_result_is_put_away(self, browser, jinxiu):
        self.send(browser, file("滨江苑"))
        browser.post(CHECK, {"of_this_estate": "1"})
        jobs.work_waiting(timezone.now)
        browser.post(reverse("registers_import_leave", args=["JX"]))
        job = RegisterLoad.objects.get()
        assert (job.state, job.result, job.named_estate) == (State.LEFT, {}, "滨江苑")

    def test_who_may_load_there_finds_the_way(self, client, admin, jinxiu, cuihu):
        admin.language = "en"
        admin.save(update_fields=["language"])
        client.force_login(admin)
        page = self.send(client, file("翠湖雅苑"))
        assert 'href="/registers/CH/import/"' in page and "Load it into 翠湖雅苑 instead" in page

    def test_two_estates_cannot_be_answered(self, browser, jinxiu, cuihu, chenfang):
        sheets = {
            n: [HEADER, [n, "1号楼", f"10{i}", f"李{i}号店", ""]]
            for i, n in enumerate(["锦绣花园", "翠湖雅苑"])
        }
        page = self.send(browser, xlsx(**sheets))
        assert "names several estates" in page and "of_this_estate" not in page
        with pytest.raises(Refused):
            jobs.confirm(
                RegisterLoad.objects.get(), chenfang, timezone.now(), skip_bad=True, of_this_estate=True
            )

    def test_an_estate_renamed_since_stops_what_was_asked_for(self, browser, jinxiu, cuihu):
        self.send(browser, file("锦绣花园"))
        browser.post(CHECK)
        Estate.objects.filter(pk=jinxiu.pk).update(name="江南里")
        jobs.work_waiting(timezone.now)
        job = RegisterLoad.objects.get()
        assert job.state == State.FAILED and "“锦绣花园”" in job.reason and not Unit.objects.exists()


def test_the_command_stops_and_names_both_ways_out(jinxiu, cuihu, tmp_path):
    path = tmp_path / "台账.csv"
    path.write_bytes(file("翠湖雅苑"))
    for more in ([], ["--skip-bad"], ["--dry-run"]):
        with pytest.raises(CommandError, match="--estate CH, or --of-this-estate"):
            call_command("import_register", str(path), "--estate", "JX", *more)
    assert not Unit.objects.exists()
    call_command("import_register", str(path), "--estate", "JX", "--of-this-estate")
    assert Unit.objects.get().estate == jinxiu
    path.write_bytes(file("滨江苑"))
    with pytest.raises(CommandError, match="Give the other estate, or --of-this-estate"):
        call_command("import_register", str(path), "--estate", "CH")


@pytest.mark.parametrize(
    "rows",
    [
        [["翠湖雅苑", "", "", ""]],
        [["楼栋", "房号", "姓名", "电话"], ["翠湖雅苑", "", "", ""]],
        [["锦绣花园", "", "", ""], ["1号楼", "102", "王五", ""], ["翠湖雅苑", "", "", ""]],
        [["翠湖雅苑", "102", "王五", ""]],
    ],
)
def test_a_heading_between_the_rows_or_a_building_called_like_another_estate_is_asked(rows, jinxiu, cuihu):
    content = csv_bytes([["楼栋", "房号", "姓名", "电话"], *rows, ["1号楼", "101", "李四", ""]])
    assert elsewhere(read(content), jinxiu) is not None
    assert len(read(content).entries) >= 1
