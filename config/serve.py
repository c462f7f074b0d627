"""The web process: makes the data ready, then serves pages with gunicorn, whose options it takes.

One process does both because loading Django twice would double the start.
"""

import os
import sys
import time
from pathlib import Path

import django
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import DatabaseError, OperationalError, connection, connections
from django.db.migrations.executor import MigrationExecutor
from django.utils.timezone import now
from gunicorn.app.wsgiapp import run

#: Seconds to wait for a database that is not up yet, unless DATABASE_WAIT says otherwise.
DATABASE_WAIT = "60"


def wait_for_the_database() -> None:
    """Machines start their programs in any order. Raises OperationalError when it does not come up in time.

    Raises ImproperlyConfigured for a DATABASE_WAIT that is no number.
    """
    seconds = os.environ.get("DATABASE_WAIT", DATABASE_WAIT)
    if not seconds.isdecimal():
        raise ImproperlyConfigured(f"DATABASE_WAIT={seconds!r}: set it to a number of seconds.")
    end = time.monotonic() + int(seconds)
    said = ""
    while True:
        try:
            return connection.ensure_connection()
        except OperationalError as error:
            if connection.vendor == "sqlite" or time.monotonic() >= end:
                raise
            if str(error) != said:  # once for each reason: refused, then starting up
                said = str(error)
                print(f"Waiting up to {seconds} s for the database: {said.strip()}", flush=True)
        time.sleep(1)


def static_files_changed() -> bool:
    """Since they were last collected; compressing them takes longer than all the rest."""
    collected = Path(str(settings.STATIC_ROOT), "staticfiles.json")
    sources = (storage.path(path) for finder in get_finders() for path, storage in finder.list([]))
    return not collected.exists() or collected.stat().st_mtime < max(map(os.path.getmtime, sources))


def prepare() -> None:
    """Tables, in production the static files, in the demo its company and the log-ins."""
    # What knows rows is loaded only now that Django is set up.
    from complaints.management.commands import demo
    from staff.permissions import nobody_works_here

    wait_for_the_database()
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        print("Preparing the database …", flush=True)
        call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    if settings.PRODUCTION and static_files_changed():
        print("Compressing the static files …", flush=True)
        call_command("collectstatic", verbosity=0, interactive=False)
    if settings.DEMO:
        call_command("demo", "--if-empty")
        call_command("demo", "--logins")
    else:
        demo.refuse_half_of_one()
    if nobody_works_here(now()):
        print("Nobody can sign in yet. To begin: .venv/bin/python manage.py begin", flush=True)
    connections.close_all()  # the processes gunicorn forks must not share one


if __name__ == "__main__":
    try:
        django.setup()
        prepare()
    except (ImproperlyConfigured, CommandError) as refusal:
        sys.exit(str(refusal))
    except DatabaseError as error:
        sys.exit(f"The database cannot be used: {error}")
    run()
