"""Every verb of the moves once: where it begins, who does it, where it leads, what it leaves behind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest

from complaints import actions
from complaints.models import Category, Complaint
from tests.cast import HOUR, march
from tests.inquiry_cast import lay_all

START, NOW = march(2, 9), march(2, 12)
GOOD, BAD = actions.Answers(satisfaction=5), actions.Answers(satisfaction=1)


@dataclass(frozen=True)
class Deed:
    """From a status, by a person of the cast (None: the customer), to a status, leaving these entries."""

    status: str
    by: str | None
    to: str
    entries: list[str]
    words: dict[str, Any] = field(default_factory=dict)
    act: Callable[..., Any] | None = None
    ready: Callable[[Complaint, SimpleNamespace], Any] | None = None  # before the deed
    intake: dict[str, Any] = field(default_factory=dict)


NOTE = {"note": "现场核实过了"}
TOLD = NOTE | {"method": "phone"}
ORDER = {"external_number": "12345-0099", "external_due_at": march(10, 11)}


def found(case: Complaint, people: SimpleNamespace) -> None:
    actions.record_finding(case, note="检查不合格", found_at=START, by=people.zhoujun, at=NOW - HOUR)


def laid(case: Complaint, people: SimpleNamespace) -> None:
    found(case, people)
    lay_all(case, people.zhoujun, NOW - HOUR)


def proposed(case: Complaint, people: SimpleNamespace) -> None:
    actions.propose_invalid(case, note="误解", by=people.limin, at=NOW - HOUR)


DEEDS: dict[str, Deed] = {
    "record": Deed("received", "limin", "recorded", ["recorded"]),
    "claim": Deed("recorded", "limin", "recorded", ["claimed"], intake={"by": "laozhao"}),
    "accept": Deed("classified", "wanggong", "acting", ["accepted", "opinion_given"], NOTE),
    "opinion": Deed("acting", "wanggong", "acting", ["opinion_given"], NOTE, actions.give_opinion),
    "return": Deed("classified", "wanggong", "recorded", ["returned"], NOTE, actions.send_back),
    "act": Deed("acting", "wanggong", "acting", ["acted"], NOTE),
    "answer": Deed("acting", "limin", "acting", ["answered"], TOLD),
    "handle": Deed("acting", "wanggong", "handled", ["handled"], NOTE | {"evidence": "业主签字"}),
    "reply": Deed("handled", "limin", "replied", ["replied"], TOLD),
    "propose_invalid": Deed("recorded", "limin", "recorded", ["invalid_proposed"], NOTE),
    "confirm_invalid": Deed("recorded", "chenfang", "handled", ["invalid_confirmed"], ready=proposed),
    "reject_invalid": Deed(
        "recorded", "chenfang", "recorded", ["invalid_rejected"], NOTE,
        ready=proposed,
    ),
    "refer": Deed("recorded", "limin", "recorded", ["referred"], NOTE),
    "apologise": Deed(
        "acting", "limin", "acting", ["apologised"], TOLD | {"apologised_by": "保安赵某"},
        ready=lambda case, p: actions.edit(
            case, {"category": Category.objects.get(code="staff-conduct")}, version=case.version,
            by=p.limin, at=NOW - HOUR,
        ),
    ),
    "answer_media": Deed(
        "closed", "zhoujun", "closed", ["media_answered"], NOTE, intake={"channel": "media"}
    ),
    "answer_external": Deed(
        "closed", "limin", "closed", ["external_answered"], NOTE,
        intake={"channel": "hotline", "facts": ORDER},
    ),
    "move_external": Deed(
        "closed", "limin", "closed", ["external_moved"],
        NOTE | {"decision": "extended", "new_due_at": march(12, 11)},
        intake={"channel": "hotline", "facts": ORDER},
    ),
    "record_finding": Deed(
        "acting", "zhoujun", "acting", ["finding_recorded"], NOTE | {"found_at": START},
        intake={"channel": "regulator"},
    ),
    "object": Deed(
        "closed", "zhoujun", "closed", ["objection_filed"],
        NOTE | {"expert": "吴律师"}, actions.object_to_finding,
        ready=laid, intake={"channel": "regulator"},
    ),
    "waive_objection": Deed(
        "acting", "wuzong", "acting", ["objection_waived"], NOTE, ready=found, intake={"channel": "regulator"}
    ),
    "satisfy": Deed("replied", None, "replied", ["satisfied"]),
    "dispute": Deed("replied", None, "recorded", ["disputed", "cycle_started"], NOTE),
    "rate": Deed("replied", None, "closed", ["revisited", "closed"], {"answers": GOOD}),
    "try_revisit": Deed("replied", "chenfang", "replied", ["revisit_tried"], NOTE),
    "revisit": Deed(
        "replied", "chenfang", "closed", ["revisited", "closed"], {"answers": GOOD, "method": "phone"}
    ),
    "except_revisit": Deed(
        "replied", "chenfang", "closed", ["revisit_excepted", "closed"], NOTE | {"exception": "refused"}
    ),
    "withdraw": Deed("acting", "limin", "closed", ["withdrawn", "closed"], NOTE | {"confirmed_by": "phone"}),
    "void": Deed("recorded", "chenfang", "closed", ["voided", "closed"], NOTE),
    "reopen": Deed("closed", "limin", "recorded", ["reopened", "cycle_started"], NOTE),
    "chase": Deed("acting", "limin", "acting", ["chased"], NOTE),
    "remind": Deed("acting", "chenfang", "acting", ["reminded"], NOTE),
    "remark": Deed("acting", None, "acting", ["remarked"], NOTE),
    "note": Deed("closed", "wanggong", "closed", ["noted"], NOTE, actions.add_note),
    "regrade": Deed("acting", "chenfang", "acting", ["regraded"], NOTE | {"severity": "major"}),
    "transfer": Deed("acting", "chenfang", "acting", ["transferred"], NOTE | {"to": "chenfang"}),
    "acknowledge": Deed(
        "recorded", "zhoujun", "recorded", ["acknowledged"], intake={"facts": {"urgent": True}}
    ),
    "reassign": Deed("acting", "limin", "classified", ["reassigned", "delivered"], {"handler": "sungong"}),
    "ask_extension": Deed(
        "acting", "wanggong", "acting", ["extension_requested"],
        NOTE
        | {
            "clock": "resolve", "reason": "parts", "new_due_at": march(6, 9), "customer_told_method": "phone",
        },
    ),
    "propose_compensation": Deed(
        "acting", "limin", "acting", ["compensation_proposed"], NOTE | {"amount": 200}
    ),
    "set_grade": Deed("acting", "chenfang", "acting", ["graded"], NOTE | {"grade": "hot"}),
    "name_respondent": Deed("acting", "limin", "acting", ["respondent_named"], {"person": "保洁员"}),
}  # fmt: skip
#: What needs other rows first is told as a story of its own, below or in a file of its own.
APART = {
    "classify", "check_on_spot", "close_unsatisfied", "edit", "attach", "join", "leave", "link",
    "confirm_same", "part_matter", "issue_bulletin", "add_follow_up", "do_follow_up", "tell_follow_up",
    "sign_follow_up", "drop_follow_up", "second_call", "sign", "name_speaker", "appear", "pay",
    "accept_payment", "note_media", "drop_media", "note_sign", "withdraw_sign", "propose_abnormal",
    "decide_abnormal", "review_abnormal", "set_circle", "edit_signatory", "remove_signatory",
    "withdraw_compensation", "note_oral_approval", "make_accountable", "close_receipts", "ask_superior",
    "note_post", "answer_point", "answer_post", "analyse", "ask_analysis",
}  # fmt: skip
#: What a rule of ours writes beside the deed; told in test_grades, test_bulletins and test_second_calls.
BY_RULE = {"grade_raised", "severity_raised", "bulletin_issued", "second_call_drawn"}
#: verb: what of it the customer reads on his page; of all others nothing.
SEEN: dict[str, str] = {
    "claim": "claimed", "accept": "accepted", "answer": "answered", "handle": "handled", "reply": "replied",
    "apologise": "apologised", "satisfy": "satisfied", "dispute": "disputed cycle_started",
    "rate": "revisited closed", "revisit": "closed", "except_revisit": "closed",
    "withdraw": "withdrawn closed", "reopen": "reopened cycle_started", "chase": "chased",
    "remark": "remarked", "transfer": "transferred", "reassign": "delivered",
    "ask_extension": "extension_requested",
}  # fmt: skip
#: verb: who is told, and of what; whoever did it is told nothing.
MESSAGES: dict[str, set[str]] = {
    "claim": {"claimed laozhao"},
    "return": {"returned chenfang", "returned limin"},
    "handle": {"handled limin"},
    "propose_invalid": {"invalid_proposed chenfang"},
    "confirm_invalid": {"invalid_confirmed limin"},
    "reject_invalid": {"invalid_rejected limin"},
    "refer": {"referred chenfang"},
    "move_external": {"external_moved wanggong"},
    "record_finding": {"finding_recorded wuzong"},
    "satisfy": {"satisfied limin"},
    "dispute": {"cycle_started chenfang", "cycle_started limin", "cycle_started zhoujun"},
    "withdraw": {"withdrawn wanggong"},
    "void": {"voided limin"},
    "reopen": {"cycle_started chenfang", "cycle_started zhoujun"},
    "chase": {"chased chenfang", "chased wanggong"},
    "remind": {"reminded wanggong", "reminded sungong"},
    "remark": {"remarked limin", "remarked wanggong"},
    "regrade": {"regraded limin", "regraded wanggong"},
    "transfer": {"transferred limin"},
    "reassign": {"delivered sungong", "taken_over wanggong"},
    "ask_extension": {"extension_requested wuzong"},
    "propose_compensation": {"compensation_proposed chenfang"},
    "set_grade": {"graded limin", "graded wanggong"},
}  # fmt: skip


@pytest.fixture
def stage(case_in, office_of_jinxiu, laozhao):
    """A case where a deed begins, and the deed with the cast put in for their names."""

    def people(value: Any) -> Any:
        return getattr(everybody, value, value) if isinstance(value, str) else value

    everybody = SimpleNamespace(**vars(office_of_jinxiu), laozhao=laozhao)

    def setting(verb: str) -> tuple[Complaint, Callable[..., Any]]:
        deed = DEEDS[verb]
        case = case_in(deed.status, at=START, **{k: people(v) for k, v in deed.intake.items()})
        if deed.ready:
            deed.ready(case, everybody)
        act = deed.act or getattr(actions, verb)
        words = {name: people(value) for name, value in deed.words.items()}
        doer = people(deed.by)
        if verb not in ("rate", "remark"):
            words["by"] = doer
        return case, lambda **other: act(case, **(words | {"at": NOW} | other))

    return setting
