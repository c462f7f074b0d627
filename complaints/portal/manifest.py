"""The owner's door as an app on his home screen: a web manifest, without a worker of its own."""

from __future__ import annotations

import json
from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from complaints.portal.given import given
from complaints.portal.visits import public_page

#: Side of each icon in pixels.
ICONS = (192, 512)


@public_page
@require_safe
def manifest(request: HttpRequest, *, at: datetime) -> HttpResponse:
    """Begins at the door of the estate that the page named; browsers ask for it without cookies.

    `?estate=JX&language=en`; what is unknown is left out.
    """
    estate = given(request, at).estate
    language = request.GET.get("language", "")
    if language not in dict(settings.LANGUAGES):
        language = settings.LANGUAGE_CODE
    start = reverse("portal_home") + (f"?estate={estate.code}" if estate else "")
    with translation.override(language):
        said = {
            "name": estate.name if estate else _("Property service"),
            "short_name": estate.name[:12] if estate else _("Property service"),
            "lang": "en" if language == "en" else "zh-Hans",
            "id": start,
            "start_url": start,
            "scope": reverse("portal_home"),
            "display": "standalone",
            "background_color": "#ffffff",
            "theme_color": "#23539f",
            "icons": [
                {"src": static(f"img/owners-{side}.png"), "sizes": f"{side}x{side}", "type": "image/png"}
                for side in ICONS
            ],
        }
    return HttpResponse(json.dumps(said, ensure_ascii=False), content_type="application/manifest+json")
