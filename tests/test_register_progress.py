"""How far a register is while its rows are written, seen on another connection: on SQLite one transaction
keeps every other writer out."""

import re

import pytest
from django.utils import timezone

from owners.importing import jobs, progress
from owners.models import RegisterLoad, Unit
from tests.ledgers import csv_bytes
from tests.racing import race
from tests.register_jobs import CHECK, HEADER, LEASE, MINUTE, kept, work

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def job(jinxiu, chenfang, monkeypatch) -> RegisterLoad:
    monkeypatch.setattr("owners.importing.line.PACE", 0)
    monkeypatch.setattr("owners.actions.MOST_AT_ONCE", 100)
    rows = [[f"1-1-{n}", f"李{n}号店", f"1380013{n:04}", ""] for n in range(1, 301)]
    job = jobs.ask(jinxiu, chenfang, csv_bytes([HEADER, *rows]), "台账.csv", "en", timezone.now())
    work()
    return jobs.confirm(job, chenfang, timezone.now(), skip_bad=False)


def test_somebody_else_sees_how_far_it_is_and_none_of_the_rows(job, browser_of, chenfang, monkeypatch):
    browser = browser_of(chenfang)
    seen: list[tuple[str, int]] = []
    enter = progress.tell

    def look() -> None:
        page = browser.get(CHECK, headers={"HX-Request": "true"}).content.decode()
        rows = re.search(r"(\d+) of 300 rows", page)
        seen.append((rows[1] if rows else page, Unit.objects.count()))

    def tell(stored, word):
        enter(stored, word)
        assert race(look) == [None]

    monkeypatch.setattr(progress, "tell", tell)
    assert work() == 1
    done = [int(rows) for rows, _units in seen]
    assert done == sorted(done) and len(set(done)) > 5 and done[-1] == 300
    assert {units for _rows, units in seen} == {0}
    assert Unit.objects.count() == 300 and kept() == []


def test_a_load_that_fails_leaves_no_word_behind(job, chenfang, monkeypatch):
    def break_down(*args, **kwargs):
        raise ZeroDivisionError

    monkeypatch.setattr("owners.actions.bulk_create_with_history", break_down)
    with pytest.raises(ZeroDivisionError):
        work()
    assert kept() == [] and not Unit.objects.exists()


def test_the_word_of_a_worker_before_is_not_this_ones(job):
    later = timezone.now()
    progress.tell(job.stored, progress.Progress(250, 300, later - LEASE))
    taken = jobs.take(later)
    assert (jobs.how_far(taken).done, taken.seen_at) == (0, later)
    progress.tell(job.stored, progress.Progress(50, 300, later + MINUTE))
    assert (jobs.how_far(taken).done, taken.seen_at) == (50, later + MINUTE)
