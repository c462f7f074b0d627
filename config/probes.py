"""`/livez` and `/readyz`, for the balancer: before host, https, session and language are looked at.

`/livez`: this process answers; nothing else is asked. `/readyz`: it can serve, because the database
answers and has every table this version knows. Whether the timers run is `/healthz`'s to say.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse, JsonResponse

Answer = Callable[[HttpRequest], HttpResponse]


def probes(get_response: Answer) -> Answer:
    doors: dict[str, Callable[[], JsonResponse]] = {"/livez": livez, "/readyz": readyz}

    def middleware(request: HttpRequest) -> HttpResponse:
        door = doors.get(request.path_info)
        return door() if door else get_response(request)

    return middleware


def livez() -> JsonResponse:
    return answer(200, ok=True)


def readyz() -> JsonResponse:
    try:
        known = set(MigrationRecorder.Migration.objects.values_list("app", "name"))
    except DatabaseError:
        connection.close()
        return answer(503, ok=False, database=False)
    migrated = newest() <= known
    return answer(200 if migrated else 503, ok=migrated, database=True, migrated=migrated)


@cache
def newest() -> frozenset[tuple[str, str]]:
    """The last migration of each app, as the files of this version have it."""
    return frozenset(MigrationLoader(None).graph.leaf_nodes())


def answer(status: int, **facts: bool) -> JsonResponse:
    return JsonResponse(facts, status=status, headers={"Cache-Control": "no-store"})
