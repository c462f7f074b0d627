"""Past ledgers come in: what is made of each row, once, and what is undone again."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from complaints import sweep
from complaints.actions import act, ledger_loads
from complaints.actions.first_vocabulary import first_words
from complaints.case_search import matching
from complaints.models import (
    Clock,
    Complaint,
    Deadline,
    Event,
    LedgerLoad,
    Notification,
    OutboxMessage,
    TakenOver,
)
from complaints.policy import ClockKind
from complaints.statuses import Outcome, Status
from config.framework.refusals import Refused
from owners.importing import line
from owners.models import Unit
from staff.permissions import permissions_of
from tests.cast import DAY, MONDAY_9AM, march
from tests.ledgers import csv_bytes, xlsx
from tests.past_ledgers import ROWS, messy, send, taken, work

pytestmark = pytest.mark.django_db
HEADER = ["编号", "接报时间", "投诉内容", "渠道", "处理完毕", "承诺时间", "经办人", "等级", "类别"]
WORDS = {"words": {"channel": {"": "phone"}, "category": {"噪音": "noise"}, "severity": {"一般": "minor"}}}


@pytest.fixture(autouse=True)
def words(admin, limin, wanggong, sungong, zhoujun) -> None:
    first_words(by=admin)


def row(
    number: str = "A-1", day: str = "2026-1-5", handled: str | None = "2026-1-6", **more: str
) -> list[str | None]:
    return [number, day, more.get("content", "漏水"), more.get("channel", "来电"), handled, *(
        more.get(name) for name in ("promised", "handler", "severity", "category")
    )]  # fmt: skip


def table(*rows: list[str | None]) -> bytes:
    return xlsx([HEADER, *rows])


def case_of(former: str) -> Complaint:
    return Complaint.objects.get(taken_over__former_number=former, taken_over__is_void=False)


class TestWhatIsMade:
    @pytest.fixture
    def load(self, jinxiu, chenfang, engineering) -> LedgerLoad:
        Unit.objects.create(estate=jinxiu, code="1-2-101", name="1号楼2单元101", number="101")
        return taken(jinxiu, chenfang, messy(), MONDAY_9AM, **WORDS)

    def test_a_row_that_was_over_is_a_closed_case_of_its_own_day(
        self, load, limin, wanggong, engineering
    ) -> None:
        case = case_of("TS-031")
        assert (case.status, case.outcome, case.number) == (Status.CLOSED, Outcome.RESOLVED, "JX-2026-000018")
        zone = case.estate.zone
        assert case.received_at.astimezone(zone).isoformat(" ", "minutes") == "2026-01-05 09:20+08:00"
        assert case.registered_at == case.received_at
        assert case.closed_at.astimezone(zone).date() == date(2026, 1, 8)  # the last that is told of it
        assert (case.first_receiver, case.handler, case.category.code) == (limin, wanggong, "repairs")
        assert (case.unit.code, case.complainant.name, case.complainant.phone) == (
            "1-2-101",
            "王女士",
            "13800138000",
        )
        assert case.cycles.get().result == "已更换接头"
        assert case.respondents.get().department == engineering

    def test_it_has_one_entry_which_says_from_where_and_keeps_the_words(self, load, chenfang) -> None:
        event = case_of("TS-031").events.get()
        assert (event.kind, event.actor, event.at) == ("taken_over", chenfang, MONDAY_9AM)
        assert event.params["former"] == "TS-031" and "满意" in event.note and not event.owner_sees

    def test_no_clock_runs_nobody_is_told_and_nothing_falls_due(self, load) -> None:
        closed = Complaint.objects.filter(status=Status.CLOSED)
        assert closed.exists() and not Clock.objects.filter(complaint__in=closed).exists()
        assert closed.filter(next_due_at__isnull=False).count() == 0
        assert not OutboxMessage.objects.exists() and not Notification.objects.exists()

    def test_an_open_row_gets_clocks_from_now_and_a_handler_of_today(self, load, wanggong) -> None:
        case = case_of("TS-033")
        assert (case.status, case.handler, case.severity) == (Status.ACTING, wanggong, "important")
        clock = case.clocks.get(kind=ClockKind.RESOLVE)
        assert (clock.started_at, clock.due_at) == (MONDAY_9AM, MONDAY_9AM + 3 * DAY)
        assert case.next_due_at <= clock.due_at

    def test_a_name_that_is_nobodys_stays_a_word_and_the_case_waits_to_be_classified(self, load) -> None:
        case = case_of("TS-032")
        assert (case.status, case.handler, case.taken_over.said["handler"]) == (Status.RECORDED, None, "老王")
        assert (case.category.code, case.severity, case.channel) == ("noise", "minor", "group")
        assert case.place == "商铺S101"

    def test_what_is_wrong_is_refused_with_its_row(self, load) -> None:
        assert load.result["new"] == 3 and load.result["bad_rows"] == 2
        assert {line["row"] for line in load.result["problems"]} == {8, 9}
        assert TakenOver.objects.count() == 3

    def test_the_same_file_again_makes_nothing_new(self, load, jinxiu, chenfang) -> None:
        again = taken(jinxiu, chenfang, messy(), MONDAY_9AM + DAY, **WORDS)
        assert (again.result["new"], again.result["known"], Complaint.objects.count()) == (0, 3, 3)

    def test_its_first_version_stands_at_its_receipt_and_the_next_at_the_taking_over(
        self, load, chenfang
    ) -> None:
        case = case_of("TS-031")
        versions = list(case.history.order_by("history_date").values_list("history_date", "history_user"))
        assert versions == [(case.received_at, None), (MONDAY_9AM, chenfang.pk)]
        assert case.changed_at == MONDAY_9AM

    def test_it_is_found_by_its_former_number(self, load, chenfang, jinxiu) -> None:
        person = permissions_of(chenfang, MONDAY_9AM)
        cases = Complaint.objects.visible_to(person)
        assert [case.pk for case in matching("ts-031", cases, person, [jinxiu.pk])] == [case_of("TS-031").pk]

    def test_the_grade_rises_by_its_age_with_the_next_look_and_not_before(self, load) -> None:
        case = case_of("TS-033")
        assert case.grade == "general" and case.grade_due_at < MONDAY_9AM


class TestTheChoices:
    def test_open_cases_are_due_when_the_ledger_promised_where_that_was_chosen(
        self, jinxiu, chenfang
    ) -> None:
        rows = [
            row("A-1", handled=None, promised="2026-3-6", handler="王建军", severity="重要", category="维修"),
            row("A-2", handled=None, promised="2026-1-20", content="积水"),
            row("A-3", handled=None, content="停电"),
        ]
        taken(jinxiu, chenfang, table(*rows), MONDAY_9AM, own_due=True)
        due = {
            number: case_of(number).clocks.get(kind=ClockKind.RESOLVE).due_at.astimezone(jinxiu.zone)
            for number in ("A-1", "A-2", "A-3")
        }
        assert due["A-1"].isoformat(" ", "minutes") == "2026-03-06 23:59+08:00"
        assert due["A-2"].date() == date(2026, 1, 20)
        assert due["A-3"] == MONDAY_9AM + DAY
        while sweep.sweep(MONDAY_9AM + timedelta(minutes=1)):
            pass
        assert case_of("A-2").clocks.get(kind=ClockKind.RESOLVE).breached_at
        assert not case_of("A-1").clocks.get(kind=ClockKind.RESOLVE).breached_at

    def test_a_channel_nobody_knows_is_asked_and_must_be_answered(self, jinxiu, chenfang) -> None:
        job = ledger_loads.ask(jinxiu, chenfang, table(row(channel="传真")), "台账.xlsx", "en", MONDAY_9AM)
        ledger_loads.work_waiting(lambda: MONDAY_9AM)
        job.refresh_from_db()
        assert job.result["asked"]["channel"] == {"传真": 1}
        with pytest.raises(Refused, match="传真"):
            ledger_loads.confirm(job, chenfang, MONDAY_9AM, choices={})
        said = {"words": {"channel": {"传真": "letter"}, "validity": {"": "valid"}}}
        ledger_loads.confirm(job, chenfang, MONDAY_9AM, choices=said)
        ledger_loads.work_waiting(lambda: MONDAY_9AM)
        case = case_of("A-1")
        assert (case.channel, case.validity, case.taken_over.said["channel"]) == ("letter", "valid", "传真")

    def test_two_colleagues_of_one_name_are_neither(self, jinxiu, chenfang, engineering) -> None:
        from_two = row(handler="王建军")
        other = type(chenfang).objects.create(username="wang2", name="王建军")
        engineering.postings.create(user=other, role="handler", starts_at=march(1))
        taken(jinxiu, chenfang, table(from_two), MONDAY_9AM)
        assert case_of("A-1").handler is None and case_of("A-1").taken_over.said["handler"] == "王建军"

    def test_whoever_is_chosen_follows_the_cases_without_a_first_receiver_of_ours(
        self, jinxiu, chenfang, limin, stranger
    ) -> None:
        with pytest.raises(Refused):
            taken(jinxiu, chenfang, table(row()), MONDAY_9AM, receiver=str(stranger.pk))
        taken(jinxiu, chenfang, table(row()), MONDAY_9AM, receiver=str(limin.pk))
        assert case_of("A-1").first_receiver == limin


class TestWhatIsRefused:
    @pytest.mark.parametrize(
        ("one", "sentence"),
        [
            (row(day="2027-1-5"), "future"),
            (row(handled="2026-1-4"), "before the receipt"),
            (row(day=None), "not given"),
            (row(content=None), "does not say"),
        ],
    )
    def test_a_row_that_cannot_be(self, jinxiu, chenfang, one, sentence) -> None:
        job = ledger_loads.ask(jinxiu, chenfang, table(one), "台账.xlsx", "en", MONDAY_9AM)
        ledger_loads.work_waiting(lambda: MONDAY_9AM)
        job.refresh_from_db()
        assert sentence in job.result["problems"][0]["sentence"] and job.result["new"] == 0

    def test_nothing_is_made_while_rows_are_wrong_unless_they_are_left_out(self, jinxiu, chenfang) -> None:
        job = ledger_loads.ask(
            jinxiu, chenfang, table(row(), row("A-2", "坏")), "台账.xlsx", "en", MONDAY_9AM
        )
        ledger_loads.work_waiting(lambda: MONDAY_9AM)
        with pytest.raises(Refused):
            ledger_loads.confirm(job, chenfang, MONDAY_9AM, choices={})
        assert not Complaint.objects.exists()

    def test_one_number_twice_in_a_file_is_one_too_many(self, jinxiu, chenfang) -> None:
        load = taken(jinxiu, chenfang, table(row(), row(content="别的")), MONDAY_9AM)
        assert load.result["new"] == 1 and load.result["problems"][0]["row"] == 3

    def test_rows_without_a_number_are_known_by_what_they_say(self, jinxiu, chenfang) -> None:
        one, other = row(None), row(None, content="别的")
        taken(jinxiu, chenfang, table(one), MONDAY_9AM)
        assert taken(jinxiu, chenfang, table(one, other), MONDAY_9AM).result["known"] == 1
        assert Complaint.objects.count() == 2

    @pytest.mark.parametrize("who", ["limin", "admin", "stranger", "wanggong"])
    def test_only_those_who_supervise_the_estate_take_its_ledgers_over(self, request, jinxiu, who) -> None:
        with pytest.raises(Refused):
            ledger_loads.ask(
                jinxiu, request.getfixturevalue(who), table(row()), "台账.xlsx", "en", MONDAY_9AM
            )


class TestVoidingAll:
    @pytest.fixture
    def load(self, jinxiu, chenfang) -> LedgerLoad:
        rows = [row(), row("A-2", handled=None, handler="王建军", severity="重要", category="维修")]
        return taken(jinxiu, chenfang, table(*rows), MONDAY_9AM)

    def test_every_case_is_void_and_its_clocks_stand_still(self, load, chenfang) -> None:
        assert ledger_loads.void(load, chenfang, MONDAY_9AM + DAY, reason="选错了文件") == 2
        assert set(Complaint.objects.values_list("outcome", "status")) == {(Outcome.VOID, Status.CLOSED)}
        assert (
            not Clock.objects.running().exists() and not Complaint.objects.exclude(next_due_at=None).exists()
        )
        states = Deadline.objects.values_list("state", flat=True)
        assert Deadline.State.CANCELLED in states and Deadline.State.PENDING not in states
        assert Event.objects.filter(kind="voided", note="选错了文件").count() == 2
        assert sweep.sweep(MONDAY_9AM + 30 * DAY) == 0

    def test_the_file_can_be_taken_over_anew(self, load, jinxiu, chenfang) -> None:
        ledger_loads.void(load, chenfang, MONDAY_9AM + DAY, reason="选错了文件")
        assert taken(jinxiu, chenfang, table(row()), MONDAY_9AM + DAY).result["new"] == 1

    def test_it_needs_a_reason_and_whoever_took_it_over(self, load, chenfang, zhoujun) -> None:
        for who, reason in ((chenfang, " "), (zhoujun, "选错了文件")):
            with pytest.raises(Refused):
                ledger_loads.void(load, who, MONDAY_9AM + DAY, reason=reason)
        assert not Complaint.objects.filter(outcome=Outcome.VOID).exists()

    def test_not_once_somebody_has_done_something_on_a_case(self, load, chenfang, wanggong) -> None:
        act(case_of("A-2"), note="已到现场查看", by=wanggong, at=MONDAY_9AM + DAY)
        with pytest.raises(Refused, match="JX-2026-"):
            ledger_loads.void(load, chenfang, MONDAY_9AM + DAY, reason="选错了文件")


def test_a_worker_taken_for_dead_leaves_nothing_and_the_next_one_takes_over_once(jinxiu, chenfang) -> None:
    job = ledger_loads.ask(jinxiu, chenfang, table(row()), "台账.xlsx", "en", MONDAY_9AM)
    ledger_loads.work_waiting(lambda: MONDAY_9AM)
    ledger_loads.confirm(job, chenfang, MONDAY_9AM, choices={})
    late = ledger_loads.LINE.take(MONDAY_9AM)
    again = MONDAY_9AM + ledger_loads.LEASE + timedelta(minutes=1)
    ledger_loads.LINE.take(again)
    line.work(late, lambda: ledger_loads._load(late, lambda: again), lambda: again)
    assert not Complaint.objects.exists() and not LedgerLoad.objects.exclude(state="loading").exists()
    ledger_loads.work_waiting(lambda: again + ledger_loads.LEASE + timedelta(minutes=1))
    assert Complaint.objects.count() == 1 and LedgerLoad.objects.get().state == "loaded"


def test_the_statements_do_not_grow_with_the_rows(jinxiu, chenfang, monkeypatch) -> None:
    monkeypatch.setattr("owners.importing.line.PACE", 1e9)

    def counted(first: int, many: int) -> int:
        rows = [row(f"B-{n}", content=f"事项{n}") for n in range(first, first + many)]
        with CaptureQueriesContext(connection) as found:
            taken(jinxiu, chenfang, table(*rows), MONDAY_9AM)
        return len(found)

    counted(0, 3)
    assert counted(10, 3) == counted(100, 12)


class TestThePage:
    @pytest.fixture(autouse=True)
    def no_broker(self, monkeypatch) -> None:
        monkeypatch.setattr("complaints.tasks.past_ledgers.delay", lambda: None)

    @pytest.fixture
    def browser(self, client, chenfang, jinxiu):
        chenfang.language = "en"
        chenfang.save(update_fields=["language"])
        client.force_login(chenfang)
        return client

    def test_a_file_is_looked_at_answered_and_taken_over(self, browser, jinxiu) -> None:
        address = send(browser, messy(ROWS[:3])).url
        page = browser.get(address).content.decode()
        assert "TS-033" in page and "“噪音” (1)" in page and not Complaint.objects.exists()
        assert browser.post(address, {"category-0": "noise", "own_due": ""}).status_code == 302
        work()
        assert Complaint.objects.count() == 3
        assert "3 cases were taken over" in browser.get(address).content.decode()

    def test_rows_that_are_wrong_are_listed_and_can_be_taken_away(self, browser) -> None:
        address = send(browser, messy()).url
        assert "上周三" in browser.get(address).content.decode()
        assert browser.post(address, {"own_due": ""}).status_code == 422
        lines = browser.get(address + "lines.csv").content.decode("utf-8-sig")
        assert "上周三" in lines and "翠湖雅苑" in lines

    def test_taken_over_by_mistake_it_is_voided_from_the_same_page(self, browser, chenfang) -> None:
        address = send(browser, table(row())).url
        assert browser.post(address, {"receiver": str(chenfang.pk)}).status_code == 302
        work()
        assert browser.post(address + "void/", {"reason": ""}).status_code == 422
        assert browser.post(address + "void/", {"reason": "选错了文件"}).status_code == 302
        assert Complaint.objects.get().outcome == Outcome.VOID
        assert "选错了文件" in browser.get("/past-ledgers/").content.decode()

    def test_what_is_no_ledger_is_refused_where_it_was_sent(self, browser) -> None:
        assert send(browser, b"%PDF-1.7\x00", "x.xlsx").status_code == 422

    def test_nobody_else_sees_it(self, browser, client, limin, zhoujun) -> None:
        address = send(browser, table(row())).url
        client.force_login(zhoujun)
        assert client.get(address).status_code == 404 and client.get("/past-ledgers/").status_code == 200
        client.force_login(limin)
        assert client.get("/past-ledgers/").status_code == 404


class TestTheCommand:
    def test_it_takes_over_and_says_the_second_time_that_nothing_is_new(
        self, tmp_path, jinxiu, chenfang, capsys
    ) -> None:
        file = tmp_path / "台账.csv"
        file.write_bytes(
            csv_bytes([HEADER, ["A-1", "2026-1-5", "漏水", "传真", "2026-1-6", "", "", "", ""]], "gb18030")
        )
        said = [str(file), "--estate", "JX", "--by", "chenfang"]
        with pytest.raises(CommandError, match="传真"):
            call_command("import_cases", *said)
        call_command("import_cases", *said, "--word", "channel:传真=letter", "--dry-run")
        assert not Complaint.objects.exists() and not LedgerLoad.objects.exists()
        call_command("import_cases", *said, "--word", "channel:传真=letter")
        assert case_of("A-1").channel == "letter"
        capsys.readouterr()
        call_command("import_cases", *said, "--word", "channel:传真=letter")
        assert Complaint.objects.count() == 1 and LedgerLoad.objects.count() == 1
