"""What the reader of a letter can do, and how bad input is met."""

import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from complaints import actions
from complaints.actions import files, portal_access
from complaints.models import Attachment, Complaint, Event, Notification, Revisit
from complaints.statuses import Outcome, Status
from config.framework.refusals import Refused
from tests.cast import MINUTE, march
from tests.portal import NOON, fill, key_in, letter

STATUSES = ["received", "recorded", "classified", "acting", "handled", "replied", "closed"]


# What its reader can do ------------------------------------------------------------------------------


def events_of(case: Complaint) -> list[str]:
    return list(case.events.order_by("pk").values_list("kind", flat=True))


def test_a_remark_reaches_the_people_on_the_case(reader, case_in, office_of_jinxiu):
    case = case_in("acting")
    browser = reader(case)
    answer = fill(browser, case, "remark", note="下午两点以后家里有人。")
    assert answer.status_code == 302 and "下午两点以后家里有人。" in letter(browser, case)
    told = Notification.objects.filter(complaint=case, kind="remarked").values_list(
        "user__username", flat=True
    )
    assert set(told) == {"limin", "wanggong"}
    event = case.events.get(kind="remarked")
    assert (event.by_customer, event.actor) == (True, None)


def test_a_chase_needs_no_words(reader, case_in):
    case = case_in("acting")
    assert fill(reader(case), case, "chase").status_code == 302
    assert events_of(case).count("chased") == 1


def test_accepting_then_rating_closes_the_case(reader, case_in):
    case = case_in("replied")
    browser = reader(case)
    page = letter(browser, case)
    assert page.count("btn-primary") == 1
    browser.post(f"/portal/{case.number}/satisfy/", {"key": key_in(page)})
    page = letter(browser, case)
    assert page.count("btn-primary") == 1 and 'href="rate/"' in page
    answer = fill(
        browser, case, "rate", satisfaction="5", believed="yes", passed_around="no", remarks="修得好"
    )
    assert answer.status_code == 302
    case.refresh_from_db()
    assert (case.status, case.outcome) == (Status.CLOSED, Outcome.RESOLVED)
    revisit = Revisit.objects.get(cycle__complaint=case)
    assert (revisit.satisfaction, revisit.believed, revisit.passed_around, revisit.polite) == (
        5,
        True,
        False,
        None,
    )
    assert "<h1>已办结</h1>" in letter(browser, case)


def test_a_bad_rating_takes_the_matter_up_again(reader, case_in):
    case = case_in("replied")
    browser = reader(case)
    fill(browser, case, "rate", satisfaction="1", remarks="还在漏")
    case.refresh_from_db()
    assert (case.status, case.cycle_number) == (Status.RECORDED, 2)
    assert "<h1>处理中</h1>" in letter(browser, case)


def test_a_rating_with_something_new_is_asked_for_once(reader, case_in):
    case = case_in("replied")
    browser = reader(case)
    fill(browser, case, "rate", satisfaction="4", new_opinion="楼道灯也坏了")
    page = letter(browser, case)
    assert "<h1>已答复</h1>" in page and 'href="rate/"' not in page


def test_a_dispute_needs_words_and_begins_anew(reader, case_in):
    case = case_in("replied")
    browser = reader(case)
    assert fill(browser, case, "dispute", note=" ").status_code == 422
    assert fill(browser, case, "dispute", note="还在漏").status_code == 302
    case.refresh_from_db()
    assert (case.status, case.cycle_number) == (Status.RECORDED, 2)


def test_withdrawing_is_asked_once_and_can_be_undone(reader, case_in):
    case = case_in("acting")
    browser = reader(case)
    assert events_of(case).count("withdrawn") == 0
    fill(browser, case, "withdraw", note="自己修好了")
    case.refresh_from_db()
    assert case.outcome == Outcome.WITHDRAWN
    fill(browser, case, "reopen", note="又漏了")
    case.refresh_from_db()
    assert (case.status, case.outcome, case.cycle_number) == (Status.RECORDED, "", 2)


@pytest.mark.parametrize("status", STATUSES)
def test_only_what_is_possible_is_offered(reader, case_in, status):
    case = case_in(status)
    browser = reader(case)
    page = letter(browser, case)
    offered = set(re.findall(r'(?:href|action)="(\w+)/"', page)) - {"leave"}
    for verb in portal_access.CUSTOMER_ACTS:
        assert browser.get(f"/portal/{case.number}/{verb}/").status_code == (
            200 if verb in offered | {"rate", "satisfy"} & offered_later(status) else 302
        ), verb
    assert page.count("btn-primary") <= 1


def offered_later(status: str) -> set[str]:
    """Rating stands behind accepting: one button a screen."""
    return {"rate", "satisfy"} if status == "replied" else set()


# Bad input -------------------------------------------------------------------------------------------


def test_the_same_form_sent_twice_acts_once(reader, case_in):
    case = case_in("acting")
    browser = reader(case)
    key = key_in(browser.get(f"/portal/{case.number}/remark/").content.decode())
    for _ in range(3):
        assert browser.post(f"/portal/{case.number}/remark/", {"key": key, "note": "在家"}).status_code == 302
    assert events_of(case).count("remarked") == 1


def test_the_same_form_with_other_words_is_asked_again_and_then_taken(reader, case_in):
    case = case_in("acting")
    browser = reader(case)
    key = key_in(browser.get(f"/portal/{case.number}/remark/").content.decode())
    browser.post(f"/portal/{case.number}/remark/", {"key": key, "note": "在家"})
    answer = browser.post(f"/portal/{case.number}/remark/", {"key": key, "note": "不在家"})
    page = answer.content.decode()
    assert answer.status_code == 422 and "不在家" in page
    assert (
        browser.post(f"/portal/{case.number}/remark/", {"key": key_in(page), "note": "不在家"}).status_code
        == 302
    )


def test_words_that_are_missing_or_too_many_are_told_at_the_field(reader, case_in):
    case = case_in("replied")
    browser = reader(case)
    answer = fill(browser, case, "remark", note="长" * 2001)
    assert answer.status_code == 422 and "长" * 2001 in answer.content.decode()
    answer = fill(browser, case, "rate", remarks="没有选分数")
    page = answer.content.decode()
    assert answer.status_code == 422 and "没有选分数" in page and "id_satisfaction_error" in page
    assert fill(browser, case, "rate", satisfaction="6").status_code == 422
    assert Event.objects.filter(complaint=case, by_customer=True).count() == 0


def test_words_sent_after_the_visit_ended_are_given_back(reader, portal_clock, case_in):
    case = case_in("acting")
    browser = reader(case)
    portal_clock.at += 31 * MINUTE
    answer = browser.post(f"/portal/{case.number}/remark/", {"key": "k", "note": "写了很久的话<b>"})
    assert answer.status_code == 404 and "写了很久的话&lt;b&gt;" in answer.content.decode()


def test_what_does_not_exist_is_not_there(reader, case_in):
    case = case_in("acting")
    browser = reader(case)
    for path in ("void", "accept", "files/00000000000000000000000000000000"):
        assert browser.get(f"/portal/{case.number}/{path}", follow=True).status_code == 404


# Files -----------------------------------------------------------------------------------------------


def picture(name: str = "leak.jpg") -> SimpleUploadedFile:
    data = io.BytesIO()
    Image.new("RGB", (64, 48), "#aabbcc").save(data, "JPEG")
    return SimpleUploadedFile(name, data.getvalue(), "image/jpeg")


def test_a_photo_joins_the_case_and_is_shown(reader, case_in):
    case = case_in("acting")
    browser = reader(case)
    assert fill(browser, case, "attach", files=[picture()]).status_code == 302
    kept = Attachment.objects.get(complaint=case)
    assert (kept.by_customer, kept.owner_sees) == (True, True)
    assert kept.file in letter(browser, case)
    for path in (kept.file, f"{kept.file}/thumbnail"):
        answer = browser.get(f"/portal/{case.number}/files/{path}")
        assert answer.status_code == 200 and answer.getvalue()[:2] == b"\xff\xd8"
        assert "no-store" in answer["Cache-Control"] and "sandbox" in answer["Content-Security-Policy"]


def test_a_photo_sent_twice_joins_once(reader, case_in):
    case = case_in("acting")
    browser = reader(case)
    key = key_in(browser.get(f"/portal/{case.number}/attach/").content.decode())
    for _ in range(2):
        browser.post(f"/portal/{case.number}/attach/", {"key": key, "files": [picture()]})
    assert (events_of(case).count("attached"), case.attachments.count()) == (1, 1)


def test_files_that_are_no_pictures_are_refused_in_words(reader, case_in):
    case = case_in("acting")
    browser = reader(case)
    svg = SimpleUploadedFile("x.svg", b"<svg onload=alert(1)>", "image/svg+xml")
    answer = fill(browser, case, "attach", files=[svg])
    assert answer.status_code == 422 and "x.svg" in answer.content.decode()
    assert fill(browser, case, "attach").status_code == 422
    assert Attachment.objects.count() == 0
    answer = fill(browser, case, "attach", files=[picture(), SimpleUploadedFile("y.exe", b"MZ")])
    assert answer.status_code == 302 and case.attachments.count() == 1
    assert "y.exe" in letter(browser, case)


def test_files_of_the_house_and_of_others_stay_closed(reader, case_in, office_of_jinxiu):
    case, other = case_in("acting"), case_in("acting", at=march(2, 10))
    inside = files.store(picture(), by=office_of_jinxiu.wanggong, at=NOON)
    actions.attach(case, [inside], by=office_of_jinxiu.wanggong, at=NOON)
    foreign = files.store(picture(), by=None, at=NOON)
    actions.attach(other, [foreign], by=None, at=NOON)
    browser = reader(case)
    assert inside.file not in letter(browser, case)
    for hidden in (inside, foreign):
        assert browser.get(f"/portal/{case.number}/files/{hidden.file}").status_code == 404


def test_a_refused_move_leaves_no_file_behind(reader, case_in, office_of_jinxiu):
    """The case was closed while the page stood open."""
    case = case_in("acting")
    browser = reader(case)
    key = key_in(browser.get(f"/portal/{case.number}/attach/").content.decode())
    actions.withdraw(case, note="不用了。", confirmed_by="phone", by=office_of_jinxiu.limin, at=NOON)
    answer = browser.post(f"/portal/{case.number}/attach/", {"key": key, "files": [picture()]})
    assert answer.status_code == 422 and Attachment.objects.count() == 0


def test_a_retry_keeps_no_second_copy(reader, case_in):
    case = case_in("acting")
    browser = reader(case)
    key = key_in(browser.get(f"/portal/{case.number}/attach/").content.decode())
    for _ in range(2):
        assert browser.post(
            f"/portal/{case.number}/attach/", {"key": key, "files": [picture()]}
        ).status_code in (302, 422)
    assert Attachment.objects.count() == 1


def test_a_day_s_fill_is_counted_again_once_the_case_is_locked(reader, case_in, monkeypatch):
    """Two forms sent at once: each fits by itself, and both were measured before either was kept."""
    case = case_in("acting")
    browser = reader(case)
    measured = portal_access._check_fill
    monkeypatch.setattr(portal_access, "A_DAYS_FILES", 100)
    monkeypatch.setattr(portal_access, "_check_fill", lambda c, at, more=0: more or measured(c, at))
    answer = fill(browser, case, "attach", files=[picture(), picture("b.jpg")])
    assert answer.status_code == 422 and Attachment.objects.count() == 0


def test_a_case_carries_nine_files_whoever_adds_them(case_in, office_of_jinxiu):
    people, case = office_of_jinxiu, case_in("acting")
    held = [files.store(picture(f"{n}.jpg"), by=people.limin, at=NOON) for n in range(10)]
    actions.attach(case, held[:8], by=people.limin, at=NOON)
    with pytest.raises(Refused, match="9|nine|九"):
        actions.attach(case, held[8:], by=people.limin, at=NOON)
    with pytest.raises(Refused):
        actions.handle(case, note="修好了。", files=tuple(held[8:]), by=people.wanggong, at=NOON)
    actions.attach(case, held[8:9], by=people.limin, at=NOON)
    assert case.attachments.count() == 9
