"""Two people at once on one case study: nothing is lost, drafted or published twice."""

from __future__ import annotations

import pytest

from complaints.actions import studies as acts
from complaints.actions import studies_due
from complaints.models import Bulletin, CaseStudy, StudyEntry, StudyReading, SweepMark
from complaints.studies import State
from config.framework.refusals import Refused
from tests.case_studies import TEXTS
from tests.cast import DAY, MINUTE, march
from tests.racing import failures, race

pytestmark = pytest.mark.django_db(transaction=True)
#: Each race is run so often: one order alone proves nothing.
ROUNDS = 5


def test_two_on_one_study_at_once_lose_nothing(case_in, office_of_jinxiu):
    people = office_of_jinxiu
    for n in range(ROUNDS):
        case = case_in("acting", at=march(2, 9) + n * MINUTE)
        outcomes = race(
            lambda case=case: acts.begin(case, by=people.chenfang, at=march(3)),
            lambda case=case: acts.begin(case, by=people.zhoujun, at=march(3)),
        )
        assert failures(outcomes, Refused) == []
        row = CaseStudy.objects.get(complaint=case)
        outcomes = race(
            lambda row=row: acts.write(row, version=1, by=people.chenfang, at=march(3), **TEXTS),
            lambda row=row: acts.write(
                row, version=1, by=people.sungong, at=march(3), **TEXTS | {"lesson": "另一句"}
            ),
        )
        assert failures(outcomes, Refused) == []
        assert sum(isinstance(one, CaseStudy) for one in outcomes) == 1
        row.refresh_from_db()
        row = acts.send(row, by=row.written_by, at=march(4))
        outcomes = race(
            lambda row=row: acts.check(row, version=2, publish=True, by=people.zhoujun, at=march(5)),
            lambda row=row: acts.check(
                row, version=2, publish=False, note="补", by=people.wuzong, at=march(5)
            ),
        )
        assert failures(outcomes, Refused) == []
        assert sum(isinstance(one, CaseStudy) for one in outcomes) == 1
        row.refresh_from_db()
        if row.state == State.PUBLISHED:
            outcomes = race(*[lambda row=row: acts.read(row, by=people.limin, at=march(6))] * 2)
            assert failures(outcomes) == []
            assert StudyReading.objects.filter(study=row).count() == 1


def test_two_sweeps_and_a_hand_draft_a_case_once(case_in, office_of_jinxiu):
    people = office_of_jinxiu
    for n in range(ROUNDS):
        case, at = case_in("acting", at=march(2, 9) + n * MINUTE), march(4) + n * DAY
        Bulletin.objects.create(complaint=case, issue=1, kind="hot", why="raised", issued_at=at)
        outcomes = race(
            lambda at=at: studies_due.draft_due(at),
            lambda at=at: studies_due.draft_due(at),
            lambda case=case, at=at: acts.begin(case, by=people.chenfang, at=at),
        )
        assert failures(outcomes, Refused) == []
        studies_due.draft_due(at + DAY / 2)
        row = CaseStudy.objects.get(complaint=case)
        assert StudyEntry.objects.filter(study=row).count() == 1
    assert SweepMark.objects.filter(job=studies_due.DRAFTS).count() == 1
