"""One refusal of the desk's form names all that is missing; remarks on an order never stop the filing."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from django.utils.timezone import now

from complaints.models import Complaint, ContactNote, Notification
from tests.at_desk import errors
from tests.cast import DAY, HOUR
from tests.markup import markup

pytestmark = pytest.mark.django_db


def text(response) -> str:
    return markup(response)


def test_one_refusal_names_everything_that_is_missing(desk) -> None:
    page = desk(content=" ", capacity="", severity="minor")
    assert page.status_code == 422
    assert set(page.context["form"].errors) == {"content", "handler", "category"}
    assert not Complaint.objects.exists()


def test_a_refused_form_still_shows_what_is_unread(desk, limin, walk_in) -> None:
    about = {"user": limin, "complaint": walk_in(now() - HOUR), "created_at": now(), "params": {}}
    Notification.objects.all().delete()
    Notification.objects.create(key="one", kind="chased", **about)
    assert desk(content="").context["shell"].unread == 1


def test_who_gives_no_name_is_asked_for_one_and_not_what_he_is(desk) -> None:
    assert set(desk(content="", name="", phone="", capacity="").context["form"].errors) == {"content", "name"}


def test_one_refusal_names_whatever_is_wrong(desk) -> None:
    yesterday = f"{now() - DAY:%Y-%m-%dT%H:%M}"
    typed = {"content": "", "capacity": "", "received_at": yesterday, "severity": "minor"}
    wrong = errors(desk(**typed, promised_at=f"{now() - 2 * DAY:%Y-%m-%dT%H:%M}", where="9-9-909"))
    assert set(wrong) == {
        "content", "backdated_because", "handler", "category", "promised_at", "where",
    }  # fmt: skip
    assert all(len(sentences) == 1 for sentences in wrong.values())


def test_a_contact_note_asks_for_its_words_only(desk) -> None:
    page = desk(what="repair", content="", capacity="", severity="minor")
    assert page.context["form"].errors == {"content": ["Say what it was about."]}
    assert desk(what="repair", content="水管漏", capacity="").status_code == 302
    assert ContactNote.objects.count() == 1


def test_a_chase_needs_no_words(desk, walk_in) -> None:
    case = walk_in(at=now() - HOUR)
    assert desk(what="chase", content="", capacity="").status_code == 302
    assert case.events.filter(kind="chased").exists()


def test_what_is_needed_says_so_and_the_summary_says_each_thing_once(desk, client) -> None:
    page = text(client.get(reverse("desk")))
    assert 'What was said <span class="needed only-new">(required)</span>' in page
    summary = re.search(r'class="error-summary".*?</ul>', text(desk(content="")), re.DOTALL)[0]
    assert "What was said: " in summary and summary.count("<li>") == 1


def test_what_was_looked_up_survives_a_refusal(desk) -> None:
    page = text(desk(content="", find="138001 王"))
    assert re.search(r'id="id_find"[^>]* value="138001 王"', page)


def test_what_is_wrong_stands_below_the_control(desk) -> None:
    field = re.search(r'<textarea name="content".*?</div>', text(desk(content="")), re.DOTALL)[0]
    assert "Say what happened." in field


@pytest.mark.parametrize("phone", ["139abc", "abc", "phone 139 1234"])
def test_letters_are_no_phone(desk, phone) -> None:
    assert f"“{phone}” is not a phone number: write its digits only." in text(desk(phone=phone))


@pytest.mark.parametrize("phone", ["不详", "n/a", "021-58881234", "5888 1234 ext 3", "13494795057"])
def test_what_people_write_for_a_phone_is_taken(desk, phone) -> None:
    assert desk(phone=phone, capacity="tenant").status_code == 302


# Orders of the hotline and regulators -----------------------------------------------------------------
ORDER = {"external_number": "12345-0099", "external_unit": "浦东分中心"}


def looked(client, **typed) -> str:
    return text(
        client.post(reverse("desk_look"), {"channel": "hotline"} | typed, headers={"hx-request": "true"})
    )


def test_what_is_missing_of_an_order_is_said_beside_it_and_after_filing(desk, client) -> None:
    assert "Not given yet: their order number, dispatching unit, their due time." in looked(client)
    assert "Not given yet: their due time." in looked(client, **ORDER)
    assert "Not given yet" not in looked(client, channel="phone")
    filed = client.get(desk(channel="hotline", capacity="tenant")["Location"])
    assert "Not given yet: their order number" in text(filed)


def test_a_due_time_of_theirs_that_has_passed_draws_a_remark(desk, client) -> None:
    """One at or before the receipt is refused instead."""
    earlier, passed, coming = (f"{now() + shift:%Y-%m-%dT%H:%M}" for shift in (-3 * DAY, -2 * DAY, 2 * DAY))
    assert "has already passed" in looked(client, **ORDER, external_due_at=passed, received_at=earlier)
    assert "has already passed" not in looked(client, **ORDER, external_due_at=passed)
    assert "has already passed" not in looked(client, **ORDER, external_due_at=earlier, received_at=passed)
    for harmless in (coming, "", "soon"):
        assert "has already passed" not in looked(client, **ORDER, external_due_at=harmless)


# Who lives there --------------------------------------------------------------------------------------
def test_a_place_says_who_lives_there_or_that_nobody_is_known(desk, client, home, xiongxia) -> None:
    assert "熊霞" in looked(client, channel="phone", where="2-1-302")
    xiongxia.occupancies.all().delete()
    page = looked(client, channel="phone", where="2-1-302")
    assert "The register has nobody at this place." in page and "熊霞" not in page
