"""What a problem's type means: the address in each problem leads here."""

from __future__ import annotations

from django.http import Http404, HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from complaints.api.problems import PROBLEMS


@require_safe
def problem(request: HttpRequest, code: str) -> JsonResponse:
    if code not in PROBLEMS:
        raise Http404
    said = {"code": code, "status": PROBLEMS[code].status, "title": str(PROBLEMS[code].title)}
    return JsonResponse(said, json_dumps_params={"ensure_ascii": False})
