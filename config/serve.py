"""The web process: makes the data ready, then serves pages with gunicorn, whose options it takes.

One process does both because loading Django twice would double the start.
"""

import os
import sys
from pathlib import Path

import django
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, connections
from django.db.migrations.executor import MigrationExecutor
from gunicorn.app.wsgiapp import run


def static_files_changed() -> bool:
    """Since they were last collected; compressing them takes longer than all the rest."""
    collected = Path(settings.STATIC_ROOT, "staticfiles.json")
    sources = (storage.path(path) for finder in get_finders() for path, storage in finder.list([]))
    return not collected.exists() or collected.stat().st_mtime < max(map(os.path.getmtime, sources))


def prepare() -> None:
    """Tables, in production the static files, in the demo its company and the log-ins."""
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
