"""Evidence 证据 (004-1; G17): whose each act is, what an item must say, its custody, the statement."""

from __future__ import annotations

import hashlib

import pytest
from django.utils import translation

from complaints import actions, uploads
from complaints import evidence as rules
from complaints.actions import evidence as acts
from complaints.actions import files
from complaints.actions.evidence import Holder
from complaints.evidence import ACTS, Facts, State
from complaints.models import Attachment, CustodyEntry, Event, Evidence
from complaints.statuses import CaseRole, WrongPerson, WrongStatus
from complaints.timeline import entries
from config.framework.refusals import Refused
from staff.permissions import permissions_of
from staff.roles import Role
from tests.cast import DAY, HOUR, march
from tests.evidence_cast import SMALL, TAKEN, photo_of, said, sample_of, sent
from tests.pictures import photo_with_a_place, upload

pytestmark = pytest.mark.django_db
NOW = march(3)


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def case(case_in):
    return case_in("acting")


@pytest.fixture
def photo(case, wanggong) -> Evidence:
    return photo_of(case, wanggong, NOW)


@pytest.fixture
def sample(case, wanggong) -> Evidence:
    return sample_of(case, wanggong, NOW)


def refused(do, *args, **words) -> Refused:
    with pytest.raises(Refused) as refusal:
        do(*args, **words)
    return refusal.value


def spoil(file: Attachment) -> None:
    with uploads.path_of(file.file).open("r+b") as body:
        body.seek(20)
        body.write(b"\0\1\2\3")


def kinds(case) -> list[str]:
    return list(Event.objects.filter(complaint=case).order_by("pk").values_list("kind", flat=True))


# The rules, said a second time ------------------------------------------------------------------------


DECIDERS = {Role.SUPERVISOR, Role.PROPERTY_MANAGER, Role.GENERAL_MANAGER}


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("verb", list(ACTS))
def test_where_an_act_starts_from(verb, state) -> None:
    facts = Facts(state, "statement", has_file=False, holds=True)
    allowed = {
        "sign": {"kept"},
        "hand_over": {"kept", "to_withdraw", "withdrawn"},
        "propose_withdrawal": {"kept"},
        "confirm_withdrawal": {"to_withdraw"},
        "keep": {"to_withdraw"},
        "take_back": {"to_withdraw"},
    }
    fault = rules.refusal(verb, facts, {Role.SUPERVISOR}, proposed_by_him=verb == "take_back")
    assert (fault is None) == (state in allowed[verb])


@pytest.mark.parametrize("role", [*Role, *CaseRole])
def test_whose_an_act_is(role) -> None:
    waits = Facts("to_withdraw", "sample", has_file=True, holds=True)
    ours = set(Role) - {Role.AUDITOR, Role.ADMINISTRATOR} | set(CaseRole) - {
        CaseRole.CUSTOMER, CaseRole.CONTRACTOR,
    }  # fmt: skip
    asked = {
        verb: rules.refusal(verb, waits, {role}, proposed_by_him=False)
        for verb in ("confirm_withdrawal", "keep")
    }
    assert {verb for verb, fault in asked.items() if fault is None} == (
        set(asked) if role in DECIDERS else set()
    )
    assert (rules.refusal("hand_over", waits, {role}, proposed_by_him=False) is None) == (role in ours)
    assert (rules.refusal("take_back", waits, {role}, proposed_by_him=True) is None) == (role in ours)
    assert rules.may_add({role}, "") == (role in ours | {CaseRole.CONTRACTOR})
    assert rules.may_verify({role}) == (role in ours)
    assert not rules.may_add({role}, "void")


def test_a_firms_worker_only_adds() -> None:
    his = {CaseRole.HANDLER, CaseRole.CONTRACTOR}
    for state in State:
        facts = Facts(state, "statement", has_file=False, holds=True)
        assert not any(
            rules.refusal(verb, facts, his, proposed_by_him=mine) is None
            for verb in ACTS
            for mine in (True, False)
        )
    assert rules.may_add(his, "") and not rules.may_verify(his)


def test_who_proposed_does_not_decide_and_nobody_else_takes_back() -> None:
    waits = Facts("to_withdraw", "photo", has_file=True, holds=False)
    mine = rules.possible(waits, {Role.SUPERVISOR}, proposed_by_him=True)
    assert mine == ["take_back"]
    assert rules.possible(waits, {Role.SUPERVISOR}, proposed_by_him=False) == ["confirm_withdrawal", "keep"]


def test_what_a_file_is_found_to_be() -> None:
    assert rules.finding({"a"}, "a") == "same"
    assert rules.finding({"a"}, "b") == "differs"
    assert rules.finding({"a", "b"}, "a") == "differs"  # row and timeline say different things
    assert rules.finding({"a"}, None) == "missing"


# Adding ------------------------------------------------------------------------------------------------


def test_an_item_keeps_all_that_is_asked_of_it(photo, case, wanggong) -> None:
    row = Evidence.objects.get(pk=photo.pk)
    assert (row.number, row.kind, row.first_scene, row.collected_at) == (1, "photo", True, TAKEN)
    assert (row.collected_by, row.device, row.place) == (wanggong, "工程部手机", "2号楼1单元302卫生间")
    (file,) = row.files.all()
    assert file.complaint_id is None and file.sha256 == hashlib.sha256(SMALL).hexdigest()
    entry = case.events.get(kind="evidence_added")
    assert entry.params["digests"] == {str(file.pk): file.sha256} and not entry.owner_sees
    assert entries([entry], case)[0].text == "Evidence no. 1 added: Photo."


def test_a_picture_stays_byte_by_byte_as_it_was_sent(limin) -> None:
    """Elsewhere it is drawn anew and loses when and where it was taken; here that is what it is kept for."""
    data = photo_with_a_place()
    kept = files.store(upload("a.jpg", data), by=limin, at=NOW, as_sent=True)
    assert uploads.path_of(kept.file).read_bytes() == data
    assert kept.as_sent and kept.thumbnail and kept.sha256 == hashlib.sha256(data).hexdigest()
    redrawn = files.store(upload("a.jpg", data), by=limin, at=NOW)
    assert not redrawn.as_sent and redrawn.sha256 != kept.sha256


def test_evidence_is_more_than_the_nine_files_of_a_case(case, wanggong) -> None:
    for n in range(2):
        nine = [sent(wanggong, NOW, f"{n}{i}.jpg") for i in range(9)]
        acts.add_evidence(case, said(wanggong), files=nine, by=wanggong, at=NOW)
    assert not case.attachments.exists()
    ten = [sent(wanggong, NOW, f"{i}.jpg") for i in range(10)]
    assert refused(acts.add_evidence, case, said(wanggong), files=ten, by=wanggong, at=NOW).field == "files"
    assert [row.number for row in Evidence.objects.order_by("pk")] == [1, 2]


def test_nobody_sweeps_evidence_away(photo, wanggong) -> None:
    lost = sent(wanggong, NOW)
    files.sweep(at=NOW + 3 * DAY)
    assert uploads.path_of(photo.files.get().file).exists()
    assert not Attachment.objects.filter(pk=lost.pk).exists()


def test_a_file_of_the_case_becomes_evidence_and_stays_where_it_was(case, limin) -> None:
    file = files.store(upload(), by=None, at=NOW)
    actions.attach(case, [file], by=None, at=NOW)
    row = acts.add_evidence(
        case, said(limin, collector="customer", collected_by=None), of_case=[file], by=limin, at=NOW
    )
    file.refresh_from_db()
    assert (file.evidence, file.complaint) == (row, case)
    again = refused(acts.add_evidence, case, said(limin), of_case=[file], by=limin, at=NOW)
    assert again.field == "files" and Evidence.objects.count() == 1


def test_a_file_of_another_case_is_nobodys_to_take(case, walk_in, limin) -> None:
    other = walk_in()
    file = files.store(upload(), by=limin, at=NOW)
    actions.attach(other, [file], by=limin, at=NOW)
    assert refused(acts.add_evidence, case, said(limin), of_case=[file], by=limin, at=NOW).field == "files"


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ({"what": " "}, "what"),
        ({"place": ""}, "place"),
        ({"collected_at": NOW + HOUR}, "collected_at"),
        ({"kind": "rumour"}, "kind"),
        ({"collected_by": None}, "collected_by"),
        ({"collector": "outside", "collected_by": None}, "collected_by_other"),
        ({"collector": "nobody"}, "collector"),
        ({"what": "多" * 501}, "what"),
    ],
)
def test_what_is_missing_is_said_at_its_field(words, field, case, wanggong) -> None:
    held = [sent(wanggong, NOW)]
    fault = refused(acts.add_evidence, case, said(wanggong, **words), files=held, by=wanggong, at=NOW)
    assert fault.field == field and not Evidence.objects.exists() and "evidence_added" not in kinds(case)


def test_an_item_is_a_file_or_a_thing(case, wanggong) -> None:
    add = {"by": wanggong, "at": NOW}
    assert refused(acts.add_evidence, case, said(wanggong), **add).field == "files"
    assert (
        refused(acts.add_evidence, case, said(wanggong, "sample"), files=[sent(wanggong, NOW)], **add).field
        == "holder"
    )
    nowhere = Holder("staff", wanggong)
    assert (
        refused(acts.add_evidence, case, said(wanggong, "sample"), holder=nowhere, **add).field == "kept_at"
    )
    original = Holder("outside", None, "市档案馆", "3 楼")
    kept = acts.add_evidence(case, said(wanggong, "contract"), holder=original, **add)
    assert kept.held and kept.held.holder_in_words == "市档案馆"


def test_the_same_form_adds_once(case, wanggong) -> None:
    first = sent(wanggong, NOW)
    once = acts.add_evidence(case, said(wanggong), files=[first], by=wanggong, at=NOW, key="k")
    again = acts.add_evidence(case, said(wanggong), files=[sent(wanggong, NOW)], by=wanggong, at=NOW, key="k")
    assert once == again and Evidence.objects.count() == 1


def test_who_is_complained_about_adds_nothing(case, wanggong, chenfang, sungong) -> None:
    actions.name_respondent(case, person=sungong, by=chenfang, at=NOW)
    with pytest.raises(WrongPerson):
        photo_of(case, sungong, NOW)
    assert photo_of(case, wanggong, NOW).number == 1


def test_a_void_entry_takes_no_evidence_and_a_closed_case_does(walk_in, case_in, chenfang, limin) -> None:
    void = walk_in()
    actions.void(void, note="重复录入", by=chenfang, at=NOW)
    with pytest.raises(WrongStatus):
        photo_of(void, limin, NOW)
    assert photo_of(case_in("closed"), limin, NOW).number == 1


def test_an_auditor_adds_nothing(case, auditor) -> None:
    with pytest.raises(WrongPerson):
        photo_of(case, auditor, NOW)


# Never rewritten, never deleted ------------------------------------------------------------------------


def test_neither_evidence_nor_custody_is_deleted_or_rewritten(sample) -> None:
    line = sample.custody_entries.get()
    line.place = "别处"
    for act in (
        sample.delete, Evidence.objects.all().delete, line.save, line.delete,
        CustodyEntry.objects.all().delete,
        lambda: CustodyEntry.objects.update(place="别处"),
        lambda: CustodyEntry.objects.bulk_create([line], update_conflicts=True),
    ):  # fmt: skip
        with pytest.raises(TypeError):
            act()


# Custody ------------------------------------------------------------------------------------------------


def test_each_hand_over_is_a_line(sample, case, wanggong, chenfang) -> None:
    said = {"by": wanggong}
    acts.hand_over(
        sample, act="handed", to=Holder("staff", chenfang, "", "客服档案柜"), after=1, at=NOW + HOUR, **said
    )
    lab = Holder("outside", None, "市水质检测中心", "收样室")
    acts.hand_over(sample, act="handed", to=lab, after=2, handed_at=NOW + 2 * HOUR, at=NOW + 3 * HOUR, **said)
    lines = list(sample.custody_entries.order_by("number"))
    assert [(one.number, one.act, one.holder_in_words) for one in lines] == [
        (1, "kept", "王建军"), (2, "handed", "陈芳"), (3, "handed", "市水质检测中心"),
    ]  # fmt: skip
    told = [entry.text for entry in entries(case.events.filter(kind="custody_handed").order_by("pk"), case)]
    assert told == [
        "Evidence no. 1 handed over; held by 陈芳.",
        "Evidence no. 1 handed over; held by: Somebody else.",
    ]


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ({"act": "kept"}, "act"),
        ({"handed_at": NOW + 2 * HOUR}, "handed_at"),
        ({"handed_at": march(1)}, "handed_at"),
        ({"to": Holder("outside", None, "", "收样室")}, "holder_other"),
        ({"to": Holder("staff", None, "", "收样室")}, "holder"),
        ({"to": Holder("customer")}, "kept_at"),
        ({"act": "disposed"}, "note"),
    ],
)
def test_a_hand_over_says_who_when_and_where(words, field, sample, chenfang) -> None:
    asked = {"act": "handed", "to": Holder("staff", chenfang, "", "档案柜"), "after": 1} | words
    assert refused(acts.hand_over, sample, by=chenfang, at=NOW + HOUR, **asked).field == field
    assert sample.custody_entries.count() == 1


def test_who_has_not_seen_the_last_line_does_not_write_the_next(sample, chenfang, limin) -> None:
    to = Holder("staff", chenfang, "", "档案柜")
    acts.hand_over(sample, act="handed", to=to, after=1, by=limin, at=NOW + HOUR)
    fault = refused(acts.hand_over, sample, act="handed", to=to, after=1, by=limin, at=NOW + HOUR)
    assert "陈芳" in str(fault) and sample.custody_entries.count() == 2


def test_what_was_given_back_is_in_nobodys_custody(sample, wanggong) -> None:
    acts.hand_over(sample, act="returned", to=Holder("customer"), after=1, by=wanggong, at=NOW + HOUR)
    row = Evidence.objects.get(pk=sample.pk)
    assert row.held is None
    with pytest.raises(WrongStatus):
        acts.hand_over(row, act="returned", to=Holder("customer"), after=2, by=wanggong, at=NOW + HOUR)


# The statement ------------------------------------------------------------------------------------------


def test_a_statement_is_signed_once(case, limin) -> None:
    words = said(limin, "statement", what="漏水经过")
    row = acts.take_statement(case, words, statement="三月一日夜里开始滴水。", by=limin, at=NOW)
    assert row.statement and not row.files.exists()
    assert refused(acts.sign, row, files=[], by=limin, at=NOW).field == "files"
    acts.sign(row, files=[sent(limin, NOW, "签字.jpg")], by=limin, at=NOW)
    with pytest.raises(WrongStatus):
        acts.sign(Evidence.objects.get(pk=row.pk), files=[sent(limin, NOW)], by=limin, at=NOW)
    assert row.files.count() == 1
    file = row.files.get()
    assert case.events.get(kind="evidence_signed").params["digests"] == {str(file.pk): file.sha256}


def test_only_a_statement_gets_a_scan_later(sample, wanggong) -> None:
    with pytest.raises(WrongStatus):
        acts.sign(sample, files=[sent(wanggong, NOW)], by=wanggong, at=NOW)


def test_a_hidden_customers_statement_is_read_by_who_knows_him(walk_in, limin, sungong, chenfang) -> None:
    case = walk_in(facts={"identity_hidden": True})
    acts.take_statement(case, said(limin, "statement"), by=limin, at=NOW)
    photo_of(case, limin, NOW)
    seen = {
        who: list(acts.shown_to(permissions_of(who, NOW), case).values_list("number", flat=True))
        for who in (limin, chenfang, sungong)
    }
    assert {who: sorted(numbers) for who, numbers in seen.items()} == {
        limin: [1, 2],
        chenfang: [1, 2],
        sungong: [2],
    }
