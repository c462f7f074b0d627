"""李敏 at her desk in a real Chromium: what the browser tests of the desk share."""

import pytest


@pytest.fixture
def desk_page(
    chromium, live_server, client, transactional_db, office_of_jinxiu, engineering, xiongxia, categories
):
    client.force_login(office_of_jinxiu.limin)
    context = chromium.new_context(locale="en-GB", base_url=live_server.url)
    session = client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    page = context.new_page()
    page.complaints = []
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.on("console", lambda line: page.complaints.append(line.text) if "Security" in line.text else None)
    page.goto("/desk/")
    yield page
    assert page.complaints == []
    context.close()
