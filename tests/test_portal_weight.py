"""What a first visit to the owner's door weighs, and that it asks for nothing it does not need."""

from __future__ import annotations

import gzip
import re

import pytest
from django.conf import settings

pytestmark = pytest.mark.django_db
MOST_BYTES = 60 * 1024


@pytest.mark.parametrize("path", ["/portal/", "/portal/report/", "/portal/find/", "/portal/mine/"])
def test_a_first_visit_weighs_sixty_kilobytes_at_most(client, jinxiu, path) -> None:
    page = client.get(path).content
    asked = re.findall(rb'(?:href|src)="/static/([^"]+)"', page)
    assert not [name for name in asked if b"htmx" in name]
    weights = [len(gzip.compress(page, 6))]
    for name in asked:
        weights.append(len(gzip.compress((settings.BASE_DIR / "static" / name.decode()).read_bytes(), 6)))
    assert len(weights) > 6
    assert sum(weights) <= MOST_BYTES
