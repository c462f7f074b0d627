"""Answers: one a home, by link or on paper, and nothing anywhere that ties one to a home."""

from __future__ import annotations

import json
import logging
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from complaints.actions import survey_answers as answers
from complaints.actions.survey_answers import Door, Shut
from complaints.actions.survey_rows import paper_until, places_of
from complaints.models import Survey, SurveyAnswer, SurveyEntered, SurveyInvitation, SurveyWords
from complaints.portal import survey as page
from complaints.portal import visits
from complaints.views.surveys import rates_of
from config.framework.refusals import Refused
from config.logs import hide_secrets
from staff.models import AuditRow, CalendarDay
from tests.cast import march
from tests.surveys import closed, homes, running, said_by, token_of

ENGLISH = {"accept-language": "en"}
NOW = march(3)


@pytest.fixture(autouse=True)
def clock(monkeypatch) -> None:
    monkeypatch.setattr(visits, "now", lambda: NOW)


@pytest.fixture
def units(jinxiu):
    return homes(jinxiu, "1", 6)


@pytest.fixture
def row(jinxiu, zhoujun, units) -> Survey:
    return running([jinxiu], zhoujun)


def asked(row: Survey, unit: Any) -> SurveyInvitation:
    return SurveyInvitation.objects.get(survey=row, unit=unit)


def address(row: Survey, unit: Any) -> str:
    return reverse("portal_survey", args=[token_of(asked(row, unit))])


def filled(row: Survey, *pairs: tuple[int, int], **more: Any) -> dict[str, Any]:
    items = row.items.values_list("pk", flat=True)
    said: dict[str, Any] = {}
    for pk, (one, two) in zip(items, pairs, strict=False):
        said |= {f"i{pk}": one, f"s{pk}": two}
    return said | more


# By link --------------------------------------------------------------------------------------------------


def test_an_owner_answers_once(row, units, client: Client):
    path = address(row, units[0])
    shown = client.get(path, headers=ENGLISH)
    assert (shown.status_code, shown.headers["Referrer-Policy"]) == (200, "strict-origin")
    assert "Equipment" in shown.content.decode()
    sent = client.post(path, filled(row, (5, 2), (4, 4)), headers=ENGLISH)
    assert (sent.status_code, sent.headers["Location"]) == (302, reverse("portal_survey_thanks"))
    [answer] = SurveyAnswer.objects.all()
    assert sorted(answer.ratings.values()) == [[4, 4], [5, 2]]
    invitation = asked(row, units[0])
    assert (invitation.answered_on, invitation.way) == (NOW.date(), "link")
    again = client.get(path, headers=ENGLISH)
    assert (again.status_code, "already" in again.content.decode()) == (200, True)
    client.post(path, filled(row, (1, 1)), headers=ENGLISH)
    assert SurveyAnswer.objects.count() == 1


def test_half_a_line_is_asked_about_and_nothing_typed_is_lost(row, units, client: Client):
    first = row.items.first().pk
    sent = client.post(address(row, units[0]), {f"i{first}": 5, "words": "多种树"}, headers=ENGLISH)
    said = sent.content.decode()
    assert sent.status_code == 422
    assert "Answer both for “Equipment”, or neither." in said
    assert "多种树" in said
    assert f'name="i{first}" value="5"' in said
    assert client.post(address(row, units[0]), {}, headers=ENGLISH).status_code == 422
    assert SurveyAnswer.objects.count() == 0
    assert asked(row, units[0]).answered_on is None


def test_a_value_that_is_none_is_refused(row, units):
    item = row.items.first().pk
    for ratings in ({item: (6, 1)}, {item: (0, 3)}, {item + 999: (3, 3)}, {}):
        with pytest.raises(Refused):
            answers.answer_by_link(token_of(asked(row, units[0])), ratings=ratings, words="", at=NOW)
    assert SurveyAnswer.objects.count() == 0


def test_a_program_that_fills_in_everything_is_asked_once_more(row, units, client: Client):
    sent = client.post(address(row, units[0]), filled(row, (5, 5), website="http://x"), headers=ENGLISH)
    assert sent.status_code == 422
    assert 'name="website" value="http' not in sent.content.decode()
    assert SurveyAnswer.objects.count() == 0


def test_what_a_link_opens(row, jinxiu, zhoujun, units, client: Client):
    assert client.get("/q/unknown", headers=ENGLISH).status_code == 404
    assert answers.door_of(None, NOW) == Door.UNKNOWN
    assert answers.door_of(asked(row, units[0]), march(10, 23, 59)) == Door.OPEN
    assert (
        answers.door_of(asked(row, units[0]), march(11, 0, 1)) == Door.CLOSED
    )  # though nobody closed it yet
    closed(row, zhoujun, march(4))
    shut = client.get(address(row, units[0]), headers=ENGLISH)
    assert "over" in shut.content.decode()
    with pytest.raises(Shut):
        said_by(row, units[0], (5, 5))


def test_one_network_tries_wrong_addresses_so_often_and_right_ones_are_not_counted(
    row, units, monkeypatch, client: Client
):
    monkeypatch.setattr(answers, "PACE", ((answers.HOUR, 2), (answers.DAY, 9)))
    assert [client.get(f"/q/wrong{n}").status_code for n in range(3)] == [404, 404, 429]
    codes = [
        client.post(address(row, one), filled(row, (3, 3)), headers=ENGLISH).status_code for one in units[:3]
    ]
    assert codes == [302] * 3
    assert SurveyAnswer.objects.count() == 3


# On paper -------------------------------------------------------------------------------------------------


def test_paper_is_entered_fast_and_once(row, units, limin, client: Client, monkeypatch):
    from_page = reverse("survey_act", args=[row.pk, "enter"])
    monkeypatch.setattr("complaints.views.surveys.now", lambda: NOW)
    client.force_login(limin)
    keys = list(row.items.values_list("pk", flat=True))
    said = {"unit": "1-102", f"r{keys[0]}": "52", f"r{keys[2]}": "4/4", "words": "停车难"}
    sent = client.post(from_page, said, headers=ENGLISH)
    assert (sent.status_code, sent.headers["Location"]) == (302, from_page)
    [answer] = SurveyAnswer.objects.all()
    assert answer.ratings == {str(keys[0]): [5, 2], str(keys[2]): [4, 4]}
    assert asked(row, units[2]).way == "paper"
    again = client.post(from_page, said, headers=ENGLISH)
    assert again.status_code == 422
    assert "has answered already" in again.content.decode()
    assert "停车难" in again.content.decode()
    wrong = client.post(from_page, said | {"unit": "9-999", f"r{keys[0]}": "77"}, headers=ENGLISH)
    assert wrong.status_code == 422
    assert "Two digits from 1 to 5" in wrong.content.decode()
    with pytest.raises(Shut):
        said_by(row, units[2], (1, 1))  # the same home by its link


def test_another_estates_desk_enters_nothing(row, stranger, wanggong, units):
    for who in (stranger, wanggong):
        with pytest.raises(Refused):
            answers.enter(row, unit=units[0], ratings={}, by=who, at=NOW)


def test_a_desk_enters_for_its_own_estate_of_several(jinxiu, cuihu, wuzong, limin, units):
    theirs = homes(cuihu, "7", 5)
    row = running([jinxiu, cuihu], wuzong)
    item = row.items.first().pk
    answers.enter(row, unit=units[0], ratings={item: (3, 3)}, by=limin, at=NOW)
    with pytest.raises(Refused):
        answers.enter(row, unit=theirs[0], ratings={item: (3, 3)}, by=limin, at=NOW)
    assert SurveyAnswer.objects.count() == 1


# Tied to nobody -------------------------------------------------------------------------------------------


def test_names_rooms_and_phones_are_left_out_before_words_are_kept(row, units):
    said_by(row, units[0], (5, 5), words="我是沈10，住1号楼100，电话13800000000，门口的灯坏了")
    [words] = SurveyWords.objects.all()
    assert "灯坏了" in words.text
    assert not any(one in words.text for one in ("沈10", "1号楼100", "13800000000"))


def test_no_row_of_an_answer_names_a_home_a_person_or_a_time(row, units, limin):
    names = {
        model: {field.name for field in model._meta.get_fields()} for model in (SurveyAnswer, SurveyWords)
    }
    assert names[SurveyAnswer] == {"id", "survey", "estate", "building", "ratings"}
    assert names[SurveyWords] == {"id", "survey", "estate", "text"}
    assert not any(hasattr(model, "history") for model in (SurveyAnswer, SurveyWords, SurveyInvitation))
    assert {field.name for field in SurveyInvitation._meta.get_fields()} == {
        "id", "survey", "unit", "key", "token_sha256", "sent_on", "reminded_on", "answered_on", "way",
    }  # fmt: skip


def test_an_answer_leaves_nothing_else_behind(row, units, limin, client, monkeypatch):
    """Every table of the product is looked through for what one answer has written."""
    monkeypatch.setattr("complaints.views.surveys.now", lambda: NOW)

    def everything() -> dict[str, int]:
        return {model._meta.label: model._default_manager.count() for model in apps.get_models()}

    before = everything()
    said_by(row, units[0], (5, 1), words="多种树")
    after = everything()
    assert {name: n - before[name] for name, n in after.items() if n != before[name]} == {
        "complaints.SurveyAnswer": 1, "complaints.SurveyWords": 1,
    }  # fmt: skip
    client.force_login(limin)
    keys = list(row.items.values_list("pk", flat=True))
    said = {"unit": units[1].code, f"r{keys[0]}": "52"}
    client.post(reverse("survey_act", args=[row.pk, "enter"]), said, headers=ENGLISH)
    told = json.dumps(list(AuditRow.objects.values()), cls=DjangoJSONEncoder)
    assert units[1].code not in told
    assert str(SurveyAnswer.objects.latest("id").pk) not in told


def test_closing_writes_all_answers_anew_in_another_order(row, units, zhoujun):
    for n, unit in enumerate(units):
        said_by(row, unit, (5, 1 + n % 5), words=f"意见之{n}")
    before = {one.pk: one.ratings for one in SurveyAnswer.objects.all()}
    closed(row, zhoujun)
    after = {one.pk: one.ratings for one in SurveyAnswer.objects.all()}
    assert not set(before) & set(after)
    assert sorted(map(str, before.values())) == sorted(map(str, after.values()))
    assert SurveyWords.objects.count() == 6


def test_thanks_say_nothing_of_the_home(client: Client, db):
    shown = client.get(reverse("portal_survey_thanks"), headers=ENGLISH)
    assert shown.status_code == 200
    assert page.thanks  # the page of the portal


def test_the_secret_of_a_link_stands_in_no_log_and_its_page_reads_no_session(row, units, client, limin):
    path = address(row, units[0])
    record = logging.makeLogRecord({"msg": "Unprocessable Content: %s", "args": (path,)})
    assert hide_secrets(record) and record.getMessage() == "Unprocessable Content: /q/…"
    client.force_login(limin)
    assert not client.get(path).wsgi_request.user.is_authenticated
    said = Path("docs/production.md").read_text()
    assert "`/q/`" in said and "~^/q/" in Path("docs/nginx.conf").read_text()


def test_what_came_on_paper_is_entered_for_three_working_days_more(row, units, limin):
    item = row.items.first().pk
    assert (row.ends_on, row.paper_until) == (date(2026, 3, 10), date(2026, 3, 13))
    with pytest.raises(Shut):
        said_by(row, units[0], (3, 3), at=march(11))
    answers.enter(row, unit=units[0], ratings={item: (3, 3)}, by=limin, at=march(13))
    with pytest.raises(Refused):
        answers.enter(row, unit=units[1], ratings={item: (3, 3)}, by=limin, at=march(14))


def test_days_off_do_not_count_for_the_paper(jinxiu):
    CalendarDay.objects.create(estate=jinxiu, date=date(2026, 3, 11), is_working=False)
    assert paper_until(date(2026, 3, 10), [jinxiu]) == date(2026, 3, 16)  # 12th, 13th, Monday


def test_how_many_sheets_somebody_entered_is_counted_and_which_is_not(row, units, limin, zhoujun, client):
    item = row.items.first().pk
    for n, day in enumerate((3, 3, 4)):
        answers.enter(row, unit=units[n], ratings={item: (3, 3)}, by=limin, at=march(day))
    said_by(row, units[3], (1, 1))
    assert list(SurveyEntered.objects.values_list("person", "day", "count")) == [
        (limin.pk, date(2026, 3, 3), 2), (limin.pk, date(2026, 3, 4), 1),
    ]  # fmt: skip
    assert [(one.answered, one.paper) for one in rates_of(row, places_of(row))] == [(4, 3)]
    client.force_login(zhoujun)
    said = " ".join(client.get(row.get_absolute_url(), headers=ENGLISH).content.decode().split())
    assert "3 of them on paper" in said
    assert f"2026-03-03 · {limin} · 2" in said


def test_homes_of_one_name_in_two_estates_are_told_apart(
    jinxiu, cuihu, wuzong, limin, units, client, monkeypatch
):
    monkeypatch.setattr("complaints.views.surveys.now", lambda: NOW)
    theirs = homes(cuihu, "1", 6)
    row = running([jinxiu, cuihu], wuzong)
    path = reverse("survey_act", args=[row.pk, "enter"])
    said = {"unit": "1-100", f"r{row.items.first().pk}": "33"}
    client.force_login(wuzong)
    asked_back = client.post(path, said, headers=ENGLISH)
    assert "choose the estate" in asked_back.content.decode()
    assert 'name="estate"' in asked_back.content.decode()
    sent = client.post(path, said | {"estate": cuihu.pk}, headers=ENGLISH)
    assert sent.headers["Location"] == f"{path}?estate={cuihu.pk}"
    assert f'value="{cuihu.pk}" selected' in client.get(sent.headers["Location"]).content.decode()
    client.force_login(limin)  # she enters in one of them: the other's home is none of hers
    assert client.post(path, said, headers=ENGLISH).status_code == 302
    for unit in (theirs[0], units[0]):
        assert asked(row, unit).way == "paper"
    call = APIClient()
    call.force_authenticate(wuzong)
    monkeypatch.setattr("complaints.api.surveys.now", lambda: NOW)
    by_api = {"unit": "1-101", f"r{row.items.first().pk}": "33"}
    assert call.post(f"/api/v1/surveys/{row.pk}/enter/", by_api, format="json").status_code == 400
    done = call.post(f"/api/v1/surveys/{row.pk}/enter/", by_api | {"estate": cuihu.pk}, format="json")
    assert done.status_code == 200, done.data
    assert asked(row, theirs[1]).way == "paper"
