"""What the words of a complaint suggest: offered with the reason at every door, set by nobody (C2, V1–V3)."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import translation

from complaints.actions.reply_words import save_words
from complaints.actions.suggestions import suggested, suggested_for
from complaints.first_suggestions import FIRST
from complaints.models import Category, Complaint, SuggestionRule
from complaints.policy import Severity
from complaints.suggestions import Rule, suggest
from config.framework.refusals import Refused
from tests.cast import MONDAY_9AM, SHANGHAI
from tests.markup import markup as text

RULES = [
    Rule(("漏水", "渗水", "leak"), "repairs"),
    Rule(("电梯", "lift"), "lifts"),
    Rule(("又漏",), severity="important"),
    Rule(("记者", "受伤"), severity="major", unless=("记者站",)),
]


# The rule -------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("said", "category", "severity"),
    [
        ("卫生间漏水", "repairs", None),
        ("There is a LEAK in the hall", "repairs", None),
        ("电梯里漏水、渗水", "repairs", None),  # two words of the one, one of the other
        ("电梯漏水", "repairs", None),  # one of each: the rule that comes first
        ("又漏了，我要找记者", None, "major"),  # the gravest
        ("搬到记者站旁边，又漏了", None, "important"),
        ("leakage of the shoplifter", None, None),  # no words of their own
        ("", None, None),
    ],
)
def test_words_suggest_and_the_gravest_counts(said, category, severity) -> None:
    found = suggest(said, RULES)
    assert (found.category and found.category.value, found.severity and found.severity.value) == (
        category,
        severity,
    )


def test_an_offer_says_which_words_suggest_it() -> None:
    assert suggest("电梯里漏水、渗水", RULES).category.because == ["漏水", "渗水"]


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("楼上卫生间漏水到我家", "repairs"),
        ("三号楼电梯平层不准", "lifts"),
        ("昨晚整栋停电", "water-power"),
        ("车位被占，车库道闸也坏了", "parking"),
        ("楼道垃圾两天没清，有异味", "cleaning"),
        ("停车费多收了两个月", "fees"),
        ("楼上半夜太吵，睡不着", "noise"),
        ("家里有蟑螂", "pest"),
        ("前台骂人，态度很差", "staff-conduct"),
        ("厨房漏水没人管", "repairs"),
    ],
)
def test_the_first_rules_know_the_trade(said, code) -> None:
    rules = [rule_of(one) for one in FIRST]
    assert suggest(said, rules).category.value == code


def rule_of(one) -> Rule:
    row = SuggestionRule(words=one.words, unless=one.unless)
    return Rule(row.each_word, one.category or None, one.severity, row.longer_words)


def test_every_first_rule_suggests_something_that_can_be_found() -> None:
    for one in FIRST:
        rule = rule_of(one)
        assert rule.category or rule.severity in Severity.values
        assert len(one.words) <= 300 and len(one.unless) <= 300
        for word in rule.words:
            assert suggest(word, [rule]) != (None, None), word


# Kept by the company --------------------------------------------------------------------------------
@pytest.fixture
def rules(categories):
    SuggestionRule.objects.create(words="漏水、leak", category=Category.objects.get(code="repairs"))
    SuggestionRule.objects.create(words="记者", severity="major")


@pytest.mark.django_db
def test_the_first_rules_are_written_where_there_are_none_and_once(categories, jinxiu) -> None:
    assert suggested("厨房漏水", jinxiu.pk).category.value.code == "repairs"
    n = SuggestionRule.objects.count()
    SuggestionRule.objects.update(is_active=False)
    assert suggested("厨房漏水", jinxiu.pk).category is None and SuggestionRule.objects.count() == n > 0


def test_a_rule_of_another_estate_and_one_out_of_use_suggest_nothing(rules, jinxiu, cuihu) -> None:
    lifts = Category.objects.exclude(parent=None).exclude(code="repairs").order_by("pk")[0]
    SuggestionRule.objects.create(words="漏水", category=lifts, estate=cuihu)
    assert suggested("漏水", jinxiu.pk).category.value.code == "repairs"
    assert suggested("漏水", cuihu.pk).category.value == lifts, "the estate's own comes first"
    Category.objects.filter(pk=lifts.pk).update(is_active=False)
    assert suggested("漏水", cuihu.pk).category.value.code == "repairs", "nobody could choose it"


def test_rules_cost_one_query_and_none_without_words(rules, jinxiu, django_assert_num_queries) -> None:
    with django_assert_num_queries(1):
        suggested("漏水", jinxiu.pk)
    with django_assert_num_queries(0):
        suggested(" ", jinxiu.pk)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"words": "、 ,"}, "words"),
        ({"words": "漏水, ab"}, "words"),
        ({"unless": "电梯"}, "unless"),
        ({"severity": ""}, "category"),
    ],
)
def test_a_rule_that_could_do_nothing_is_refused(changes, field, admin) -> None:
    typed = {"words": "漏水", "unless": "", "category": None, "severity": "minor"}
    with pytest.raises(Refused) as refused:
        save_words(SuggestionRule(), typed | changes, by=admin)
    assert refused.value.field == field and not SuggestionRule.objects.exists()


@pytest.mark.django_db
def test_the_database_holds_that_a_rule_suggests_something() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        SuggestionRule.objects.create(words="漏水")


def test_a_manager_keeps_the_rules_on_a_page(client, rules, admin, settings) -> None:
    settings.LANGUAGE_CODE = "en"
    client.cookies["django_language"] = "en"
    client.force_login(admin)
    page = text(client.get(reverse("words", args=["rules"])))
    assert "漏水、leak" in page and "Severity: Major" in page
    new = {"words": "蜂窝", "unless": "", "category": "", "severity": "minor", "estate": ""}
    assert client.post(reverse("words_new", args=["rules"]), new).status_code == 302
    row = SuggestionRule.objects.get(words="蜂窝")
    assert row.history.get().history_user == admin
    wrong = client.post(reverse("words_new", args=["rules"]), new | {"severity": ""})
    assert wrong.status_code == 422 and "Choose a category, a severity, or both." in text(wrong)
    assert client.post(reverse("words_use", args=["rules", row.pk]), {"in_use": "0"}).status_code == 302
    row.refresh_from_db()
    assert not row.is_active
    found = text(client.get(reverse("words", args=["rules"]), {"part": "major"}))
    assert "记者" in found and "漏水" not in found


# At the desk ----------------------------------------------------------------------------------------
def test_the_desk_offers_while_somebody_types_and_says_it_once(desk, client, rules) -> None:
    typed = {"what": "complaint", "content": "厨房漏水，我要找记者"}
    shown = client.post(reverse("desk_offers"), typed, headers={"hx-request": "true"})
    page = text(shown)
    repairs = Category.objects.get(code="repairs")
    assert f'data-take="category" data-value="{repairs.pk}"' in page
    assert 'data-take="severity" data-value="major"' in page and "because it says “漏水”" in page
    told = shown.content.decode().split('name="offers_for" value="')[1].split('"')[0]
    again = client.post(reverse("desk_offers"), typed | {"offers_for": told}, headers={"hx-request": "true"})
    assert again.status_code == 204
    chosen = typed | {"category": repairs.pk, "severity": "minor"}
    none = client.post(reverse("desk_offers"), chosen, headers={"hx-request": "true"})
    assert "data-take" not in text(none), "who has chosen is not told better"


def test_an_offer_sets_nothing_by_itself(desk, rules) -> None:
    assert desk(content="厨房漏水，我要找记者").status_code == 302
    case = Complaint.objects.get()
    assert case.category is None and case.severity == ""


def test_without_javascript_an_offer_is_a_button_of_the_form(desk, rules) -> None:
    repairs = Category.objects.get(code="repairs")
    page = desk("desk_offers", content="厨房漏水", take=f"category:{repairs.pk}")
    assert page.status_code == 200
    assert page.context["form"]["category"].value() == str(repairs.pk)
    assert page.context["form"]["content"].value() == "厨房漏水"
    odd = desk("desk_offers", content="厨房漏水", take="name:x")
    assert odd.context["form"]["name"].value() == "熊霞"


def test_a_refused_form_offers_too(desk, rules) -> None:
    page = text(desk(content="厨房漏水", name="", phone="", capacity=""))
    assert 'data-take="category"' in page


# At classification, in the API ----------------------------------------------------------------------
def test_whoever_classifies_is_offered_what_the_case_has_not(
    client, walk_in, rules, chenfang, settings
) -> None:
    settings.LANGUAGE_CODE = "en"
    client.cookies["django_language"] = "en"
    case = walk_in(MONDAY_9AM.astimezone(SHANGHAI), content="厨房漏水，有人晕倒，我要找记者")
    client.force_login(chenfang)
    page = text(client.get(reverse("move", args=[case.number, "classify"])))
    assert 'data-take="severity" data-value="major"' in page and "because it says “记者”" in page
    assert "“晕倒” reads like people in danger. Is it urgent?" in page
    assert 'type="button" data-take' in page.replace("\n", " ").replace("  ", " ")


def test_the_api_says_what_is_suggested(client, walk_in, rules, limin) -> None:
    case = walk_in(MONDAY_9AM.astimezone(SHANGHAI), content="厨房漏水，电梯里有人被困，我要找记者")
    client.force_login(limin)
    said = client.get(f"/api/v1/cases/{case.number}/").json()["suggested"]
    assert said == {
        "category": {"value": "repairs", "because": ["漏水"]},
        "severity": {"value": "major", "because": ["记者"]},
        "urgent": {"value": True, "because": ["被困"]},
    }


@pytest.mark.parametrize(
    ("facts", "value", "because"),
    [
        ({"urgent": True}, "major", ["urgent"]),
        ({"injury": True}, "major", ["injury or danger to people"]),
        ({"lawsuit_started": True}, "major", None),
        ({}, None, None),
    ],
)
def test_what_a_case_is_suggests_major_too_and_sets_nothing(
    facts, value, because, client, walk_in, chenfang, settings
) -> None:
    case = walk_in(MONDAY_9AM.astimezone(SHANGHAI), content="请派人来看一下", facts=facts)
    Complaint.objects.filter(pk=case.pk).update(severity="")
    case.refresh_from_db()
    with translation.override("en"):
        offer = suggested_for(case).severity
    assert (offer and offer.value) == value
    if because:
        assert (offer.because, offer.facts) == (because, True)
    client.force_login(chenfang)
    page = client.get(reverse("move", args=[case.number, "classify"]), headers={"accept-language": "en"})
    assert ('data-take="severity" data-value="major"' in text(page)) == bool(value)
    assert ("because of:" in text(page)) == bool(value)
    case.refresh_from_db()
    assert case.severity == ""
