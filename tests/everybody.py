"""The cast and all who stand around it, with cases that each may see or not."""

from __future__ import annotations

import pytest

from complaints import actions
from complaints.models import Complaint
from staff import actions as office
from staff.models import Department, Region, User
from staff.roles import Role
from tests.cast import DAY, march, person

START, NOW = march(2, 9), march(2, 12)


@pytest.fixture
def everybody(office_of_jinxiu, laozhao, auditor, admin, stranger, jinxiu, cuihu) -> dict[str, User]:
    """The cast, and a steward, a region's manager, headquarters' legal department and a leaver."""
    region = Region.objects.create(name="华东")
    office.edit(jinxiu, {"region": region}, by=admin)
    legal = Department.objects.create(name="法务部")
    elsewhere = Department.objects.create(name="品质部")
    leaver = person("leaver", "钱进", Role.SUPERVISOR, estate=jinxiu)
    leaver.is_active = False
    leaver.save(update_fields=["is_active"])
    former = person("former", "冯梅", Role.FRONT_DESK, estate=jinxiu)
    office.end_posting(former.postings.get(), at=START, by=admin)
    future = office.add_user(username="future", name="未来", email="future@example.com")
    office.post(future, Role.FRONT_DESK, at=NOW + DAY, estate=jinxiu)
    return vars(office_of_jinxiu) | {
        "laozhao": laozhao, "auditor": auditor, "admin": admin, "stranger": stranger, "leaver": leaver,
        "former": former, "future": future,
        "steward": person("steward", "管家", Role.STEWARD, estate=jinxiu),
        "regional": person("regional", "区总", Role.GENERAL_MANAGER, region=region),
        "hq_head": person("hq_head", "律总", Role.DEPARTMENT_HEAD, department=legal),
        "hq_hand": person("hq_hand", "律师", Role.HANDLER, department=legal),
        "hq_other": person("hq_other", "质检", Role.HANDLER, department=elsewhere),
    }  # fmt: skip


@pytest.fixture
def cases(everybody, case_in, walk_in, cuihu) -> dict[str, Complaint]:
    def by_legal(estate, by) -> Complaint:
        case = walk_in(START, estate=estate, by=by, unit=None, place="大门")
        return actions.classify(
            case, severity="important", category=None, handler=everybody["hq_hand"],
            department=Department.objects.get(name="法务部"), by=by, at=NOW,
        )  # fmt: skip

    return {
        "ordinary": case_in("acting", at=START),
        "elsewhere": by_legal(cuihu, everybody["stranger"]),
        "hq_work": by_legal(everybody["limin"].postings.get().estate, everybody["limin"]),
        "restricted": case_in("acting", at=START, facts={"restricted": True}),
        "about_head": case_in("recorded", at=START, respondents=(everybody["sungong"],)),
        "about_top": case_in("recorded", at=START, respondents=(everybody["wuzong"],)),
    }
