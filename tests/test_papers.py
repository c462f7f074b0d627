"""Papers go through the worker: asked for, waited for, fetched by who asked alone, gone after an hour."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape
from kombu.exceptions import OperationalError

from complaints import sweep
from complaints.models import Complaint
from reports import papers, paperwork, tasks
from reports.models import Paper
from reports.views import papers as pages
from tests.cast import HOUR, MINUTE
from tests.markup import markup

pytestmark = pytest.mark.django_db
State = Paper.State
SECOND = timedelta(seconds=1)


@pytest.fixture
def no_worker(monkeypatch) -> None:
    """Nobody takes a paper up until the test does; a request does not wait for that."""
    monkeypatch.setattr(pages, "wake", lambda row: None)
    monkeypatch.setattr(pages, "PATIENCE", 0)


@pytest.fixture
def quick(monkeypatch) -> None:
    """Setting a page is not what these tests are about."""
    monkeypatch.setattr(papers.pdf, "render", lambda *_args, **_words: b"%PDF-1.7 quick")


@pytest.fixture
def asks(client, quick):
    """Ask for the case sheet of a case, as a person."""

    def ask(person, case):
        client.force_login(person)
        return client.get(reverse("reports:case_sheet", args=[case.number]))

    return ask


def test_a_paper_that_is_ready_at_once_is_the_answer(asks, limin, case_in):
    answer = asks(limin, case_in("acting"))
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert answer["Cache-Control"] == "private, no-store" and answer.content.startswith(b"%PDF-")


def test_a_page_waits_for_a_paper_that_is_not(asks, client, limin, case_in, no_worker):
    case = case_in("acting")
    answer = asks(limin, case)
    paper = Paper.objects.get()
    assert (answer.status_code, answer.url) == (302, paper.get_absolute_url())
    waiting = client.get(answer.url, headers={"accept-language": "en"})
    page = markup(waiting)
    assert waiting.status_code == 202 and 'hx-trigger="every 1s"' in page
    assert '<noscript><meta http-equiv="refresh"' in page  # whoever reads slowly is not thrown back
    part = client.get(answer.url, headers={"HX-Request": "true"})
    assert part.status_code == 202 and "<html" not in part.content.decode() and 'id="paper"' in markup(part)
    assert paperwork.make_next(timezone.now())
    assert client.get(answer.url, headers={"HX-Request": "true"})["HX-Refresh"] == "true"
    ready = client.get(answer.url)
    assert (ready.status_code, ready["Content-Type"]) == (200, "application/pdf")
    assert "inline" in ready["Content-Disposition"] and case.number in ready["Content-Disposition"]


def test_the_page_says_when_nobody_works_and_when_it_is_given_up(asks, client, limin, case_in, no_worker):
    limin.language = "en"
    limin.save()
    address = asks(limin, case_in("acting")).url
    for age, words in (
        (19 * SECOND, ""),
        (MINUTE, "The worker does not answer"),
        (2 * HOUR, "within an hour"),
    ):
        Paper.objects.update(asked_at=timezone.now() - age)
        page = client.get(address).content.decode()
        assert words in page and ("does not answer" in page) is (age == MINUTE)
        assert ("http-equiv" in page) is ("hx-get" in page) is (age < HOUR), "it does not look for ever"


def test_asking_again_while_it_waits_gives_the_same_paper(asks, limin, case_in, no_worker):
    case = case_in("acting")
    assert asks(limin, case).url == asks(limin, case).url
    paperwork.make_next(timezone.now())
    asks(limin, case)
    assert Paper.objects.count() == 2, "one that is made shows the case as it was"


def test_so_many_of_one_person_wait_and_no_more(asks, client, limin, office_of_jinxiu, case_in, no_worker):
    limin.language = "en"
    limin.save()
    cases = [case_in("acting") for _ in range(paperwork.AT_ONCE + 1)]
    for case in cases[:-1]:
        assert asks(limin, case).status_code == 302
    refused = asks(limin, cases[-1])
    assert refused.status_code == 429 and escape("4 of your documents are still") in refused.content.decode()
    assert Paper.objects.count() == paperwork.AT_ONCE
    assert asks(office_of_jinxiu.chenfang, cases[-1]).status_code == 302, "others have their own"
    paperwork.make_next(timezone.now())
    assert asks(limin, cases[-1]).status_code == 302


def test_only_who_asked_fetches_it_and_only_while_he_may_read_it(
    asks, client, limin, office_of_jinxiu, case_in, no_worker
):
    case = case_in("acting")
    address = asks(limin, case).url
    paperwork.make_next(timezone.now())
    client.force_login(office_of_jinxiu.zhoujun)
    assert client.get(address).status_code == 404, "his superior neither"
    client.logout()
    assert client.get(address).status_code == 302
    client.force_login(limin)
    assert client.get(address).status_code == 200
    limin.postings.all().delete()
    assert client.get(address).status_code == 404


def test_a_paper_that_names_the_customer_is_closed_when_he_goes_into_hiding(
    asks, client, office_of_jinxiu, case_in, no_worker
):
    """What was open when it was asked for may be closed when it is fetched."""
    case = case_in("acting")
    address = asks(office_of_jinxiu.wanggong, case).url
    paperwork.make_next(timezone.now())
    assert client.get(address).status_code == 200
    Complaint.objects.filter(pk=case.pk).update(identity_hidden=True)
    assert client.get(address).status_code == 404


def test_it_is_thrown_away_after_an_hour(asks, client, limin, case_in):
    asks(limin, case_in("acting"))
    paper = Paper.objects.get()
    assert paperwork.forget(paper.asked_at + HOUR - SECOND) == 0
    assert paperwork.forget(paper.asked_at + HOUR) == 1
    assert client.get(paper.get_absolute_url()).status_code == 404


def test_the_clean_up_asks_the_guard_for_the_time(asks, limin, case_in, monkeypatch):
    asks(limin, case_in("acting"))
    Paper.objects.update(asked_at=timezone.now() - 2 * HOUR)
    monkeypatch.setattr(sweep, "skew", lambda now: HOUR)
    with pytest.raises(sweep.ClockSkew):
        tasks.forget()
    assert Paper.objects.exists()
    monkeypatch.undo()
    tasks.forget()
    assert not Paper.objects.exists()


def test_the_customers_link_is_kept_until_it_is_printed(client, limin, case_in, quick, no_worker):
    case = case_in("acting")
    client.force_login(limin)
    client.post(reverse("reports:receipt", args=[case.number]), {"fresh": "1"})
    paper = Paper.objects.get()
    assert "/r/" in paper.link
    paperwork.make_next(timezone.now())
    paper.refresh_from_db()
    assert (paper.state, paper.link) == (State.DONE, "")


def test_one_that_fails_says_why(asks, client, limin, case_in, monkeypatch):
    def choke(*_args, **_words):
        raise papers.pdf.ReportError("It is too long.")

    case = case_in("acting")
    asks(limin, case)
    monkeypatch.setattr(papers.pdf, "render", choke)
    answer = asks(limin, case)
    assert answer.status_code == 503 and "It is too long." in answer.content.decode()


def test_an_unexpected_error_ends_as_failed(asks, limin, case_in, monkeypatch, no_worker):
    asks(limin, case_in("acting"))
    monkeypatch.setattr(papers, "case_sheet", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        paperwork.make_next(timezone.now())
    assert Paper.objects.get().state == State.FAILED and "ZeroDivisionError" in Paper.objects.get().reason


def test_a_worker_that_died_is_followed_and_leaves_no_trace_when_it_wakes(asks, limin, case_in, no_worker):
    asks(limin, case_in("acting"))
    now = timezone.now()
    dead = paperwork.take(now)
    assert not paperwork.waits(now + MINUTE)
    assert paperwork.make_next(now + paperwork.LEASE + SECOND)
    dead.link = ""
    paperwork._end(dead, State.FAILED, reason="late")
    assert Paper.objects.get().state == State.DONE


# The queue ------------------------------------------------------------------------------------------
def test_the_worker_makes_all_that_wait_and_leaves_its_place(asks, limin, case_in, no_worker):
    for _ in range(3):
        asks(limin, case_in("acting"))
    tasks.papers()
    assert set(Paper.objects.values_list("state", flat=True)) == {State.DONE}
    with paperwork.alone() as mine:
        assert mine


def test_one_process_of_a_machine_makes_papers_and_the_others_go_on(asks, limin, case_in, no_worker):
    asks(limin, case_in("acting"))
    with paperwork.alone() as mine:
        assert mine
        tasks.papers()  # as in another process: it neither waits nor makes
        assert Paper.objects.get().state == State.ASKED
    tasks.papers()
    assert Paper.objects.get().state == State.DONE


def test_the_timers_have_their_turn_after_some_papers(asks, limin, case_in, no_worker, monkeypatch):
    again = []
    monkeypatch.setattr(tasks.papers, "delay", lambda: again.append(1))
    monkeypatch.setattr(tasks, "TURN", 2)
    for _ in range(3):
        asks(limin, case_in("acting"))
    tasks.papers()
    assert Paper.objects.filter(state=State.DONE).count() == 2 and again == [1]


def test_few_requests_wait_at_once_and_none_for_long(monkeypatch, asks, limin, case_in):
    """The third goes to the page that waits, at once: its thread serves others."""
    monkeypatch.setattr(pages, "wake", lambda row: None)
    held = [pages._places.acquire(blocking=False) for _ in range(2)]
    try:
        begin = time.monotonic()
        assert held == [True, True] and asks(limin, case_in("acting")).status_code == 302
    finally:
        for _ in held:
            pages._places.release()
    monkeypatch.setattr(pages, "PATIENCE", 0.3)
    begin = time.monotonic()
    assert asks(limin, case_in("acting")).status_code == 302
    assert 0.3 <= time.monotonic() - begin < 10
    assert pages._places.acquire(blocking=False)
    pages._places.release()


def test_a_queue_that_cannot_be_reached_keeps_the_paper_and_is_left_alone(asks, limin, case_in, monkeypatch):
    tried = []

    def refuse():
        tried.append(1)
        raise OperationalError("no broker")

    monkeypatch.setattr(tasks, "_silent_until", 0.0)
    monkeypatch.setattr(tasks.papers, "delay", refuse)
    monkeypatch.setattr(pages, "wake", lambda row: tasks.wake(tasks.papers))
    monkeypatch.setattr(pages, "PATIENCE", 0)
    for _ in range(2):
        assert asks(limin, case_in("acting")).status_code == 302
    assert set(Paper.objects.values_list("state", flat=True)) == {State.ASKED} and tried == [1]
