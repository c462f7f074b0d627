"""What staff's first pages weigh, and that pages travel compressed."""

from __future__ import annotations

import pytest

from tests.list_pages import copies
from tests.weights import first_visit

pytestmark = pytest.mark.django_db
MOST_BYTES = 150 * 1024


def test_first_visits_of_staff_weigh_150_kilobytes_at_most(client, walk_in, chenfang) -> None:
    """The way in, today, the desk, a full page of the queue, a case; each as if nothing were kept."""
    way_in = first_visit(client, "/accounts/login/")
    case = walk_in()
    copies(case, 60)
    client.force_login(chenfang)
    for path in ("/", "/desk/", "/cases/?view=open", f"/cases/{case.number}/"):
        assert max(way_in, first_visit(client, path)) <= MOST_BYTES, path


def test_pages_are_compressed_for_who_takes_it_and_padded_by_chance(client, limin) -> None:
    client.force_login(limin)
    plain = client.get("/")
    assert "Content-Encoding" not in plain.headers and "Accept-Encoding" in plain.headers["Vary"]
    lengths = {len(client.get("/inbox/", headers={"accept-encoding": "gzip"}).content) for _ in range(8)}
    assert len(lengths) > 1  # BREACH: the length tells nothing


def test_what_is_no_page_is_left_as_it_is(client, jinxiu) -> None:
    answer = client.get("/portal/app.webmanifest", headers={"accept-encoding": "gzip"})
    assert answer.status_code == 200 and len(answer.content) > 200
    assert "Content-Encoding" not in answer.headers
