"""Words of danger: one list, kept by the company, asks at the desk, in the API, where something is passed
on, and on the portal (domain.md 9)."""

from importlib import import_module

import pytest
from django.apps import apps

from complaints.actions.danger_question import words_of_danger
from complaints.actions.vocabulary import save_term
from complaints.models import Complaint, DangerWord, EmergencyNumber, Notification, PortalDraft, Relay
from complaints.portal import report_steps
from tests.cast import march
from tests.markup import markup as text

pytestmark = pytest.mark.django_db


def test_a_word_with_what_it_is_not_meant_in_is_kept_by_administrators(write, admin) -> None:
    word = {"code": "foam", "zh": "泡沫", "en": "foam", "unless": "泡沫板, foam board", "order": 1}
    assert write(admin, "/settings/words/dangers/new/", word | {"is_active": "on"}).status_code == 302
    row = DangerWord.objects.get(code="foam")
    assert row.longer_words == ["泡沫板", "foam board"]
    assert not words_of_danger("墙上的泡沫板掉了", [row]) and words_of_danger("泡沫，泡沫板", [row])


def test_the_api_asks_too(client, office_of_jinxiu, engineering, categories) -> None:
    client.force_login(office_of_jinxiu.limin)

    def post(**said):
        body = {"content": "电梯里有人被困", "name": "熊霞", "where": "东门"} | said
        address, key = "/api/v1/cases/?estate=JX", {"Idempotency-Key": f"k{said}"}
        return client.post(address, body, content_type="application/json", headers=key)

    asked = post()
    assert asked.status_code == 400 and list(asked.json()["errors"]) == ["danger"]
    assert post(danger="yes").status_code == 201 and Complaint.objects.get().urgent
    assert post(danger="no").status_code == 201


def test_whoever_passes_it_on_is_asked_and_a_yes_reaches_whoever_is_there(
    write, wanggong, office_of_jinxiu, jinxiu, zhoujun, chenfang, laozhao, read
) -> None:
    EmergencyNumber.objects.create(estate=jinxiu, kind="lift", name="通力救援", phone="400-820-5119")
    said = {"estate": jinxiu.pk, "words": "电梯里有人被困", "place": "3号楼"}
    asked = write(wanggong, "/relays/", said)
    assert asked.status_code == 422 and not Relay.objects.exists()
    page = text(asked)
    assert "Is anybody in danger?" in page and "400-820-5119" in page and "电梯里有人被困" in page
    assert write(wanggong, "/relays/", said | {"danger": "yes"}).status_code == 302
    row = Relay.objects.get()
    assert row.urgent
    told = set(Notification.objects.filter(kind="relay_danger").values_list("user__username", flat=True))
    assert {"limin", "zhoujun", "chenfang", "laozhao"} <= told and "wanggong" not in told
    assert "people are in danger. Call at once" in text(
        read(office_of_jinxiu.limin, f"/desk/relays/{row.pk}/")
    )
    desk_page = read(office_of_jinxiu.limin, f"/desk/?relay={row.pk}&estate={jinxiu.pk}")
    assert desk_page.context["form"]["urgent"].value() is True


def test_a_no_passes_it_on_as_ever(write, wanggong, office_of_jinxiu, jinxiu) -> None:
    said = {"estate": jinxiu.pk, "words": "老人说差点被困", "danger": "no"}
    assert write(wanggong, "/relays/", said).status_code == 302
    assert not Relay.objects.get().urgent
    assert not Notification.objects.filter(kind="relay_danger").exists()


def test_passing_on_by_the_api_asks_too(client, wanggong, office_of_jinxiu, jinxiu) -> None:
    client.force_login(wanggong)

    def post(**said):
        key = {"Idempotency-Key": f"k{said}"}
        body = {"words": "楼道着火了"} | said
        address = "/api/v1/relays/?estate=JX"
        return client.post(address, body, content_type="application/json", headers=key)

    asked = post()
    assert asked.status_code == 400 and list(asked.json()["errors"]) == ["danger"]
    assert post(danger="yes").json()["urgent"] is True


def test_the_portal_asks_by_the_companys_list(admin) -> None:
    assert words_of_danger("孩子卡在栏杆里") == []
    save_term(DangerWord(), {"code": "stuck-in-rail", "zh": "卡在", "en": "wedged in"}, by=admin)
    draft = PortalDraft(said={"words": "孩子卡在栏杆里"})
    assert "danger" in report_steps.asked(draft, march(2))
    assert "danger" not in report_steps.asked(PortalDraft(said={"words": "停车困难"}), march(2))


def test_a_list_kept_already_gets_the_words_the_portal_knew_and_keeps_its_own() -> None:
    forwards = import_module("complaints.migrations.0052b_words_of_danger_in_one_list").forwards
    forwards(apps, None)
    assert not DangerWord.objects.exists(), "an empty list begins with the first words by itself"
    DangerWord.objects.create(code="smoke", zh="冒烟", en="smoke", is_active=False)
    DangerWord.objects.create(code="fire", zh="火情", en="fire")
    forwards(apps, None)
    forwards(apps, None)
    words = {row.zh: row for row in DangerWord.objects.all()}
    assert not words["冒烟"].is_active and words["着火"].code == "fire-portal"
    assert words["困"].longer_words[0] == "困难" and len(words) == 2 + 18
