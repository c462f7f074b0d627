"""The icon that browsers ask for where no page names one."""

import pytest

pytestmark = pytest.mark.django_db


def test_an_icon_is_there_where_no_page_names_one(client):
    address = client.get("/favicon.ico")
    assert address.status_code == 302
    icon = client.get(address.url)
    assert icon.status_code == 200 and icon.headers["Content-Type"].startswith("image/svg+xml")
    assert b"<svg" in b"".join(icon.streaming_content)
    icon.close()
