"""Clauses that a case cites (X2, X3), and days in court with their reminders."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from complaints import first_clauses
from complaints import law as rules
from complaints.actions import court_due
from complaints.actions import law as acts
from complaints.actions.reply_words import first_reply_words, save_words
from complaints.models import Clause, CourtEntry, Event, Notification, Respondent
from complaints.statuses import CaseRole, WrongPerson, WrongStatus
from config.framework.refusals import Refused
from staff.roles import Role
from tests.cast import DAY, HOUR, MINUTE, march

pytestmark = pytest.mark.django_db
NOW = march(9)


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def case(case_in):
    return case_in("acting", facts={"lawsuit_threatened": True})


@pytest.fixture
def clause() -> Clause:
    return Clause.objects.create(
        kind="contract", title="锦绣花园物业服务合同", article="第十二条", zh="每日巡查两次。",
        valid_from=date(2024, 1, 1),
    )  # fmt: skip


def refused(do, *args, **words) -> Refused:
    with pytest.raises(Refused) as refusal:
        do(*args, **words)
    return refusal.value


# Clauses ------------------------------------------------------------------------------------------------


def test_what_is_cited_keeps_its_wording(case, clause, chenfang):
    row = acts.cite(case, clause, use="objection", remark="巡查频次", by=chenfang, at=NOW)
    save_words(clause, {"zh": "每日巡查三次。"}, by=chenfang)
    row.refresh_from_db()
    assert (row.zh, row.article, row.in_force) == ("每日巡查两次。", "第十二条", True)
    with pytest.raises(TypeError):
        row.save()
    with pytest.raises(TypeError):
        row.delete()
    assert Event.objects.get(complaint=case, kind="clause_cited").params["cited_in"] == "objection"


@pytest.mark.parametrize(
    ("begins", "ends", "word"),
    [
        (date(2024, 1, 1), date(2026, 3, 8), "no longer in force"),
        (date(2026, 3, 10), None, "not in force yet"),
        (date(2024, 1, 1), date(2026, 3, 9), ""),
        (date(2026, 3, 9), None, ""),
    ],
)
def test_one_that_is_not_in_force_warns_and_is_cited_only_when_it_is_meant(
    case, clause, chenfang, begins, ends, word
):
    Clause.objects.filter(pk=clause.pk).update(valid_from=begins, valid_until=ends)
    clause.refresh_from_db()
    if word:
        fault = refused(acts.cite, case, clause, use="answer", by=chenfang, at=NOW)
        assert fault.field == "although" and word in str(fault)
    row = acts.cite(case, clause, use="answer", although=bool(word), by=chenfang, at=NOW)
    assert row.in_force == (not word)


def test_only_the_company_s_and_the_estate_s_own_are_offered(case, clause, chenfang, cuihu):
    Clause.objects.filter(pk=clause.pk).update(estate=cuihu)
    assert refused(acts.cite, case, clause, use="answer", by=chenfang, at=NOW).field == "clause"
    Clause.objects.filter(pk=clause.pk).update(estate=case.estate)
    Clause.objects.filter(pk=clause.pk).update(is_active=False)
    assert refused(acts.cite, case, clause, use="answer", by=chenfang, at=NOW).field == "clause"
    Clause.objects.filter(pk=clause.pk).update(is_active=True)
    assert refused(acts.cite, case, clause, use="poem", by=chenfang, at=NOW).field == "use"
    acts.cite(case, clause, use="answer", by=chenfang, at=NOW)


@pytest.mark.parametrize(
    ("roles", "outcome", "fault"),
    [
        ({Role.SUPERVISOR}, "", None),
        ({CaseRole.HANDLER}, "", None),
        ({CaseRole.SPEAKER}, "", None),
        ({CaseRole.HANDLER, CaseRole.CONTRACTOR}, "", WrongPerson),
        ({Role.AUDITOR}, "", WrongPerson),
        ({Role.SUPERVISOR}, "void", WrongStatus),
    ],
)
def test_who_cites_and_enters(roles, outcome, fault):
    said = rules.refusal(roles, outcome)
    assert type(said) is (fault or type(None))


def test_the_first_clauses_are_summaries_and_say_so(chenfang):
    first_reply_words(by=chenfang)
    assert Clause.objects.count() == len(first_clauses.FIRST) == 8
    assert all(one.zh.startswith("摘要：") and one.title_en for one in Clause.objects.all())


def test_one_article_stands_once_from_a_day(clause):
    with pytest.raises(IntegrityError), transaction.atomic():
        Clause.objects.create(
            kind="law", title=clause.title, article=clause.article, zh="又", valid_from=clause.valid_from
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        Clause.objects.filter(pk=clause.pk).update(valid_until=date(2023, 1, 1))


# Court --------------------------------------------------------------------------------------------------

SAID = {"stage": "hearing", "court": "江州区人民法院"}


def test_a_hearing_is_reminded_of_twice_and_never_again(case, chenfang, wanggong, zhoujun):
    row = acts.enter_court(case, **SAID, on_at=NOW + 5 * DAY, by=chenfang, at=NOW)
    assert row.remind_at == NOW + 2 * DAY
    assert court_due.remind_due(NOW + DAY) == 0
    told = []
    for hours in range(36, 5 * 24 + 48):
        court_due.remind_due(NOW + hours * HOUR)
        court_due.remind_due(NOW + hours * HOUR)
        told.append(Event.objects.filter(complaint=case, kind="court_reminded").count())
    assert told[-1] == 2
    reminded = Notification.objects.filter(kind="court_soon", complaint=case)
    assert {one.user for one in reminded} >= {wanggong, zhoujun}
    assert reminded.filter(user=wanggong).count() == 2
    assert CourtEntry.objects.get().remind_at is None


def test_one_that_is_near_already_is_reminded_of_once_or_not_at_all(case, chenfang):
    assert acts.enter_court(case, **SAID, on_at=NOW + 2 * DAY, by=chenfang, at=NOW).remind_at == NOW + DAY
    assert acts.enter_court(case, **SAID, on_at=NOW + HOUR, by=chenfang, at=NOW).remind_at is None


def test_after_an_outage_a_hearing_that_is_over_tells_nobody(case, chenfang):
    acts.enter_court(case, **SAID, on_at=NOW + 5 * DAY, by=chenfang, at=NOW)
    court_due.remind_due(NOW + 6 * DAY)
    assert not Event.objects.filter(kind="court_reminded").exists()


def test_what_is_called_off_is_not_reminded_of(case, chenfang):
    row = acts.enter_court(case, **SAID, on_at=NOW + 5 * DAY, by=chenfang, at=NOW)
    assert refused(acts.call_off, row, note=" ", by=chenfang, at=NOW).field == "note"
    acts.call_off(row, note="法院通知改期", by=chenfang, at=NOW)
    court_due.remind_due(NOW + 4 * DAY)
    assert not Event.objects.filter(kind="court_reminded").exists()
    assert isinstance(refused(acts.call_off, row, note="再次", by=chenfang, at=NOW), WrongStatus)
    over = acts.enter_court(case, **SAID, on_at=NOW - HOUR, by=chenfang, at=NOW)
    assert isinstance(refused(acts.call_off, over, note="误", by=chenfang, at=NOW), WrongStatus)


def test_only_a_case_that_may_end_in_court_has_entries(case_in, chenfang):
    fault = refused(acts.enter_court, case_in("acting"), **SAID, on_at=NOW, by=chenfang, at=NOW)
    assert isinstance(fault, WrongStatus)


def test_what_was_done_does_not_lie_in_the_future_and_names_its_court(case, chenfang):
    filed = {"stage": "filed", "by": chenfang, "at": NOW}
    fault = refused(acts.enter_court, case, court="法院", on_at=NOW + MINUTE, **filed)
    assert fault.field == "on_at"
    assert refused(acts.enter_court, case, court=" ", on_at=NOW, **filed).field == "court"
    wrong = {"stage": "poem", "by": chenfang, "at": NOW}
    assert refused(acts.enter_court, case, court="法院", on_at=NOW, **wrong).field == "stage"


def test_who_is_complained_about_is_not_reminded(case, chenfang, wanggong, zhoujun):
    acts.enter_court(case, **SAID, on_at=NOW + 5 * DAY, by=chenfang, at=NOW)
    Respondent.objects.create(complaint=case, name="王工", user=wanggong)
    court_due.remind_due(NOW + 3 * DAY)
    told = {one.user for one in Notification.objects.filter(kind="court_soon")}
    assert zhoujun in told and wanggong not in told
