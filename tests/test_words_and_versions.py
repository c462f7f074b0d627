"""What the office keeps, at its edges: emergency numbers, words in use, rules, values of texts."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from complaints import actions
from complaints.actions.emergency_numbers import numbers_of, save_number
from complaints.actions.policy_versions import Faulty, Overtaken, save_policy
from complaints.actions.reminders import remind_due
from complaints.actions.reply_values import values_of
from complaints.actions.vocabulary import danger_words, extension_reasons, save_term
from complaints.models import Complaint, DangerWord, EmergencyNumber
from complaints.policy import DEFAULTS
from complaints.policy_fields import with_values
from complaints.statuses import WrongPerson
from config.framework.refusals import Refused
from owners.actions import add_building
from staff import actions as office
from tests.cast import DAY, HOUR, march
from tests.extension_requests import ask_until
from tests.looking import told

pytestmark = pytest.mark.django_db
NOON = march(2, 12)


# Numbers -----------------------------------------------------------------------------------------------


def test_a_number_stands_on_an_estates_list_once_while_it_is_in_use(jinxiu, cuihu, zhoujun):
    def save(row: EmergencyNumber | None = None, estate=jinxiu, **said) -> EmergencyNumber:
        return save_number(row, {"kind": "lift", "phone": "400-820 5119"} | said, estate=estate, by=zhoujun)

    first = save(phone=" 400-820\u3000 5119 ", order=2)
    assert first.phone == "400-820 5119"
    for wrong in ({}, {"phone": "call me"}, {"phone": " "}):
        with pytest.raises(Refused) as refusal:
            save(**wrong)
        assert refusal.value.field == "phone"
    with pytest.raises(ValidationError, match="kind"):
        save(kind="weather", phone="121")  # none of the kinds there are
    save(estate=cuihu)
    fire = save(kind=EmergencyNumber.Kind.UTILITY, phone="119", order=1)
    assert numbers_of(jinxiu.pk) == [fire, first]
    save(first, order=0)  # itself is not another one
    save(first, is_active=False)
    assert numbers_of(jinxiu.pk) == [fire]
    again = save()
    assert (again.history.count(), again.history.first().history_user) == (1, zhoujun)
    with pytest.raises(Refused):
        save_number(first, {"is_active": True}, estate=jinxiu, by=zhoujun)


# Words -------------------------------------------------------------------------------------------------


def test_the_first_words_are_made_once_and_those_out_of_use_stay_so(admin):
    words = danger_words()
    assert [(row.code, row.order) for row in words] == [
        (code, order) for order, (code, _zh, _en) in enumerate(DangerWord.FIRST, 1)
    ]
    save_term(words[1], {"order": 0}, by=admin)
    assert danger_words()[0].code == words[1].code
    assert words[1].history.first().history_user == admin
    for row in words:
        save_term(row, {"is_active": False}, by=admin)
    assert danger_words() == [] and DangerWord.objects.count() == len(words)
    assert extension_reasons() == extension_reasons() != []


# Rules -------------------------------------------------------------------------------------------------


def test_a_version_follows_the_one_it_began_from_and_says_why(case_in, admin, zhoujun):
    case = case_in("acting", at=march(2, 9))
    before = case.grade_due_at
    data = with_values(DEFAULTS, {"portal.a_network": 7})

    def save(data=data, by=admin, started_from=1, note="试"):
        return save_policy(data, started_from=started_from, note=note, by=by, at=NOON)

    with pytest.raises(WrongPerson):
        save(by=zhoujun)
    with pytest.raises(Refused) as refusal:
        save(note=" ")
    assert refusal.value.field == "note"
    with pytest.raises(Refused):
        save(DEFAULTS)
    with pytest.raises(Faulty, match="部分规则有误"):
        save(with_values(DEFAULTS, {"portal.a_network": -1}))
    version = save(note=f" {'因' * 201}")
    assert (version.number, version.note, version.created_by) == (2, "因" * 200, admin)
    with pytest.raises(Overtaken) as overtaken:
        save(with_values(DEFAULTS, {"portal.a_network": 8}))
    assert overtaken.value.newest == version and "系统管理员" in str(overtaken.value)
    case.refresh_from_db()
    assert case.grade_due_at == before  # nothing about notices has changed
    notice = version.policy.data["notice"] | {"collective": {"major": 10, "hot": 2}}
    save(version.policy.data | {"notice": notice}, started_from=2)
    case.refresh_from_db()
    assert case.grade_due_at == NOON


# Texts -------------------------------------------------------------------------------------------------


def test_each_value_of_a_text_is_the_cases_own(case_in, office_of_jinxiu, jinxiu, admin):
    people, case = office_of_jinxiu, case_in("acting", severity="minor", at=march(2, 9))
    said = values_of(case, by=people.zhoujun, now=NOON, by_name=True)
    assert said | {"received": "", "next": "", "promised": ""} == {
        "name": "尊敬的熊霞", "number": case.number, "received": "", "place": "2号楼1单元302",
        "matter": str(case.category), "promised": "", "next": "", "receiver": "李敏", "handler": "王建军",
        "department": "工程部", "result": "", "ground": "", "phone": "021-5555 0100", "estate": "锦绣花园",
        "company": "", "centre": "锦绣花园客户服务中心", "me": "周军",
    }  # fmt: skip
    assert said["received"].startswith("3月2日 09:00") and said["promised"] == ""
    assert said["next"].startswith("3月3日 09:00")  # by when it is handled, as a rule
    office.name_company("首问物业", by=admin)
    actions.answer(case, note="好", method="phone", promised_at=march(3, 8), by=people.limin, at=march(2, 11))
    case.refresh_from_db()
    said = values_of(case, by=people.zhoujun, now=NOON, by_name=False)
    assert (said["name"], said["company"]) == ("尊敬的业主", "首问物业")
    assert said["promised"].startswith("3月3日 08:00")


def test_without_a_unit_the_building_is_named_and_without_one_the_place(walk_in, jinxiu, office_of_jinxiu):
    tower = add_building(jinxiu, "9", "9号楼")
    places = [
        values_of(case, by=office_of_jinxiu.limin, now=NOON, by_name=False)["place"]
        for case in (
            walk_in(unit=None, building=tower, place="大堂"), walk_in(unit=None, place="东门"),
        )
    ]  # fmt: skip
    assert places == ["9号楼", "东门"]
    case = walk_in()
    said = values_of(case, by=office_of_jinxiu.limin, now=NOON, by_name=False)
    assert (said["handler"], said["department"]) == ("", "")


# Reminders ---------------------------------------------------------------------------------------------


def test_where_nobody_can_decide_any_more_the_administrators_are_reminded(case_in, office_of_jinxiu, admin):
    people, case = office_of_jinxiu, case_in("acting", severity="important", at=march(2, 9))
    request = ask_until(case, people, march(7, 9))
    for one in (people.zhoujun, people.wuzong):
        one.postings.update(ends_at=march(2, 13))
    assert request.remind_at == march(2, 16)
    assert remind_due(march(2, 16) - HOUR / 60) == 0
    assert remind_due(march(2, 16)) == 1
    assert told("undecided", None) == {"admin"} and told("extension_waits", case) == set()
    assert case.events.get(kind="extension_reminded").params["told"] == []
    request.refresh_from_db()
    assert request.remind_at == march(5, 9)  # and once more when the time is over
    assert remind_due(march(5, 10)) == 1  # an hour late
    last = case.events.filter(kind="unreached", params__told=[admin.pk]).latest("at")
    assert (last.at, last.recorded_at) == (march(5, 9), march(5, 10))
    request.refresh_from_db()
    assert (request.remind_at, remind_due(march(5, 9) + DAY)) == (None, 0)
    assert Complaint.objects.get().events.filter(kind="extension_reminded").count() == 2
