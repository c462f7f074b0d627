"""What the pages say of a register that was read: whose each phone column is, and sentences that are true."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone, translation

from owners.importing import jobs
from owners.importing.loading import load
from owners.importing.register import read_register
from owners.importing.showing import column_label
from owners.models import RegisterLoad
from tests.ledgers import csv_bytes, xlsx

HEADER = ["楼栋", "房号", "业主姓名", "业主电话"]
LI = ["1号楼", "101", "李四", "13911110001"]
WANG = ["1号楼", "102", "王五", "13911110002"]
OTHERWISE = ["1号楼", "101", "李四", "13911110009"]
BAD = ["1号楼", "103", "赵六", "1391111000"]
CHECK = "/registers/JX/import/check/"


@pytest.fixture(autouse=True)
def _in_english(monkeypatch):
    monkeypatch.setattr("owners.tasks.load_registers.delay", lambda: None)
    with translation.override("en"):
        yield


def labels(header: list[str], *, above: list[str | None] | None = None) -> dict[str, str]:
    """Notice → how it was read, of the columns that were read as phones."""
    row = ["1号楼", "101", *[""] * (len(header) - 2)]
    rows = [above, header, row] if above else [header, row]
    reading = read_register(xlsx(rows), "台账.xlsx")
    return {
        c.letter: column_label(c.meaning or "", c.whose)
        for c in reading.columns
        if c.meaning and "phone" in c.meaning
    }


OWNER, TENANT, RELATIVE = "Owner's phone", "Tenant's phone", "Relative's phone"
CONTACT = "Contact person's phone, kept as a remark"


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (["业主姓名", "联系电话", "租户姓名", "联系电话"], [OWNER, TENANT]),
        (["业主姓名", "手机", "家属姓名", "电话", "紧急联系人", "电话"], [OWNER, RELATIVE, CONTACT]),
        (["姓名", "电话"], ["Phone of whoever stands under “姓名”"]),
        (["姓名", "电话", "业主电话"], ["Phone of whoever stands under “姓名”", OWNER]),
        (["业主姓名", "与业主关系", "电话"], ["Phone of whoever stands under “业主姓名”"]),
        (["业主1", "业主2", "电话1", "电话2"], [OWNER, OWNER]),
        (["业主姓名", "租户姓名", "业主电话", "租户电话"], [OWNER, TENANT]),
    ],
)
def test_each_phone_column_says_whose_it_is(header, expected):
    assert list(labels(["楼栋", "房号", *header]).values()) == expected


def test_the_upper_of_two_headings_says_whose_the_phone_is():
    above = ["房屋", None, "业主信息", None, "租户信息", None]
    header = ["楼栋", "房号", "姓名", "电话", "姓名", "电话"]
    assert list(labels(header, above=above).values())[1] == TENANT


@pytest.fixture
def browser(client, chenfang):
    chenfang.language = "en"
    chenfang.save(update_fields=["language"])
    client.force_login(chenfang)
    return client


def read(browser, *rows) -> str:
    upload = SimpleUploadedFile("台账.csv", csv_bytes([HEADER, *rows]))
    browser.post(reverse("registers_import", args=["JX"]), {"file": upload})
    jobs.work_waiting(timezone.now)
    return browser.get(CHECK).content.decode()


def loaded(browser, **answer) -> str:
    browser.post(CHECK, answer)
    jobs.work_waiting(timezone.now)
    return browser.get(CHECK).content.decode()


class TestTheSentenceAboveTheRows:
    """It is true of the rows below it, before the load and after."""

    ALREADY = "the register has it already"
    WOULD, WAS = "Nothing would be added to the register.", "Nothing was added to the register."
    DIFFER = "In 1 row the file says otherwise than the register, which is left as it is."
    WRONG = "1 row has a problem and is not loaded."

    def test_of_what_is_known_to_the_last_cell(self, browser, jinxiu):
        read(browser, LI)
        loaded(browser)
        page = read(browser, LI)
        assert self.ALREADY in page and self.DIFFER not in page and self.WRONG not in page

    def test_of_a_row_that_says_otherwise(self, browser, jinxiu):
        read(browser, LI)
        loaded(browser)
        page = read(browser, OTHERWISE)
        assert self.WOULD in page and self.DIFFER in page and "the register has 13911110001" in page
        assert self.ALREADY not in page

    def test_of_a_row_that_is_wrong_beside_one_that_is_known(self, browser, jinxiu):
        read(browser, LI)
        loaded(browser)
        page = read(browser, LI, BAD)
        assert self.WOULD in page and self.WRONG in page and self.ALREADY not in page

    def test_of_new_rows_beside_wrong_ones_and_others(self, browser, jinxiu):
        read(browser, LI)
        loaded(browser)
        page = read(browser, OTHERWISE, WANG, BAD)
        assert "New in the register would be: buildings 0, units 1, people 1, phones 1" in page
        assert self.DIFFER in page and self.WRONG in page
        page = loaded(browser, skip_bad="1")
        assert "Loaded: buildings 0, units 1, people 1, phones 1, occupancies 1." in page
        assert self.DIFFER in page and self.WRONG in page

    def test_of_a_file_of_wrong_rows_alone(self, browser, jinxiu):
        page = read(browser, BAD)
        assert "No row can be loaded as the file stands." in page and self.WRONG in page

    def test_of_what_somebody_else_loaded_between_looking_and_loading(self, browser, jinxiu, chenfang):
        read(browser, OTHERWISE)
        load(read_register(csv_bytes([HEADER, LI]), "台账.csv"), jinxiu, by=chenfang, at=timezone.now())
        page = loaded(browser)
        assert self.WAS in page and self.DIFFER in page
        assert "Nothing was new" not in page and self.ALREADY not in page

    def test_of_the_command_too(self, jinxiu, tmp_path, capsys):
        path = tmp_path / "台账.csv"
        for row, sentence in ((LI, "Loaded: "), (LI, self.ALREADY), (OTHERWISE, self.WAS)):
            path.write_bytes(csv_bytes([HEADER, row]))
            call_command("import_register", str(path), "--estate", "JX")
            assert sentence in (out := capsys.readouterr().out)
        assert self.DIFFER in out and self.ALREADY not in out


def test_a_result_of_before_is_still_shown(browser, jinxiu):
    read(browser, LI)
    job = RegisterLoad.objects.get()
    job.result["columns"] = [column[:4] for column in job.result["columns"]]
    del job.result["elsewhere"]
    job.save(update_fields=["result"])
    page = browser.get(CHECK).content.decode()
    assert "业主姓名" in page and 'class="btn btn-primary"' in page
