"""Versions of the rules: edited on a page, looked at in words, saved once, read by what begins after."""

from __future__ import annotations

import re
from copy import deepcopy
from html import unescape
from typing import Any

import pytest
from django.utils import translation

from complaints import actions
from complaints.actions.policy_versions import Overtaken, save_policy
from complaints.models import PolicyVersion
from complaints.policy import DEFAULTS
from complaints.views.office import policy as page
from config.framework.refusals import Refused
from tests.cast import march
from tests.looking import clock_of
from tests.markup import markup
from tests.racing import race

pytestmark = pytest.mark.django_db
PATH = "/settings/policy/"


@pytest.fixture(autouse=True)
def _at_the_office_clock(office_clock, monkeypatch) -> None:
    monkeypatch.setattr(page, "now", lambda: office_clock.now)


def fields(response) -> dict[str, Any]:
    """What the browser would send back of the form as it stands."""
    said: dict[str, Any] = {}
    html = markup(response)
    for tag in re.findall(r"<input[^>]*>", html):
        attrs = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        name, kind = attrs.get("name"), attrs.get("type")
        if not name or name == "csrfmiddlewaretoken":
            continue
        if kind == "checkbox":
            if re.search(r"\bchecked\b", tag):
                said.setdefault(name, []).append(attrs.get("value", "on"))
        elif kind != "search":
            said[name] = unescape(attrs.get("value", ""))
    for name, options in re.findall(r'<select name="([^"]+)"[^>]*>(.*?)</select>', html, re.S):
        said[name] = re.search(r'value="([^"]*)" selected', options)[1]
    return said


def text(response) -> str:
    return unescape(re.sub(r"<[^>]+>", "", markup(response)))


def rules(**limits: str) -> dict[str, Any]:
    data = deepcopy(DEFAULTS)
    data["clocks"]["resolve"]["limits"] |= limits
    return data


def test_the_page_as_it_stands_changes_nothing(read, write, admin):
    said = fields(read(admin, PATH))
    answer = write(admin, PATH, said)
    assert answer.status_code == 422 and "Nothing was changed." in text(answer)


def test_a_change_is_shown_in_words_then_saved_with_its_reason(read, write, admin, case_in):
    case_in("acting")
    said = fields(read(admin, PATH)) | {
        "clocks.resolve.limits.important_0": "2", "clocks.resolve.limits.important_1": "working days",
    }  # fmt: skip
    look = write(admin, PATH, said)
    assert look.status_code == 200
    assert "Handling, Limit, Important: 3 days → 2 working days" in text(look)
    assert "1 open case keeps version 1." in text(look)
    assert PolicyVersion.objects.count() == 1
    missing = write(admin, PATH, fields(look))
    assert missing.status_code == 422 and "Say why the rules change." in text(missing)
    saved = write(admin, PATH, fields(look) | {"note": "公司 2026 年服务承诺"})
    assert saved["Location"] == "/settings/policy/versions/"
    version = PolicyVersion.objects.get(number=2)
    assert (version.created_by, version.created_at, version.note) == (
        admin, march(2, 12), "公司 2026 年服务承诺",
    )  # fmt: skip
    assert version.data == rules(important="2 working days")
    listed = text(read(admin, "/settings/policy/versions/"))
    assert "公司 2026 年服务承诺" in listed and "3 days → 2 working days" in listed


def test_a_limit_that_lies_the_wrong_way_round_is_remarked_on_and_can_be_saved(read, write, admin):
    said = fields(read(admin, PATH)) | {
        "clocks.resolve.limits.important_0": "1", "clocks.resolve.limits.important_1": "hours",
    }  # fmt: skip
    look = write(admin, PATH, said)
    assert look.status_code == 200
    assert "Handling: Important has 1 hour, less than Minor with 1 day." in text(look)
    assert write(admin, PATH, fields(look) | {"note": "试行"}).status_code == 302
    later = fields(read(admin, PATH)) | {"clocks.reply.limits.any_0": "20"}
    assert "less than Minor" not in text(write(admin, PATH, later))  # it was meant so


def test_each_error_stands_at_its_field_and_what_was_typed_stays(read, write, admin):
    said = fields(read(admin, PATH)) | {
        "clocks.resolve.limits.minor_0": "900", "warning_share": "120", "clocks.reply.limits.any_0": "",
    }  # fmt: skip
    answer = write(admin, PATH, said)
    assert answer.status_code == 422
    for sentence in ("A limit is a year at most", "between 5 and 95 %", "This must not be empty"):
        assert sentence in text(answer)
    assert 'value="900"' in answer.content.decode()
    assert PolicyVersion.objects.count() == 1


def test_new_cases_go_by_the_newest_and_running_clocks_keep_their_version(
    walk_in, case_in, admin, office_of_jinxiu
):
    people = office_of_jinxiu
    before = case_in("acting", severity="important", at=march(2, 9))
    waiting = walk_in(march(2, 9))
    save_policy(rules(important="2 days"), started_from=1, note="承诺", by=admin, at=march(2, 10))
    after = case_in("acting", severity="important", at=march(2, 11))
    assert (clock_of(after, "resolve").policy.number, clock_of(after, "resolve").due_at) == (2, march(4, 11))
    assert (clock_of(before, "resolve").policy.number, clock_of(before, "resolve").due_at) == (1, march(5, 9))
    actions.classify(
        waiting, severity="important", category=waiting.category, handler=people.wanggong,
        department=None, by=people.chenfang, at=march(2, 12),
    )  # fmt: skip
    assert (clock_of(waiting, "resolve").policy.number, clock_of(waiting, "resolve").due_at) == (
        2,
        march(4, 9),
    )
    actions.regrade(before, severity="major", note="多户", by=people.chenfang, at=march(2, 13))
    actions.regrade(before, severity="important", note="复核", by=people.chenfang, at=march(2, 14))
    assert (clock_of(before, "resolve").policy.number, clock_of(before, "resolve").due_at) == (2, march(4, 9))


def test_the_second_of_two_administrators_is_told_and_loses_nothing(read, write, admin, wuzong):
    said = fields(read(admin, PATH)) | {"clocks.reply.limits.any_0": "12"}
    save_policy(rules(minor="2 days"), started_from=1, note="其他人", by=admin, at=march(2, 11))
    answer = write(admin, PATH, said)
    assert answer.status_code == 409
    assert "has saved version 2 meanwhile" in text(answer)
    assert "Handling, Limit, Minor: 1 day → 2 days" in text(answer)
    merged = fields(answer)
    assert (merged["started_from"], merged["clocks.reply.limits.any_0"]) == ("2", "12")
    assert merged["clocks.resolve.limits.minor_0"] == "2"
    write(admin, PATH, merged | {"save": "1", "note": "合并"})
    newest = PolicyVersion.objects.get(number=3).data
    assert newest["clocks"]["reply"]["limits"]["any"] == "12 hours"
    assert newest["clocks"]["resolve"]["limits"]["minor"] == "2 days"


@pytest.mark.django_db(transaction=True)
def test_of_many_who_save_at_the_same_moment_one_is_first(admin, jinxiu):
    PolicyVersion.objects.get_or_create(number=1, defaults={"created_at": march(1)})

    def save(n: int):
        return save_policy(rules(minor=f"{n} days"), started_from=1, note="同时", by=admin, at=march(2))

    outcomes = race(*(lambda n=n: save(n) for n in range(2, 8)))
    assert [type(o) for o in outcomes].count(PolicyVersion) == 1
    assert [type(o) for o in outcomes].count(Overtaken) == 5
    assert PolicyVersion.objects.count() == 2


def test_only_an_administrator_of_the_company_changes_the_rules(
    read, write, admin, zhoujun, chenfang, limin, auditor
):
    for person in (zhoujun, chenfang, limin, auditor):
        assert read(person, PATH).status_code == 404
        assert write(person, PATH, {}).status_code == 404
        with pytest.raises(Refused):
            save_policy(rules(minor="2 days"), started_from=1, note="x", by=person, at=march(2))
    for person, status in ((zhoujun, 200), (chenfang, 200), (auditor, 200), (limin, 404)):
        assert read(person, "/settings/policy/versions/").status_code == status


def test_a_version_never_changes(db):
    version = PolicyVersion.objects.create(number=1, created_at=march(1))
    version.note = "anders"
    for act in (version.save, version.delete):
        with pytest.raises(TypeError):
            act()


def test_the_page_speaks_chinese(client, admin, office_clock):
    client.force_login(admin)
    with translation.override("zh-hans"):
        page = text(client.get(PATH, headers={"accept-language": "zh-hans"}))
    for words in ("处理完毕", "时限（重要）", "超时通知（各类投诉）", "批准延期（轻微）", "通报级别"):
        assert words in page
