"""Reply templates: filled from the case in the customer's language, inserted without scripts, kept."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from complaints import actions
from complaints.actions.reply_values import texts_for, values_of
from complaints.actions.reply_words import first_reply_words
from complaints.models import ForbiddenPhrase, PhraseUse, ReplyTemplate
from complaints.reply_texts import OFFERED, unfilled
from staff import actions as office
from staff.models import Company
from tests.case_pages import ENGLISH, NOON, text
from tests.cast import march

pytestmark = pytest.mark.django_db

CHINESE = {"accept-language": "zh-hans"}


@pytest.fixture
def house(admin, categories) -> Company:
    """A company with the texts it starts with."""
    company = office.name_company("首问物业", by=admin)
    first_reply_words(by=admin)
    return company


def template(**said) -> ReplyTemplate:
    return ReplyTemplate.objects.create(**{"occasion": "first", "key": "a", "title": "甲", "zh": "好"} | said)


def offered(case, verb, by, **more) -> dict[str, str]:
    return {one.key: one.text for one in texts_for(case, verb, by=by, now=NOON, shows_name=True, **more)}


# Filled -------------------------------------------------------------------------------------------
def test_a_text_is_filled_from_the_case_before_it_goes_out(case_in, office_of_jinxiu, house) -> None:
    case = case_in("acting")
    actions.answer(
        case,
        note="已安排。",
        method="phone",
        by=office_of_jinxiu.limin,
        at=march(2, 11),
        promised_at=march(4, 17),
    )
    case.refresh_from_db()
    said = offered(case, "answer", office_of_jinxiu.limin)
    assert list(said)[:2] == ["slgz", "cbdf"]  # in the order of the occasions
    clear = said["mqdf"]
    for words in (
        "尊敬的业主：您好！",
        case.number,
        "王建军",
        "工程部",
        "3月4日 17:00",
        "021-5555 0100",
        "李敏",
        "首问物业客户服务中心",
    ):
        assert words in clear
    assert not unfilled(clear)


def test_what_the_case_does_not_know_stays_visible(case_in, office_of_jinxiu, house) -> None:
    said = offered(case_in("acting"), "answer", office_of_jinxiu.limin)
    assert unfilled(said["mqdf"]) == ["{承诺时间}"]  # nobody has promised one, and a limit promises nothing
    promised = offered(case_in("acting"), "answer", office_of_jinxiu.limin, promised_at=march(5, 9))
    assert "3月5日 09:00" in promised["mqdf"]


def test_the_final_reply_takes_the_result_and_the_texts_of_its_category_come_first(
    case_in, office_of_jinxiu, house, categories
) -> None:
    said = offered(case_in("handled"), "reply", office_of_jinxiu.limin)
    assert list(said)[:2] == ["hfwx", "zzhf"]
    assert "更换了破裂的水管，试水不漏。" in said["zzhf"]
    assert "hfdt" not in said  # of lifts
    lift = case_in("handled", category=categories["lifts"])
    assert list(offered(lift, "reply", office_of_jinxiu.limin))[0] == "hfdt"


def test_an_english_customer_gets_english_texts_and_none_that_have_no_english(
    case_in, office_of_jinxiu, house
) -> None:
    template(key="zhonly")
    person = actions.Person(name="熊霞", phone="13494795057", capacity="owner_occupier", language="en")
    case = case_in("acting", person=person)
    said = offered(case, "answer", office_of_jinxiu.limin)
    assert "zhonly" not in said
    assert said["slgz"].startswith("Dear owner,\nwe have received")
    assert "首问物业 customer service centre" in said["slgz"] and "2 Mar 09:00" in said["slgz"]


def test_a_customer_is_called_by_name_only_where_it_is_read_out_and_may_be_known(
    case_in, office_of_jinxiu, house
) -> None:
    """What is sent is kept in the timeline, where no customer's name stands (domain.md 1)."""
    case, o = case_in("replied"), office_of_jinxiu
    assert "尊敬的熊霞，您好！" in offered(case, "revisit", o.chenfang)["hfkc"]
    unknown = texts_for(case, "revisit", by=o.chenfang, now=NOON, shows_name=False)
    written = [*unknown, *texts_for(case, "reply", by=o.limin, now=NOON, shows_name=True)]
    assert len(written) > 2 and not any("熊霞" in one.text for one in written)


@pytest.mark.parametrize(
    ("capacity", "said"),
    [
        ("tenant", "尊敬的住户"),
        ("merchant", "尊敬的商户"),
        ("anonymous", "尊敬的客户"),
        ("committee", "尊敬的业委会"),
    ],
)
def test_everybody_is_addressed_as_what_he_is(walk_in, office_of_jinxiu, house, capacity, said) -> None:
    case = walk_in(person=actions.Person(name="" if capacity == "anonymous" else "熊霞", capacity=capacity))
    assert values_of(case, by=office_of_jinxiu.limin, now=NOON, by_name=False)["name"] == said


def test_several_who_complain_together_are_addressed_together(walk_in, office_of_jinxiu, house) -> None:
    lead, member = walk_in(), walk_in(march(2, 10))
    actions.join(member, lead=lead, by=office_of_jinxiu.limin, at=march(2, 11))
    lead.refresh_from_db()
    assert values_of(lead, by=office_of_jinxiu.limin, now=NOON, by_name=True)["name"] == "尊敬的各位业主"


def test_an_estates_own_text_stands_in_the_place_of_the_companys(
    case_in, office_of_jinxiu, jinxiu, cuihu
) -> None:
    template(zh="公司的")
    template(zh="别的小区的", estate=cuihu)
    case = case_in("acting")
    assert offered(case, "answer", office_of_jinxiu.limin) == {"a": "公司的"}
    own = template(zh="锦绣的", estate=jinxiu)
    assert offered(case, "answer", office_of_jinxiu.limin) == {"a": "锦绣的"}
    ReplyTemplate.objects.filter(pk=own.pk).update(is_active=False)
    assert offered(case, "answer", office_of_jinxiu.limin) == {"a": "公司的"}


# On the page ---------------------------------------------------------------------------------------
def test_without_scripts_a_text_is_inserted_below_what_was_typed_and_nothing_is_sent(
    case_in, office_of_jinxiu, house, send
) -> None:
    case = case_in("acting")
    pk = ReplyTemplate.objects.get(key="mqdf").pk
    typed = {"note": "先说一句。", "method": "phone", "promised_at": "2026-03-05T09:00"}
    page = send(case, office_of_jinxiu.limin, "answer", typed | {"insert": "1", "template": str(pk)})
    said = text(page)
    assert page.status_code == 200
    assert "先说一句。\n尊敬的业主：您好！" in said and "计划于 3月5日 09:00（周四）前处理完毕" in said
    assert 'value="2026-03-05 09:00"' in said
    assert not case.events.filter(kind="answered").exists()


def test_the_opening_of_a_revisit_stands_beside_its_form_to_be_read_out(
    case_in, office_of_jinxiu, house, opened
) -> None:
    said = text(opened(case_in("replied"), office_of_jinxiu.chenfang, "revisit/"))
    assert "我是首问物业客户服务中心的陈芳" in said and "现在方便吗" in said
    assert 'name="insert"' not in said


def test_a_form_that_tells_nobody_anything_offers_nothing(case_in, office_of_jinxiu, house, opened) -> None:
    said = text(opened(case_in("acting"), office_of_jinxiu.limin, "note/"))
    assert 'name="insert"' not in said and "data-phrases" not in said


def test_every_verb_with_texts_has_its_occasions_in_the_first_texts(house) -> None:
    there = set(ReplyTemplate.objects.values_list("occasion", flat=True))
    assert {one for several in OFFERED.values() for one in several} == there


def test_the_phrases_are_handed_to_whoever_writes_to_customers_of_the_estate(
    client, case_in, office_of_jinxiu, house, stranger, jinxiu
) -> None:
    ForbiddenPhrase.objects.create(words="锦绣专用", language="zh", why_zh="x", estate=jinxiu)
    client.force_login(office_of_jinxiu.limin)
    words = [one["words"] for one in client.get("/words/phrases.json?estate=JX").json()["phrases"]]
    assert "不知道" in words and "锦绣专用" in words
    client.force_login(stranger)
    assert client.get("/words/phrases.json?estate=JX").status_code == 404
    assert client.get("/words/phrases.json?estate=").status_code == 404


# Kept ----------------------------------------------------------------------------------------------
TEXT = {"occasion": "first", "key": "/NEW1", "title": "新的", "zh": "{称呼}，您好。"}
PHRASE = {"words": "爱信不信", "language": "zh", "kind": "forbidden", "why_zh": "不尊重客户"}


@pytest.mark.parametrize(
    ("kind", "said", "model"), [("texts", TEXT, ReplyTemplate), ("phrases", PHRASE, ForbiddenPhrase)]
)
def test_a_supervisor_keeps_those_of_the_own_estate_with_their_versions(
    client, office_of_jinxiu, jinxiu, cuihu, kind, said, model
) -> None:
    client.force_login(office_of_jinxiu.chenfang)
    base = f"/settings/desk/{kind}/"
    assert client.post(f"{base}new/", said | {"estate": jinxiu.pk}).status_code == 302
    row = model.objects.get()
    assert row.estate == jinxiu and row.history.get().history_user == office_of_jinxiu.chenfang
    field = "zh" if kind == "texts" else "why_zh"
    seen = row.history.first().history_id
    changed = said | {"estate": jinxiu.pk, field: "改过的话", "seen": seen}
    assert client.post(f"{base}{row.pk}/", changed).status_code == 302
    page = text(client.get(f"{base}{row.pk}/", headers=ENGLISH))
    assert (
        "改过的话" in page and said[field] in page and "陈芳" in page
    )  # what it says, what it said, who changed it
    late = client.post(f"{base}{row.pk}/", changed | {field: "另一个人"}, headers=ENGLISH)
    assert late.status_code == 422 and "Somebody else has changed it meanwhile" in text(late)
    assert "另一个人" in text(late)
    assert client.post(f"{base}{row.pk}/use/", {"in_use": "0"}).status_code == 302
    row.refresh_from_db()
    assert not row.is_active
    assert str(row) not in text(client.get(base)).split("messages", 1)[0].split('class="list"')[-1]
    assert str(row) in text(client.get(f"{base}?out=1"))
    client.post(f"{base}{row.pk}/use/", {"in_use": "1"})
    assert row.history.count() == 4


@pytest.mark.parametrize(
    ("kind", "said", "model"), [("texts", TEXT, ReplyTemplate), ("phrases", PHRASE, ForbiddenPhrase)]
)
def test_the_companys_are_kept_by_the_company_and_others_are_nobodys(
    client, office_of_jinxiu, admin, cuihu, kind, said, model
) -> None:
    base = f"/settings/desk/{kind}/"
    client.force_login(admin)
    assert client.post(f"{base}new/", said).status_code == 302
    row = model.objects.get()
    assert row.estate is None
    client.force_login(office_of_jinxiu.chenfang)
    assert client.get(f"{base}{row.pk}/").status_code == 404
    assert client.post(f"{base}{row.pk}/use/", {"in_use": "0"}).status_code == 404
    assert client.post(f"{base}new/", said | {"estate": cuihu.pk}).status_code == 422
    assert client.post(f"{base}first/").status_code == 404
    assert str(row) in text(client.get(base))
    client.force_login(office_of_jinxiu.limin)  # reads, and changes nothing
    assert str(row) in text(client.get(base))
    assert client.get(f"{base}new/").status_code == 404
    assert model.objects.count() == 1 and model.objects.get().is_active


@pytest.mark.parametrize(
    ("kind", "wrong", "sentence"),
    [
        ("texts", {"zh": "{花名}，您好"}, "There is no placeholder {花名}"),
        ("texts", {"zh": "", "en": " "}, "Write the text in one language at least."),
        ("texts", {"key": "新"}, "Small letters and digits, a letter first."),
        ("texts", {"key": "taken"}, "The company has a text with this key already."),
        ("texts", {"zh": "好" * 2001}, "at most 2000 characters"),
        ("phrases", {"words": "不"}, "Write two letters or characters at least"),
        ("phrases", {"words": "你去**"}, "The two stars stand between words"),
        ("phrases", {"words": "随 便"}, "This phrase is on the list already."),
        ("phrases", {"unless": "别的"}, "Each line holds longer words that contain the phrase."),
        ("phrases", {"language": "fr"}, "Select a valid choice"),
    ],
)
def test_what_cannot_be_kept_is_told_at_its_field_and_what_was_typed_stays(
    client, admin, kind, wrong, sentence
) -> None:
    template(key="taken")
    ForbiddenPhrase.objects.create(words="随便", language="zh", why_zh="x")
    client.force_login(admin)
    said = (TEXT if kind == "texts" else PHRASE) | wrong
    page = client.post(f"/settings/desk/{kind}/new/", said, headers=ENGLISH)
    assert page.status_code == 422 and sentence in text(page)
    assert said["title" if kind == "texts" else "why_zh"] in text(page)
    assert (ReplyTemplate.objects.count(), ForbiddenPhrase.objects.count()) == (1, 1)


def test_an_empty_company_begins_with_one_press_and_a_second_adds_nothing(client, admin) -> None:
    client.force_login(admin)
    page = text(client.get("/settings/desk/texts/", headers=ENGLISH))
    assert "No text yet" in page and "Add the texts and phrases in house style" in page
    for _press in range(2):
        assert client.post("/settings/desk/texts/first/").status_code == 302
    assert ReplyTemplate.objects.count() == 18
    assert ReplyTemplate.history.filter(history_user=admin).count() == 18
    assert ForbiddenPhrase.objects.filter(language="en").exists()
    listed = text(client.get("/settings/desk/texts/", headers=CHINESE))
    assert listed.index("受理告知") < listed.index("初步答复") < listed.index("短信：受理")


def test_the_lists_are_searched_and_divided(client, admin, house, jinxiu) -> None:
    template(key="own", title="锦绣自己的", estate=jinxiu)
    client.force_login(admin)

    def shown(kind: str, query: str) -> str:
        return text(client.get(f"/settings/desk/{kind}/?{query}", headers=ENGLISH))

    assert "/zqtd" in shown("texts", "q=服务态度") and "/slgz" not in shown("texts", "q=服务态度")
    assert "/zq<" in shown("texts", "part=apology") and "/slgz" not in shown("texts", "part=apology")
    assert "/own" in shown("texts", "estate=JX") and "/slgz" not in shown("texts", "estate=JX")
    assert "一定赔" in shown("phrases", "part=promise") and "我们不管" not in shown("phrases", "part=promise")
    assert "Nothing passes this search" in shown("texts", "q=%00%25_&part=nothing&estate=XX")


def test_an_estate_words_a_text_of_the_company_for_itself(client, office_of_jinxiu, jinxiu, house) -> None:
    client.force_login(office_of_jinxiu.chenfang)
    pk = ReplyTemplate.objects.get(key="slgz").pk
    form = text(client.get(f"/settings/desk/texts/new/?from={pk}"))
    assert 'value="slgz"' in form and "的问题我们已受理" in form
    said = {
        "occasion": "receipt",
        "key": "slgz",
        "title": "锦绣受理",
        "zh": "{称呼}，已受理。",
        "estate": jinxiu.pk,
    }
    assert client.post("/settings/desk/texts/new/", said).status_code == 302
    assert ReplyTemplate.objects.filter(key="slgz").count() == 2


def test_the_list_asks_as_many_questions_for_many_rows(client, admin) -> None:
    client.force_login(admin)
    template(key="k0")
    client.get("/settings/desk/texts/")

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get("/settings/desk/texts/")
        return len(queries)

    few = asked()
    for n in range(1, 40):
        template(key=f"k{n}")
    assert asked() == few


# Counted for training --------------------------------------------------------------------------------
def test_what_was_sent_all_the_same_is_counted_by_phrase_role_and_estate_and_names_nobody(
    client, case_in, office_of_jinxiu, house, stranger, auditor, monkeypatch
) -> None:
    monkeypatch.setattr("complaints.views.office.phrases_sent.now", lambda: NOON)
    o = office_of_jinxiu
    case = case_in("acting")
    for by, note in ((o.limin, "我不知道。"), (o.chenfang, "我们保证修好。"), (o.limin, "随便。")):
        actions.answer(case, note=note, method="phone", by=by, at=march(2, 11), phrase_reason="照录原话")
    assert PhraseUse.objects.count() == 3
    for reader in (o.chenfang, o.zhoujun, o.wuzong, auditor):
        client.force_login(reader)
        page = text(client.get("/settings/desk/phrases/sent/", headers=ENGLISH))
        main = page[page.index('id="page"') :]
        for words in ("保证", "Front desk", "Supervisor", "照录原话", case.number):
            assert words in main
        assert "李敏" not in main
    client.force_login(stranger)
    assert "Nothing was sent against the list" in text(
        client.get("/settings/desk/phrases/sent/", headers=ENGLISH)
    )
    for nobody in (o.limin, o.wanggong, o.sungong):
        client.force_login(nobody)
        assert client.get("/settings/desk/phrases/sent/").status_code == 404
    monkeypatch.setattr("complaints.views.office.phrases_sent.now", lambda: march(31))
    client.force_login(o.chenfang)
    assert "照录原话" in text(client.get("/settings/desk/phrases/sent/?days=30"))
    monkeypatch.setattr(
        "complaints.views.office.phrases_sent.now", lambda: march(31, 9) + (march(31) - march(1))
    )
    assert "照录原话" not in text(client.get("/settings/desk/phrases/sent/?days=30"))
    assert "照录原话" in text(client.get("/settings/desk/phrases/sent/?days=x"))
