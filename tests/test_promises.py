"""A receipt always names a time (T47, G21): whatever was filed, whenever, on every channel and paper."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.utils import translation
from pypdf import PdfReader

from complaints import actions
from complaints.actions.promises import promises_to
from complaints.channels.customers import to_customer
from complaints.models import Clock, Complaint, ContactNote, OutboxMessage
from complaints.policy import Channel, ClockKind
from complaints.promises import SENTENCES, USUAL_SENTENCES, What, still_to_come
from complaints.time_texts import moment
from reports import papers
from tests.api_client import client_of
from tests.cast import DAY, SHANGHAI, march
from tests.looking import clock_of
from tests.portal import letter, words_of

pytestmark = pytest.mark.django_db
HOURS = (march(2, 10), march(2, 17, 29), march(3, 2, 15), march(7, 23, 59))


def told(case: Complaint, at) -> tuple[str, object]:
    """The next thing the customer hears, read anew."""
    first = still_to_come(promises_to(Complaint.objects.get(pk=case.pk)), at)[0]
    return first.what.value, first.at


@pytest.mark.parametrize("channel", Channel)
def test_every_channel_hour_and_severity_names_a_time_to_come(channel, walk_in, limin, wanggong, chenfang):
    for at in HOURS:
        for severity, handler in (("", None), ("minor", wanggong), ("major", wanggong), ("minor", limin)):
            for urgent in (False, True):
                case = walk_in(
                    at, channel=channel, severity=severity, handler=handler, recorded=False,
                    facts={"urgent": urgent},
                )  # fmt: skip
                what, when = told(case, at)
                assert at < when <= at + 10 * DAY
                assert what in ("plan", "settled")


@pytest.mark.parametrize(
    ("at", "facts", "when"),
    [
        (march(2, 9), {}, march(2, 13, 30)),  # 30 minutes, and 4 hours of service
        (march(2, 17), {}, march(3, 12, 30)),
        (march(2, 23), {}, march(3, 13, 30)),  # an hour after it opens, and 4 hours
        (march(3, 2, 15), {"urgent": True}, march(3, 3, 15)),
    ],
)
def test_until_it_is_classified_the_limits_of_assignment_and_acceptance_make_the_time(
    walk_in, at, facts, when
):
    assert told(walk_in(at, facts=facts), at) == ("plan", when)


def test_each_time_is_a_clocks(case_in):
    """What stands behind the promise is a clock that somebody answers for."""
    expected = {
        "classified": ("settled", "resolve"), "acting": ("settled", "resolve"),
        "handled": ("result", "reply"), "replied": ("revisit", "revisit"),
    }  # fmt: skip
    for status, (what, clock) in expected.items():
        case = case_in(status)
        assert told(case, march(2, 11)) == (what, clock_of(case, clock).due_at)
    assert promises_to(case_in("closed")) == []
    major = case_in("acting", severity="major")
    assert told(major, march(2, 11)) == ("plan", clock_of(major, "initial_answer").due_at)


def test_what_was_promised_in_words_comes_first(walk_in):
    case = walk_in(facts={"promised_at": march(2, 18)})
    assert told(case, march(2, 9)) == ("settled", march(2, 18))


@pytest.mark.parametrize("status", ["", "classified", "acting"])
def test_a_case_typed_in_days_late_names_a_time_from_then(walk_in, limin, wanggong, status):
    """Its limits passed while it lay on paper; nobody was promised them."""
    at = march(6, 10)
    said = {"": {}, "classified": {"severity": "minor", "handler": wanggong}}.get(
        status, {"severity": "minor", "handler": limin}
    )
    case = walk_in(at, received_at=march(2, 9), backdated_because="停电", **said)
    assert told(case, at) == ("plan", march(6, 14))
    assert [promise.what for promise in promises_to(case)] == [What.PLAN]


def test_a_member_hears_by_the_clocks_of_its_lead(walk_in, office_of_jinxiu):
    people = office_of_jinxiu
    lead, member = walk_in(), walk_in(march(2, 10))
    actions.join(member, lead=lead, by=people.limin, at=march(2, 10, 5))
    assert told(member, march(2, 10, 5)) == ("plan", march(2, 14))  # four hours from its own receipt
    actions.classify(
        lead, severity="important", category=lead.category, handler=people.wanggong, by=people.chenfang,
        at=march(2, 11),
    )  # fmt: skip
    assert told(member, march(2, 11)) == ("settled", march(5, 9))


def test_a_reopened_case_and_a_contact_turned_complaint_name_one_too(case_in, walk_in, limin, jinxiu):
    case = case_in("closed")
    actions.reopen(case, note="又漏了", by=limin, at=march(5, 9))
    assert told(case, march(5, 9)) == ("settled", march(8, 9))
    note = actions.take_note(by=limin, at=march(2, 9), estate=jinxiu, kind="repair", words="水管漏")
    turned = walk_in(march(4, 9), from_note=ContactNote.objects.get(pk=note.pk))
    assert told(turned, march(4, 9)) == ("plan", march(4, 13, 30))


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_paper_page_and_answer_says_it(walk_in, reader, limin, language):
    case = walk_in(march(2, 9))
    with translation.override(language):
        when = moment(march(2, 13, 30), SHANGHAI)
        sentence = str(SENTENCES[What.PLAN]) % {"at": when}
    receipt = papers.receipt(case, "", march(2, 9, 1), language, shows_complainant=True)
    words = "".join("".join(page.extract_text() for page in PdfReader(BytesIO(receipt)).pages).split())
    assert sentence.replace(" ", "") in words.replace("\xa0", "")
    assert when in words_of(letter(reader(case, language), case))
    if language == "zh-hans":
        assert sentence == "我们将于 3月2日 13:30（周一）前告知处理安排。"
    else:
        promised = client_of(limin).get(f"/api/v1/cases/{case.number}/").json()["promises"]
        assert [each["sentence"] for each in promised] == [sentence]


def test_the_page_after_filing_says_it_aloud(walk_in, limin, client, monkeypatch):
    case = walk_in(march(2, 9))
    monkeypatch.setattr("complaints.views.desk.desk_request.now", lambda: march(2, 9, 1))
    client.force_login(limin)
    page = client.get(f"/desk/filed/{case.number}/", headers={"accept-language": "zh-hans"})
    assert "我们将于 3月2日 13:30（周一）前告知处理安排。" in page.content.decode()


def test_a_receipt_printed_after_the_time_has_passed_owns_up_to_it(walk_in):
    case = walk_in(march(2, 9))
    receipt = papers.receipt(case, "", march(2, 15), "zh-hans", shows_complainant=True)
    words = "".join("".join(page.extract_text() for page in PdfReader(BytesIO(receipt)).pages).split())
    assert "非常抱歉" in words or "抱歉" in words


def test_the_text_message_names_the_time(walk_in, settings, wanggong):
    settings.SMS = {"url": "http://127.0.0.1:9", "token": "t", "header": "Authorization", "templates": {}}
    for said, what, when in (
        ({}, "plan", march(2, 13, 30)),
        ({"severity": "minor", "handler": wanggong}, "settled", march(3, 9)),
    ):
        case = walk_in(march(2, 9), **said)
        row = OutboxMessage.objects.get(kind="owner_received", complaint=case)
        assert row.params["promise"] == what
        text = to_customer(row)
        with translation.override("zh-hans"):
            # A soft limit is told as what is usual; only what binds, or was promised in words, without an if.
            sentence = (USUAL_SENTENCES if what == "settled" else SENTENCES)[What(what)]
            assert str(sentence) % {"at": moment(when, SHANGHAI)} in text.words


def test_no_open_case_is_without_a_running_clock_behind_its_time(case_in):
    for status in ("received", "recorded", "classified", "acting", "handled", "replied"):
        case = case_in(status)
        assert promises_to(case)
        running = set(Clock.objects.running().filter(complaint=case).values_list("kind", flat=True))
        assert running & {
            ClockKind.DELIVER, ClockKind.ACCEPT, ClockKind.RESOLVE, ClockKind.REPLY, ClockKind.REVISIT,
        }  # fmt: skip
