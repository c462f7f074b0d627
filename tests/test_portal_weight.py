"""What a first visit to the owner's door weighs, and that it asks for nothing it does not need."""

from __future__ import annotations

import pytest

from tests.weights import first_visit

pytestmark = pytest.mark.django_db
MOST_BYTES = 60 * 1024


@pytest.mark.parametrize("path", ["/portal/", "/portal/report/", "/portal/find/", "/portal/mine/"])
def test_a_first_visit_weighs_sixty_kilobytes_at_most(client, jinxiu, path) -> None:
    assert b"htmx.min.js" not in client.get(path).content
    assert first_visit(client, path) <= MOST_BYTES
