"""Loading a register in the browser: sent, read by the worker, looked at, loaded by the worker."""

import threading
from datetime import datetime, timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from kombu.exceptions import OperationalError

from complaints.management.commands import run_timers
from complaints.tasks import forget
from config.celery import app
from config.framework.refusals import Refused
from owners.importing import jobs, line
from owners.importing.jobs import State
from owners.models import RegisterLoad, Unit
from tests.cast import MONDAY_9AM
from tests.ledgers import JINXIU, csv_bytes, xlsx
from tests.register_jobs import BAD, CHECK, GOOD, HEADER, LEASE, MINUTE, kept, upload, work

pytestmark = pytest.mark.usefixtures("woken")


class TestInTheBrowser:
    def test_the_real_ledger_is_shown_first_and_loaded_when_told(self, browser_of, chenfang, jinxiu, woken):
        browser = browser_of(chenfang)
        assert upload(browser, JINXIU.read_bytes(), "register.xlsx").url == CHECK
        assert "Waiting to be read" in browser.get(CHECK).content.decode()
        assert work() == 1
        page = browser.get(CHECK).content.decode()
        assert "业主姓名" in page and "units 98, people 116" in page
        assert not Unit.objects.exists()
        assert browser.post(CHECK).url == CHECK
        assert "Waiting to be loaded" in browser.get(CHECK).content.decode()
        assert not Unit.objects.exists()
        assert work() == 1
        assert Unit.objects.count() == 98
        assert Unit.history.first().history_user == chenfang
        page = browser.get(CHECK).content.decode()
        assert "Loaded: buildings 4, units 98, people 116, phones 120, occupancies 116." in page
        assert kept() == [] and woken == ["load", "load"]

    def test_rows_with_a_problem_load_nothing_until_they_are_left_out(self, browser_of, chenfang):
        browser = browser_of(chenfang)
        upload(browser, csv_bytes([HEADER, GOOD, BAD]))
        work()
        assert "has 10 digits" in browser.get(CHECK).content.decode()
        browser.post(CHECK)
        assert work() == 0 and not Unit.objects.exists()
        browser.post(CHECK, {"skip_bad": "1"})
        work()
        assert [unit.code for unit in Unit.objects.all()] == ["1-2-101"]
        assert "has 10 digits" in browser.get(CHECK).content.decode()  # what is left to do stays in sight
        browser.post(reverse("registers_import_leave", args=["JX"]))
        assert kept() == []
        assert browser.get(CHECK).status_code == 302

    def test_the_list_of_problems_can_be_taken_away(self, browser_of, chenfang):
        browser = browser_of(chenfang)
        upload(browser, csv_bytes([HEADER, GOOD, BAD]), "=台账.csv")
        report = reverse("registers_import_report", args=["JX"])
        assert browser.get(report).status_code == 404  # not read yet
        work()
        lines = browser.get(report).content.decode("utf-8-sig").splitlines()
        assert lines[1].startswith("'=台账,3,1号楼2单元102,problem,")

    @pytest.mark.parametrize(
        ("content", "sentence"),
        [
            (b"%PDF-1.7\x00", "neither an Excel workbook"),
            (b"<html><table></table></html>", "a web page that was only named .xls"),
            (b"\xd0\xcf\x11\xe0" + b"\0" * 99, "old .xls format"),
        ],
    )
    def test_what_cannot_be_a_register_is_refused_at_once(self, browser_of, chenfang, content, sentence):
        answer = upload(browser_of(chenfang), content)
        assert answer.status_code == 422
        assert sentence in answer.content.decode()
        assert not RegisterLoad.objects.exists() and kept() == []

    def test_what_turns_out_to_be_none_fails_with_its_reason(self, browser_of, chenfang):
        browser = browser_of(chenfang)
        upload(browser, xlsx([["通知"], ["各位业主"]]), "通知.xlsx")
        work()
        page = browser.get(CHECK).content.decode()
        assert "No row with column headers was found" in page and "Another file" in page
        assert kept() == []

    def test_a_file_is_seen_only_by_the_person_who_sent_it_and_only_for_its_estate(
        self, browser_of, chenfang, admin, cuihu
    ):
        browser = browser_of(admin)
        upload(browser, csv_bytes([HEADER, GOOD]))
        work()
        assert browser.get("/registers/CH/import/check/").status_code == 302
        assert browser.get(reverse("registers_import_report", args=["CH"])).status_code == 404
        assert browser_of(chenfang).get(CHECK).status_code == 302

    def test_who_comes_back_from_elsewhere_goes_on_where_he_was(self, browser_of, chenfang, client):
        upload(browser_of(chenfang), csv_bytes([HEADER, GOOD]))
        work()
        client.logout()
        page = browser_of(chenfang).get(reverse("registers_import", args=["JX"])).content.decode()
        assert "“台账.csv”: Read." in page and CHECK in page
        assert "units 1, people 1" in browser_of(chenfang).get(CHECK).content.decode()

    def test_a_new_file_takes_the_place_of_the_old_one(self, browser_of, chenfang):
        browser = browser_of(chenfang)
        upload(browser, csv_bytes([HEADER, GOOD]))
        work()
        upload(browser, csv_bytes([HEADER, ["9-9-901", "赵六", "", ""]]))
        assert len(kept()) == 1
        work()
        browser.post(CHECK)
        work()
        assert [unit.code for unit in Unit.objects.all()] == ["9-9-901"]

    def test_no_other_file_is_taken_while_one_is_being_loaded(self, browser_of, chenfang):
        browser = browser_of(chenfang)
        upload(browser, csv_bytes([HEADER, GOOD]))
        work()
        browser.post(CHECK)
        answer = upload(browser, csv_bytes([HEADER, GOOD]), "另一.csv")
        assert answer.status_code == 422 and "is being loaded" in answer.content.decode()
        browser.post(reverse("registers_import_leave", args=["JX"]))
        assert len(kept()) == 1
        assert work() == 1 and Unit.objects.count() == 1

    def test_the_part_asked_for_again_shows_the_rows_and_then_opens_the_page(self, browser_of, chenfang):
        browser = browser_of(chenfang)
        upload(browser, csv_bytes([HEADER, GOOD]))
        RegisterLoad.objects.update(state=State.READING, done=500, total=2000, taken_at=timezone.now())
        part = browser.get(CHECK, headers={"HX-Request": "true"})
        assert "500 of 2000 rows" in part.content.decode() and "<html" not in part.content.decode()
        assert 'hx-trigger="every 1s"' in part.content.decode()
        whole = browser.get(CHECK).content.decode()
        assert '<noscript><meta http-equiv="refresh"' in whole
        RegisterLoad.objects.update(state=State.TO_READ)
        work()
        assert browser.get(CHECK, headers={"HX-Request": "true"})["HX-Refresh"] == "true"

    def test_without_a_worker_it_says_that_it_waits(self, browser_of, chenfang, monkeypatch):
        def fail() -> None:
            raise OperationalError

        monkeypatch.setattr("owners.tasks.load_registers.delay", fail)
        browser = browser_of(chenfang)
        assert upload(browser, csv_bytes([HEADER, GOOD])).url == CHECK
        for ago, sentence in ((20, "still waiting for a worker"), (200, "The worker seems to be down")):
            RegisterLoad.objects.update(changed_at=timezone.now() - timedelta(seconds=ago))
            assert sentence in browser.get(CHECK).content.decode()


class TestTheJob:
    @pytest.fixture
    def job(self, jinxiu, chenfang) -> RegisterLoad:
        return jobs.ask(jinxiu, chenfang, csv_bytes([HEADER, GOOD]), "台账.csv", "en", MONDAY_9AM)

    def test_one_taken_is_not_taken_again_until_its_worker_is_silent(self, job):
        assert jobs.take(MONDAY_9AM).pk == job.pk
        assert jobs.take(MONDAY_9AM + MINUTE) is None
        assert jobs.take(MONDAY_9AM + LEASE + MINUTE).pk == job.pk

    def test_a_worker_that_comes_back_late_leaves_no_trace(self, job):
        late = jobs.take(MONDAY_9AM)
        jobs.take(MONDAY_9AM + LEASE + MINUTE)
        jobs.work(late, lambda: MONDAY_9AM + LEASE + 2 * MINUTE)
        job.refresh_from_db()
        assert (job.state, job.result) == (State.READING, {})

    def test_a_late_loader_rolls_back_what_it_wrote(self, job, chenfang):
        jobs.work_waiting(lambda: MONDAY_9AM)
        jobs.confirm(job, chenfang, MONDAY_9AM, skip_bad=False)
        late = jobs.take(MONDAY_9AM)
        jobs.take(MONDAY_9AM + LEASE + MINUTE)
        jobs.work(late, lambda: MONDAY_9AM + LEASE + 2 * MINUTE)
        assert not Unit.objects.exists()

    def test_what_was_put_away_while_it_was_read_stays_away(self, job):
        taken = jobs.take(MONDAY_9AM)
        jobs.leave(job, MONDAY_9AM)
        jobs.work(taken, lambda: MONDAY_9AM + MINUTE)
        job.refresh_from_db()
        assert (job.state, job.stored) == (State.LEFT, "")
        assert kept() == []

    def test_an_unexpected_error_ends_as_failed_and_loads_nothing(self, job, chenfang, monkeypatch):
        jobs.work_waiting(lambda: MONDAY_9AM)
        jobs.confirm(job, chenfang, MONDAY_9AM, skip_bad=False)

        def break_down(*args, **kwargs):
            raise ZeroDivisionError

        monkeypatch.setattr("owners.actions.bulk_create_with_history", break_down)
        with pytest.raises(ZeroDivisionError):
            jobs.work_waiting(lambda: MONDAY_9AM)
        job.refresh_from_db()
        assert (job.state, job.reason) == (State.FAILED, "An unexpected error (ZeroDivisionError).")
        assert not Unit.objects.exists()

    def test_who_lost_the_right_meanwhile_loads_nothing(self, job, chenfang):
        jobs.work_waiting(lambda: MONDAY_9AM)
        jobs.confirm(job, chenfang, MONDAY_9AM, skip_bad=False)
        chenfang.postings.all().delete()
        jobs.work_waiting(lambda: MONDAY_9AM + MINUTE)
        job.refresh_from_db()
        assert job.state == State.FAILED and "no longer" in job.reason
        assert not Unit.objects.exists()

    def test_asking_twice_is_asking_once(self, job, chenfang):
        jobs.work_waiting(lambda: MONDAY_9AM)
        for _ in range(2):
            jobs.confirm(job, chenfang, MONDAY_9AM, skip_bad=False)
        assert jobs.work_waiting(lambda: MONDAY_9AM) == 1
        with pytest.raises(Refused):
            jobs.confirm(job, chenfang, MONDAY_9AM, skip_bad=False)

    def test_what_nobody_came_back_to_is_put_away_after_a_day(self, job):
        jobs.work_waiting(lambda: MONDAY_9AM)
        jobs.forget(MONDAY_9AM + timedelta(hours=23))
        assert len(kept()) == 1
        jobs.forget(MONDAY_9AM + timedelta(hours=25))
        assert kept() == []
        assert jobs.latest(job.estate, job.by) is None

    def test_names_and_numbers_of_what_is_loaded_are_put_away_after_a_day(self, job, chenfang):
        jobs.work_waiting(lambda: MONDAY_9AM)
        jobs.confirm(job, chenfang, MONDAY_9AM, skip_bad=False)
        jobs.work_waiting(lambda: MONDAY_9AM)
        jobs.forget(MONDAY_9AM + timedelta(hours=23))
        job.refresh_from_db()
        assert job.state == State.LOADED and job.result["rows"] == 1
        jobs.forget(MONDAY_9AM + timedelta(hours=25))
        job.refresh_from_db()
        assert (job.state, job.result) == (State.LEFT, {})
        assert Unit.objects.count() == 1

    def test_what_failed_keeps_no_name_and_is_put_away_after_a_day(self, job, chenfang):
        jobs.work_waiting(lambda: MONDAY_9AM)
        jobs.confirm(job, chenfang, MONDAY_9AM, skip_bad=False)
        chenfang.postings.all().delete()
        jobs.work_waiting(lambda: MONDAY_9AM)
        job.refresh_from_db()
        assert (job.state, job.result, kept()) == (State.FAILED, {}, [])
        jobs.forget(MONDAY_9AM + timedelta(hours=25))
        assert jobs.latest(job.estate, job.by) is None

    def test_what_waits_to_be_loaded_is_not_put_away_however_long_it_waits(self, job, chenfang):
        jobs.work_waiting(lambda: MONDAY_9AM)
        jobs.confirm(job, chenfang, MONDAY_9AM, skip_bad=False)
        jobs.forget(MONDAY_9AM + timedelta(days=9))
        job.refresh_from_db()
        assert job.state == State.TO_LOAD and len(kept()) == 1

    def test_a_file_no_row_knows_is_deleted_after_a_day(self, job):
        orphan = default_storage.save("registers/orphan", ContentFile(b"x"))
        written = default_storage.get_modified_time(orphan)
        jobs.forget(written + timedelta(hours=23))
        assert len(kept()) == 2
        jobs.forget(written + timedelta(hours=25))
        assert [f"registers/{name}" for name in kept()] == [job.stored]

    def test_the_hourly_forgetting_does_it_and_not_by_a_clock_that_jumped(self, job, monkeypatch):
        told: list[bool] = []

        def trusted(*, deletes: bool = False) -> datetime:
            told.append(deletes)
            return MONDAY_9AM + timedelta(hours=25)

        jobs.work_waiting(lambda: MONDAY_9AM)
        monkeypatch.setattr("complaints.tasks.trusted_now", trusted)
        forget()
        assert kept() == [] and all(told)

    def test_the_loop_without_redis_works_it_off(self, job):
        call_command("run_timers", once=True)
        job.refresh_from_db()
        assert job.state == State.READ

    def test_the_loop_begins_a_register_beside_it_and_only_when_one_waits(self, job, monkeypatch):
        loaded = threading.Event()
        monkeypatch.setattr("complaints.management.commands.run_timers.load_registers", loaded.set)
        beside = run_timers.Command().work_off_registers()
        beside.join(10)
        assert loaded.is_set() and beside.daemon
        jobs.leave(job, MONDAY_9AM)
        assert run_timers.Command().work_off_registers() is None

    def test_the_rows_are_counted_while_they_are_read(self, jinxiu, chenfang, monkeypatch):
        monkeypatch.setattr("owners.importing.line.PACE", 0)
        rows = [[f"1-1-{n}", f"李{n}号店", "", ""] for n in range(1, 1300)]
        job = jobs.ask(jinxiu, chenfang, csv_bytes([HEADER, *rows]), "台账.csv", "en", MONDAY_9AM)
        seen: list[tuple[int, int]] = []
        hold = line.hold

        def watch(job, **changes):
            if "done" in changes:
                seen.append((changes["done"], changes["total"]))
            hold(job, **changes)

        monkeypatch.setattr(line, "hold", watch)
        jobs.work_waiting(lambda: MONDAY_9AM)
        assert seen == [(0, 1300), (500, 1300), (1000, 1300), (1300, 1300)]
        job.refresh_from_db()
        assert job.state == State.READ and job.result["rows"] == 1299

    def test_the_command_does_it_without_a_worker(self, job, capsys):
        call_command("load_registers")
        assert "1 register(s)" in capsys.readouterr().out
        job.refresh_from_db()
        assert job.state == State.READ

    def test_beat_finds_what_a_lost_message_left(self):
        assert app.conf.beat_schedule["registers"]["task"] == "owners.tasks.load_registers"
