"""Pages that say no: the shell stays around them, they say why and who can, and lead on."""

from __future__ import annotations

import pytest
from django.test import Client

from complaints.case_numbers import clean, compose
from config.framework.refusals import Refused
from staff import actions as office
from staff.roles import Role
from tests.cast import march, person

pytestmark = pytest.mark.django_db


def page(user, path: str, language: str = "en", **sent) -> tuple[int, str]:
    client = Client(headers={"accept-language": language})
    if user:
        office.set_language(user, language)
        client.force_login(user)
    answer = client.post(path, sent) if sent else client.get(path)
    return answer.status_code, answer.content.decode()


def in_shell(text: str) -> bool:
    return 'class="shell"' in text and 'role="search"' in text


def test_a_case_that_is_not_there_and_one_of_another_estate_are_answered_alike(
    case_in, stranger, office_of_jinxiu
) -> None:
    case = case_in("acting")
    status, text = page(stranger, f"/cases/{case.number}/")
    assert status == 404 and in_shell(text) and f"{case.number} is not there for you" in text
    missing = "JX-2026-999997"
    missing = compose("JX", 2026, 99999)
    assert clean(missing)
    assert page(stranger, f"/cases/{missing}/")[1].replace(missing, case.number).count(
        "is not there"
    ) == text.count("is not there")


def test_no_such_page_keeps_the_shell_for_who_is_signed_in(limin) -> None:
    assert in_shell(page(limin, "/nowhere/")[1])
    status, text = page(None, "/nowhere/")
    assert status == 404 and not in_shell(text)


def test_what_is_not_open_says_whose_it_is_and_who_one_is(auditor, handler_only) -> None:
    status, text = page(auditor, "/desk/")
    assert status == 403 and in_shell(text)
    assert "This part belongs to: Front desk / Duty desk" in text and "You work here as: Auditor." in text
    status, text = page(handler_only, "/reports/", "zh-hans")
    assert status == 403 and in_shell(text) and "经办人" in text


@pytest.fixture
def handler_only(jinxiu):
    return person("lone", "独自", Role.HANDLER, estate=jinxiu)


def test_too_much_is_answered_with_the_limit_in_the_person_s_language(limin, settings) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
    status, text = page(limin, "/desk/", content="长" * 600_000)
    assert status == 413 and "1 MB" in text and "could not be kept" in text and in_shell(text)
    status, text = page(limin, "/desk/", "zh-hans", content="长" * 600_000)
    assert status == 413 and "1 MB" in text and "未能保留" in text
    status, text = page(None, "/portal/find/", content="长" * 600_000)
    assert status == 413 and not in_shell(text)


def test_registers_stand_in_the_rail_of_all_who_may_read_them(auditor, admin) -> None:
    for user in (auditor, admin):
        assert 'href="/registers/"' in page(user, "/profile/")[1]
        assert page(user, "/registers/")[0] in (200, 302)


# Who stands in --------------------------------------------------------------------------------------


def test_only_who_could_stand_in_is_offered(limin, wanggong, chenfang, auditor, admin, stranger) -> None:
    text = page(limin, "/profile/")[1]
    offered = text[text.index('name="deputy"') :]
    for colleague in (wanggong, chenfang):
        assert str(colleague) in offered
    for other in (auditor, admin, stranger):
        assert f">{other}<" not in offered


def test_others_are_refused_with_a_sentence(limin, wuzong, chenfang, auditor, admin, stranger) -> None:
    times = {"starts_at": march(3), "ends_at": march(4)}
    for other in (auditor, admin, stranger):
        with pytest.raises(Refused, match=str(other)):
            office.leave_office(limin, deputy=other, by=limin, **times)
        status, text = page(
            limin,
            "/profile/absences/",
            starts_at="2036-03-03T09:00",
            ends_at="2036-03-04T09:00",
            deputy=other.pk,
        )
        assert status == 422 and "others cannot stand in" in text
    office.leave_office(limin, deputy=chenfang, by=limin, **times)
    office.leave_office(wuzong, deputy=chenfang, by=wuzong, **times)
    office.leave_office(auditor, deputy=None, by=auditor, **times)
