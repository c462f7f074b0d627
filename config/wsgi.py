import os
from typing import Any

from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.urls import get_resolver

from config import limits
from config.celery import app as celery
from config.framework.request_guard import without_odd_type

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django = get_wsgi_application()
limits.for_pages(connections.settings["default"])
celery.conf.update(limits.QUEUE)
get_resolver().url_patterns  # noqa: B018 (loads every page's code once, before the workers part)


def application(environ: dict[str, Any], start_response: Any) -> Any:
    return django(without_odd_type(environ), start_response)
