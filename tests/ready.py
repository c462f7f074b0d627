"""Databases that are migrated once for a whole run; workers of pytest and programs in tests take copies.

From nothing the tables take half a minute of a core. `main` of tests/servers.py makes both beforehand and
names them to pytest in the environment; where nobody did, everybody migrates for himself.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import psycopg

ROOT = Path(__file__).resolve().parent.parent
FILE, TEMPLATE = "SHOUWEN_READY_DATABASE", "SHOUWEN_READY_TEMPLATE"
DUMP = "SHOUWEN_READY_DUMP"


def postgresql_programs() -> Path:
    """The folder of the newest PostgreSQL's programs."""
    return sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: int(p.parent.name))[-1]


def make_ready(folder: Path, postgresql_url: str) -> dict[str, str]:
    """An SQLite file and a PostgreSQL template, migrated side by side, and what fills another server.

    Answers the variables that name them.
    """
    file, template, dump = folder / "ready.sqlite3", "ready", folder / "ready.sql"
    with _connected(postgresql_url) as server:
        server.execute(f"CREATE DATABASE {template}")
    urls = f"sqlite:///{file}", f"{postgresql_url.rpartition('/')[0]}/{template}"
    command = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    var = {"SHOUWEN_VAR": str(folder / "var")}
    both = [subprocess.Popen(command, cwd=ROOT, env=os.environ | var | {"DATABASE_URL": url}) for url in urls]
    if any([each.wait() for each in both]):
        raise SystemExit("The databases could not be migrated.")
    pg_dump = postgresql_programs() / "pg_dump"
    subprocess.run([pg_dump, "--no-owner", "--file", dump, urls[1]], check=True)  # a template is left alone
    return {FILE: str(file), TEMPLATE: template, DUMP: str(dump)}


def _connected(url: str) -> psycopg.Connection:
    """As soon as the server takes one: its port is open a moment before."""
    for _ in range(300):
        with suppress(psycopg.OperationalError):
            return psycopg.connect(url, autocommit=True)
        time.sleep(0.1)
    return psycopg.connect(url, autocommit=True)


def lay_ready_file(at: Path) -> None:
    """A migrated SQLite file where a program will look for its own; if none is ready it migrates itself."""
    if ready := os.environ.get(FILE):
        at.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ready, at)


def lay_ready_tables(url: str) -> None:
    """The same in an empty PostgreSQL of a test's own."""
    if dump := os.environ.get(DUMP):
        _connected(url).close()
        psql = [postgresql_programs() / "psql", "--quiet", "--set", "ON_ERROR_STOP=1", "--file", dump, url]
        subprocess.run(psql, check=True, stdout=subprocess.DEVNULL)
