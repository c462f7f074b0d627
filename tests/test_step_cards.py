"""Step cards: which one where, kept as data, folded as each person left it (W1, W3, W9, W12, W16)."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from complaints import first_step_cards
from complaints.actions.reply_words import first_reply_words, save_words
from complaints.models import StepCard, StepCardFold
from complaints.moves import MOVES
from complaints.policy import Channel
from complaints.step_cards import AT_INTAKE, AT_MOVES, IN_DANGER, CardKind, card_for, channels_of
from complaints.views.case.move_forms import MOVE_FORMS
from config.framework.refusals import Refused
from tests.case_pages import ENGLISH, text
from tests.cast import MONDAY_9AM
from tests.portal import letter

K = CardKind


@pytest.mark.parametrize(
    ("step", "channel", "in_danger", "card"),
    [
        ("intake", "walk_in", False, K.COUNTER),
        ("intake", "phone", False, K.PHONE),
        ("intake", "hotline", False, K.PHONE),
        ("intake", "forum", False, K.ONLINE),
        ("intake", "letter", False, None),
        ("intake", "phone", True, K.EMERGENCY),
        ("case", "phone", False, None),
        ("case", "phone", True, K.EMERGENCY),
        ("act", "phone", False, K.VISIT),
        ("act", "phone", True, K.EMERGENCY),
        ("answer", "walk_in", False, K.PHONE),
        ("answer", "forum", False, K.ONLINE),
        ("answer", "media", False, K.ONLINE),
        ("reply", "group", False, K.ONLINE),
        ("revisit", "forum", False, K.PHONE),
        ("revisit", "phone", True, K.PHONE),
        ("ask_superior", "phone", False, K.COUNTER),
        ("classify", "walk_in", False, None),
        ("void", "walk_in", True, None),
    ],
)
def test_which_card_stands_beside_which_step(step, channel, in_danger, card):
    assert card_for(step, channel=channel, in_danger=in_danger) == card


def test_the_table_names_steps_and_channels_there_are():
    assert AT_MOVES.keys() <= MOVES.keys() & MOVE_FORMS.keys()
    assert AT_INTAKE.keys() <= set(Channel)
    assert IN_DANGER - {"intake", "case"} <= MOVES.keys()
    assert {*AT_INTAKE.values(), *AT_MOVES.values(), K.EMERGENCY} == set(K)


def test_a_company_begins_with_a_card_for_each_step_in_both_languages():
    assert [card.kind for card in first_step_cards.FIRST] == list(K)
    for card in first_step_cards.FIRST:
        assert 4 < len(card.zh.splitlines()) == len(card.en.splitlines()) < 10
    eight = next(card for card in first_step_cards.FIRST if card.kind == K.COUNTER)
    assert [line.partition("：")[0] for line in eight.zh.splitlines()] == [
        "一谢", "二歉", "三听", "四办", "五帮助", "六解释", "七理智", "八汇报",
    ]  # fmt: skip


@pytest.fixture
def cards(db, admin) -> None:
    first_reply_words(by=admin)


@pytest.mark.django_db
def test_a_card_says_something_and_not_too_much(admin, jinxiu):
    for field, said in (("zh", {"zh": " "}), ("zh", {"zh": "一\n" * 11}), ("en", {"en": "one\n" * 11})):
        with pytest.raises(Refused) as refusal:
            save_words(StepCard(kind="phone", title="电话", zh="听"), said, by=admin)
        assert refusal.value.field == field
    save_words(StepCard(kind="phone", title="电话", zh="听"), {}, by=admin)
    save_words(StepCard(kind="phone", title="电话", zh="听", estate=jinxiu), {}, by=admin)
    with pytest.raises(ValidationError):
        save_words(StepCard(kind="phone", title="电话", zh="听", estate=jinxiu), {}, by=admin)


def test_the_desk_shows_the_cards_of_its_estate_and_the_case_that_of_the_move(
    cards, client, clock, case_in, office_of_jinxiu, jinxiu, admin
):
    save_words(
        StepCard(kind="phone", title="本项目电话", title_en="Our phone", zh="先报项目名"),
        {"estate": jinxiu}, by=admin,
    )  # fmt: skip
    client.force_login(office_of_jinxiu.limin)
    desk = text(client.get("/desk/", headers=ENGLISH))
    assert (
        "Eight steps at the counter" in desk and "先报项目名" in desk and "Six steps on the phone" not in desk
    )
    case = case_in("acting")
    page = client.get(f"/cases/{case.number}/", headers=ENGLISH).content.decode()
    assert 'class="step-card' not in page
    form = client.get(f"/cases/{case.number}/answer/", headers=ENGLISH).content.decode()
    assert "Our phone" in form and 'class="step-cards no-print"' in form
    client.force_login(office_of_jinxiu.wanggong)
    assert "Six steps at the door" in text(client.get(f"/cases/{case.number}/act/", headers=ENGLISH))


def test_in_danger_the_page_of_the_case_says_people_first(cards, client, clock, walk_in, office_of_jinxiu):
    case = walk_in(MONDAY_9AM, facts={"urgent": True})
    client.force_login(office_of_jinxiu.limin)
    assert "Emergency: people first" in text(client.get(f"/cases/{case.number}/", headers=ENGLISH))


def test_a_card_out_of_use_is_shown_nowhere(cards, client, clock, office_of_jinxiu, admin):
    save_words(StepCard.objects.get(kind="counter"), {"is_active": False}, by=admin)
    client.force_login(office_of_jinxiu.limin)
    assert "Eight steps" not in text(client.get("/desk/", headers=ENGLISH))


def test_each_person_finds_a_card_as_he_left_it(cards, client, clock, office_of_jinxiu):
    client.force_login(office_of_jinxiu.limin)
    card = '<details class="step-card is-counter"'

    def shown() -> str:
        page = " ".join(client.get("/desk/", headers=ENGLISH).content.decode().split())
        return page.split(card)[1].split(">")[0]

    assert "data-usual" in shown() and " open" not in shown()
    assert client.post("/words/cards/counter/", {"open": "1"}).status_code == 204
    assert " open" in shown() and "data-usual" not in shown()
    assert client.post("/words/cards/counter/", {"open": "0"}).status_code == 204
    assert " open" not in shown() and "data-usual" not in shown()
    assert StepCardFold.objects.count() == 1
    assert client.post("/words/cards/lunch/", {"open": "1"}).status_code == 404
    client.force_login(office_of_jinxiu.chenfang)
    assert "data-usual" in shown()


def test_cards_are_kept_on_the_page_of_the_desks_words(cards, client, clock, admin, office_of_jinxiu, jinxiu):
    client.force_login(office_of_jinxiu.zhoujun)
    assert "八汇报" in text(client.get("/settings/desk/cards/"))
    company = StepCard.objects.get(kind="visit")
    begun = client.get(f"/settings/desk/cards/new/?from={company.pk}").content.decode()
    assert "完工" in begun or "上门六步" in begun
    said = {"kind": "visit", "title": "本项目上门", "zh": "先敲门。", "estate": jinxiu.pk}
    assert client.post("/settings/desk/cards/new/", said).status_code == 302
    own = StepCard.objects.get(estate=jinxiu)
    edited = client.post(f"/settings/desk/cards/{own.pk}/", said | {"zh": "先按门铃。", "seen": ""})
    assert edited.status_code == 302
    page = text(client.get(f"/settings/desk/cards/{own.pk}/"))
    assert "先按门铃。" in page and "先敲门。" in page  # what it said before stands below
    assert client.post(f"/settings/desk/cards/{company.pk}/", said).status_code == 404


def test_the_customer_sees_no_card(cards, case_in, reader):
    case = case_in("acting")
    assert "step-card" not in letter(reader(case), case)


def test_the_desk_needs_a_card_at_its_own_channels_alone():
    assert all(AT_INTAKE[channel] == kind for kind in CardKind for channel in channels_of(kind))
    assert sum(len(channels_of(kind)) for kind in CardKind) == len(AT_INTAKE)
    assert card_for("act") == AT_MOVES.get("act")  # nobody is in danger unless it is said
