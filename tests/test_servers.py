"""What runs on which database, and what is told of it."""

from __future__ import annotations

import signal
from contextlib import nullcontext
from types import SimpleNamespace

import pytest
from _pytest.mark.expression import Expression

from tests import servers
from tests.conftest import pytest_collection_modifyitems as mark


@pytest.mark.parametrize(
    ("codes", "ends"),
    [((0, 0), 0), ((1, 0), 1), ((0, 1), 1), ((1, 1), 1), ((5, 0), 0), ((5, 5), 5), ((-9, 0), 1)],
)
def test_both_databases_are_run_whatever_became_of_the_first(codes, ends, monkeypatch, capfd) -> None:
    ran: list[str] = []

    def run(title: str, workers: int, env: dict[str, str], words: list[str]) -> int:
        ran.append(title)
        return codes[len(ran) - 1]

    monkeypatch.setattr(signal, "signal", lambda *_: None)
    monkeypatch.setattr(servers, "postgresql", lambda _folder: nullcontext("postgres://nowhere/"))
    monkeypatch.setattr(servers, "run_pytest", run)
    assert servers.main(["tests/test_servers.py"]) == ends
    assert ran == ["SQLite", "PostgreSQL"]
    wrong = [title for title, code in zip(ran, codes, strict=True) if code not in (0, 5)]
    last = capfd.readouterr().out.splitlines()[-1]
    assert last == ("== failed on " + " and on ".join(wrong) + " ==" if wrong else "== all passed ==")


@pytest.mark.parametrize("once", [True, False])
@pytest.mark.parametrize("browser", [True, False])
@pytest.mark.parametrize("timed", [True, False])
def test_each_test_runs_on_postgresql_and_what_writes_rows_on_sqlite_too(once, browser, timed) -> None:
    marked = {"once": once, "browser": browser, "timed": timed}
    for runs in (servers.RUNS, servers.SHORT):
        ran = [
            title.partition(",")[0]
            for title, _workers, marks in runs
            if not marks or Expression.compile(marks).evaluate(lambda name, **_: marked[name])
        ]
        assert ran == (["PostgreSQL"] if once or browser else ["SQLite", "PostgreSQL"])


def test_the_whole_suite_runs_in_three_parts_each_told_of(monkeypatch, capfd) -> None:
    ran: list[tuple[str, int, list[str]]] = []

    def run(title: str, workers: int, env: dict[str, str], words: list[str]) -> int:
        ran.append((title, workers, words))
        return int("clock" in title)

    monkeypatch.setattr(signal, "signal", lambda *_: None)
    monkeypatch.setattr(servers, "postgresql", lambda _folder: nullcontext("postgres://nowhere/"))
    monkeypatch.setattr(servers, "make_ready", lambda *_: {})
    monkeypatch.setattr(servers, "run_pytest", run)
    assert servers.main(["-x"]) == 1
    assert ran == [(title, workers, ["-m", marks, "-x"]) for title, workers, marks in servers.RUNS]
    assert capfd.readouterr().out.splitlines()[-1] == "== failed on PostgreSQL, browser and clock =="


@pytest.mark.parametrize(
    ("fixtures", "mark_of_its_own", "expected"),
    [
        (["tmp_path"], None, ["once"]),
        (["limin", "db"], None, []),
        (["transactional_db"], None, []),
        ([], "django_db", []),
    ],
)
def test_what_uses_no_rows_runs_once(fixtures, mark_of_its_own, expected) -> None:
    marked: list[str] = []
    item = SimpleNamespace(
        fixturenames=fixtures,
        get_closest_marker=lambda name: name == mark_of_its_own,
        add_marker=marked.append,
    )
    mark([item])
    assert marked == expected
