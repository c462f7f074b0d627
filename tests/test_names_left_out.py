"""Names, numbers and people of a case that must not stand in words for owners, and are left out whole."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from complaints.actions.public_people import known_of
from complaints.models import Complaint, Measure, MeasureCase
from complaints.public_words import Known, named_in, without_names
from staff.models import User
from staff.roles import Role
from tests.cast import march, person

NOBODY_KNOWN = Known.of([])


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("楼上李志强先生家漏水", "楼上××家漏水"),
        ("由周志强师傅更换", "由××更换"),
        ("欧阳娜娜女士反映", "××反映"),
        ("方志强大爷来电", "××来电"),
        ("王 建军反映", "××反映"),
        ("楼上周志强先生家", "楼上××家"),
        ("律师李志强先生", "律师××"),
        ("班长江志强先生", "班长××"),
        ("锦绣花园丁志强先生", "锦绣花园××"),
        ("对面孔志强先生", "对面××"),
        ("主任何志强先生", "主任××"),
        ("保安康志强先生", "保安××"),
        ("楼上李志××家漏水", "楼上××家漏水"),
        ("单号JX-2026-0000188重复", "单号××重复"),
        ("电话-13912345678", "电话-××"),
    ],
)
def test_a_name_or_number_is_left_out_whole(text, left):
    assert without_names(text, NOBODY_KNOWN) == left
    assert named_in(text, NOBODY_KNOWN)
    assert named_in(left, NOBODY_KNOWN) == ""


@pytest.mark.parametrize(
    "text",
    [
        "张贴管家电话", "陈旧的管道由师傅更换", "周六××到场", "十分钟后××来电", "对方××", "由××更换",
        "未经许可××", "顾客由物业经理接待", "上周××来电",
    ],
)  # fmt: skip
def test_words_that_begin_like_a_surname_pass(text):
    assert named_in(text, NOBODY_KNOWN) == ""


def measure_of(case: Complaint, owner: User) -> Measure:
    made = Measure.objects.create(
        estate=case.estate, origin="cases", state="open", root_cause="老化", what="更换", kind="repair",
        owner=owner, opened_at=march(3), opened_by=owner, round=1, next_due_at=march(20),
    )  # fmt: skip
    MeasureCase.objects.create(measure=made, complaint=case, added_at=march(3))
    made.rounds.create(
        number=1, started_at=march(3), what="更换", owner=owner, due_at=march(9), done_at=march(5),
        done_by=owner, done="已更换", check_due_at=march(9), checked_at=march(8), effective=True,
        checked_by=person("qianbin", "钱斌斌", Role.FRONT_DESK, estate=case.estate), finding="无复发",
    )  # fmt: skip
    return made


def test_people_of_measures_and_of_members_are_looked_for(case_in, jinxiu, engineering):
    lead, member = case_in("acting"), case_in("acting")
    Complaint.objects.filter(pk=member.pk).update(lead=lead, external_number="12345热线88")
    member.complainant.__class__.objects.filter(complaint=member).update(name="鲍小乙")
    measure_of(lead, person("lupan", "鲁盼盼", Role.HANDLER, department=engineering))
    known = known_of([lead.pk])[lead.pk]
    for word in ("鲁盼盼", "钱斌斌", "鲍小乙", member.number, "12345热线88"):
        assert named_in(f"已告知{word}处理", known) == word
    more = [case_in("acting").pk for _n in range(2)]
    with CaptureQueriesContext(connection) as few:
        known_of([lead.pk])
    with CaptureQueriesContext(connection) as many:
        known_of([lead.pk, *more])
    assert len(few) == len(many)
