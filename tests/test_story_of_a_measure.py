"""From a leak's third repeat to a changed process, checked, told elsewhere, in the report and the library."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from complaints import actions
from complaints.actions import measures_due
from complaints.models import CaseStudy, Cause, Complaint, Measure, ToldEstate
from complaints.studies import TEXTS
from complaints.views import measures as pages
from complaints.views import studies as study_pages
from complaints.views.lists import measures as lists
from complaints.views.lists import studies as study_lists
from reports.figures.measures import measures as figures
from reports.figures.month import Month
from reports.figures.period import Period
from staff.models import Region
from tests.cast import DAY, HOUR, MINUTE, OPINION, march

ENGLISH = {"accept-language": "en"}


@pytest.fixture
def region(jinxiu, cuihu):
    found = Region.objects.create(name="浦东")
    for estate in (jinxiu, cuihu):
        estate.region = found
        estate.save(update_fields=["region"])
    return found


def test_from_the_third_leak_to_a_changed_process(
    walk_in, office_of_jinxiu, engineering, region, jinxiu, cuihu, stranger, client: Client, monkeypatch
):
    o = office_of_jinxiu
    cause = Cause.objects.create(code="quality", zh="房屋质量", en="Building quality")
    clock: dict[str, Any] = {}
    for module in (pages, lists, study_pages, study_lists):
        monkeypatch.setattr(module, "now", lambda: clock["now"])

    def send(person: Any, at: Any, name: str, *args: Any, **said: Any) -> Any:
        clock["now"] = at
        client.force_login(person)
        return client.post(reverse(name, args=args), said, headers=ENGLISH)

    def leak(at: Any) -> Complaint:
        case = walk_in(at)
        actions.classify(
            case, severity="important", category=case.category, handler=o.wanggong, department=engineering,
            by=o.chenfang, at=at + 10 * MINUTE,
        )  # fmt: skip
        actions.accept(case, note=OPINION, by=o.wanggong, at=at + 20 * MINUTE)
        actions.handle(case, note="更换接头", evidence="签字", cause=cause, by=o.wanggong, at=at + HOUR)
        actions.analyse(
            case, equipment="立管接头用了 12 年", method="没有到期更换的规定", by=o.wanggong, at=at + 2 * HOUR
        )
        return case

    cases = [leak(march(day)) for day in (2, 5, 9)]

    # The third repeat: the sweep proposes, and the supervisor takes it up with a changed work flow.
    assert measures_due.propose_due(march(9, 12)) == 1
    row = Measure.objects.get()
    clock["now"] = march(9, 13)
    client.force_login(o.chenfang)
    page = client.get(reverse("measures"), {"view": "proposed"}, headers=ENGLISH).content.decode()
    assert row.number in page
    plan = {
        "root_cause": "立管接头没有到期更换的规定", "what": "接头满 10 年统一更换", "kind": "process",
        "process_before": "坏了再修", "owner": f"{o.wanggong.pk}-{engineering.pk}",
        "due_at": "2026-03-20T18:00", "check_after_days": "30",
    }  # fmt: skip
    assert send(o.chenfang, march(9, 13), "measure_act", row.pk, "adopt", **plan).status_code == 302

    # Done, and the work flow written down; nobody checks his own work, nor before a month is over.
    said = {"note": "全楼接头已更换并发文", "process_after": "满 10 年即换，列入年度计划"}
    assert send(o.wanggong, march(18), "measure_act", row.pk, "do", **said).status_code == 302
    yes = {"effective": "yes", "note": "一个月没有再漏"}
    assert send(o.wanggong, march(18) + 31 * DAY, "measure_act", row.pk, "check", **yes).status_code == 422
    assert send(o.chenfang, march(18) + 20 * DAY, "measure_act", row.pk, "check", **yes).status_code == 422
    assert send(o.chenfang, march(18) + 31 * DAY, "measure_act", row.pk, "check", **yes).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.process_before, row.process_after) == (
        "effective",
        "坏了再修",
        said["process_after"],
    )

    # Told to the other estate, which answers.
    at = march(18) + 32 * DAY
    assert send(o.zhoujun, at, "measure_act", row.pk, "tell", estates=[cuihu.pk]).status_code == 302
    told = ToldEstate.objects.get()
    reply = {"reply": "applies", "note": "本项目立管同龄，五月排查"}
    assert send(o.zhoujun, at + HOUR, "measure_answer", told.pk, **reply).status_code == 422
    assert send(stranger, at + HOUR, "measure_answer", told.pk, **reply).status_code == 302
    page = client.get(row.get_absolute_url(), headers=ENGLISH).content.decode()
    assert "翠湖雅苑" in page
    assert not any(case.number in page for case in cases)  # the other estate does not read our cases
    assert "3 cases that you do not read" in page

    # The library teaches it: drafted from the case, the other estate finds it and beside its own leak.
    at = march(18) + 33 * DAY
    assert send(o.chenfang, at, "study_take_up", cases[2].number).status_code == 302
    study = CaseStudy.objects.get()
    assert (study.measures, study.helped) == (plan["what"], f"{plan['what']} {yes['note']}")
    for text in (study.facts, study.why, study.handling):
        assert not any(word in text for word in ("熊霞", "1号楼2单元301", "13494795057"))
    taught = {name: getattr(study, name) for name in TEXTS} | {
        "kind": "repeat", "title": "立管接头老化反复漏水", "lesson": "同龄接头一并检查，到期即换",
    }  # fmt: skip
    write = {"version": study.version, **taught}
    assert send(o.chenfang, at, "study_act", study.pk, "write", **write).status_code == 302
    assert send(o.chenfang, at, "study_act", study.pk, "send", note="请审核").status_code == 302
    study.refresh_from_db()
    check = {"version": study.version, "publish": "yes"}
    assert send(o.chenfang, at, "study_act", study.pk, "check", **check).status_code == 422
    assert send(o.zhoujun, at + HOUR, "study_act", study.pk, "check", **check).status_code == 302
    client.force_login(stranger)
    found = client.get(reverse("studies"), {"q": "接头"}, headers=ENGLISH).content.decode()
    assert taught["title"] in found
    assert send(stranger, at + DAY, "study_act", study.pk, "read").status_code == 302
    assert study.readings.count() == 1

    # The months tell it.
    later = march(31) + 60 * DAY
    march_line, april_line = (figures(Period((jinxiu,), Month(2026, n), later))[0] for n in (3, 4))
    assert (march_line.taken_up, march_line.done, march_line.open, march_line.overdue) == (1, 1, 1, 0)
    assert (april_line.effective, april_line.not_effective, april_line.open) == (1, 0, 0)
    assert figures(Period((jinxiu,), Month(2026, 5), later)) == ()
