"""Two people at the same evidence at the same moment: one is refused in a sentence, nothing is lost."""

from __future__ import annotations

import pytest

from complaints.actions import evidence as acts
from complaints.actions.evidence import Holder
from complaints.models import CustodyEntry, Event, Evidence
from config.framework.refusals import Refused
from tests.cast import march
from tests.evidence_cast import photo_of, said, sample_of, sent
from tests.racing import failures, race

pytestmark = pytest.mark.django_db(transaction=True)
NOW = march(3)


def test_items_added_at_once_are_numbered_apart(case_in, office_of_jinxiu):
    case, people = (
        case_in("acting"),
        (office_of_jinxiu.limin, office_of_jinxiu.wanggong, office_of_jinxiu.chenfang),
    )
    files = {who: sent(who, NOW) for who in people}
    outcomes = race(
        *(
            lambda who=who: acts.add_evidence(case, said(who), files=[files[who]], by=who, at=NOW)
            for who in people
        )
    )
    assert not failures(outcomes)
    assert sorted(Evidence.objects.values_list("number", flat=True)) == [1, 2, 3]


def test_one_thing_is_handed_over_once(case_in, office_of_jinxiu):
    row = sample_of(case_in("acting"), office_of_jinxiu.wanggong, NOW)
    people = (office_of_jinxiu.limin, office_of_jinxiu.chenfang)
    outcomes = race(
        *(
            lambda who=who: acts.hand_over(
                row, act="handed", to=Holder("staff", who, "", "柜"), after=1, by=who, at=NOW
            )
            for who in people
        )
    )
    assert not failures(outcomes, Refused) and len(failures(outcomes)) == 1
    assert list(CustodyEntry.objects.values_list("number", flat=True)) == [1, 2]


def test_what_is_taken_back_is_not_confirmed_as_well(case_in, office_of_jinxiu):
    people = office_of_jinxiu
    row = photo_of(case_in("acting"), people.wanggong, NOW)
    acts.propose_withdrawal(row, note="拍错了", by=people.wanggong, at=NOW)
    outcomes = race(
        lambda: acts.take_back(row, by=people.wanggong, at=NOW),
        lambda: acts.confirm_withdrawal(row, by=people.chenfang, at=NOW),
        lambda: acts.confirm_withdrawal(row, by=people.zhoujun, at=NOW),
    )
    assert not failures(outcomes, Refused) and len(failures(outcomes)) == 2
    ended = Event.objects.filter(kind__in=["evidence_withdrawn", "evidence_proposal_back"])
    assert ended.count() == 1
    state = Evidence.objects.get().state
    assert state == ("withdrawn" if ended.get().kind == "evidence_withdrawn" else "kept")
