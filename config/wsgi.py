import os
from typing import Any

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django = get_wsgi_application()
get_resolver().url_patterns  # noqa: B018 (loads every page's code once, before the workers part)


def application(environ: dict[str, Any], start_response: Any) -> Any:
    from staff.guard import without_odd_type

    return django(without_odd_type(environ), start_response)
