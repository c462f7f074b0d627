"""Two people at once: an act taken back, a superior's decision, one code."""

from __future__ import annotations

import pytest

from complaints import actions
from complaints.actions import portal_access, portal_phones
from complaints.models import Complaint, PortalDraft, SuperiorRequest
from config.framework.refusals import Refused
from tests.cast import HOUR, MINUTE, march
from tests.racing import failures, race

pytestmark = pytest.mark.django_db(transaction=True)

AT = march(2, 14)
SECOND = MINUTE / 60
#: Each race is run so often: one order alone proves nothing.
ROUNDS = 6


def test_a_transfer_taken_back_while_another_is_made_leaves_one_first_receiver(
    case_in, office_of_jinxiu, laozhao
):
    people = office_of_jinxiu
    for n in range(ROUNDS):
        case = case_in("acting", at=march(2, 9) + n * MINUTE)
        actions.transfer(case, to=laozhao, note="换班", by=people.chenfang, at=AT)
        back, anew = (Complaint.objects.get(pk=case.pk) for _ in range(2))
        outcomes = race(
            lambda back=back: actions.undo_transfer(back, by=people.chenfang, at=AT + SECOND),
            lambda anew=anew: actions.transfer(
                anew, to=people.chenfang, note="由主管跟进", by=people.zhoujun, at=AT + SECOND
            ),
        )
        assert failures(outcomes, Refused) == []
        assert isinstance(outcomes[1], Complaint)
        entries = case.events.filter(kind__in=("transferred", "transfer_undone")).order_by("pk")
        case.refresh_from_db()
        assert case.first_receiver_id == entries.last().params["person"] == people.chenfang.pk
        assert len(entries) == 2 + isinstance(outcomes[0], Complaint)


def test_of_two_superiors_one_decides(case_in, office_of_jinxiu):
    people = office_of_jinxiu
    for n in range(ROUNDS):
        case = case_in("acting", at=march(2, 9) + n * MINUTE)
        actions.ask_superior(case, note="要求减免。", offers="可以免费更换。", by=people.limin, at=AT)
        one, other = (SuperiorRequest.objects.get(complaint=case) for _ in range(2))
        said = {"at": AT + HOUR, "note": "当月减免另行审批。"}
        outcomes = race(
            lambda row=one, said=said: actions.decide_superior(
                row, outcome="partly", by=people.chenfang, **said
            ),
            lambda row=other, said=said: actions.decide_superior(
                row, outcome="refused", by=people.zhoujun, **said
            ),
        )
        assert failures(outcomes, Refused) == []
        decided = [row for row in outcomes if isinstance(row, SuperiorRequest)]
        row = SuperiorRequest.objects.get(complaint=case)
        assert len(decided) == 1 and (row.state, row.decided_by) == (decided[0].state, decided[0].decided_by)
        assert case.events.filter(kind="superior_decided").count() == 1


def test_one_code_shows_a_drafts_phone_once(jinxiu, sent):
    draft = PortalDraft.objects.create(
        estate=jinxiu, secret_sha256="x" * 64, said={"phone": "13494795057"}, started_at=AT, touched_at=AT
    )
    portal_phones.ask_code(draft, network="203.0.113.9", at=AT)
    outcomes = race(*[lambda: portal_phones.show(draft, sent[0], at=AT + MINUTE)] * 4)
    assert failures(outcomes, portal_access.CodeSpent) == []
    assert sum(isinstance(outcome, PortalDraft) for outcome in outcomes) == 1
