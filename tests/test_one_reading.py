"""One reading of a phone and of a name at every door: what is typed is kept and found in one spelling."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

from complaints import actions
from complaints.case_search import _called_from, _named
from complaints.forms.desk.intake import DeskForm
from complaints.forms.office.settings import ProfileForm
from complaints.models import Complainant, ContactNote, Signatory
from complaints.signatory_list import Signer
from config.framework.refusals import Refused
from config.framework.templatetags.basics import tel
from owners import actions as register
from owners.lookup import find_people, find_units
from owners.models import Owner, Phone, Unit
from staff.models import User
from tests.cast import MONDAY_9AM, march
from tests.list_pages import numbers

pytestmark = pytest.mark.django_db

#: One mobile, as people write it.
SPELLINGS = [
    "13911110001", "+86 139-1111-0001", "0086-13911110001", "86-139-1111-0001", "(86)13911110001",
    "１３９ １１１１ ０００１", "139\u200b1111\u200b0001", "\u202d13911110001\u202c", "139—1111—0001",
    "13911110001（微信同号）", "tel:13911110001",
]  # fmt: skip
PHONE = "13911110001"


@pytest.fixture
def uyghur(jinxiu, home) -> Owner:
    home = home
    return register.add_owner(jinxiu, "阿卜杜热合曼•买买提艾力", phones=[PHONE], unit=home)


def called(query: str, estate) -> list[str]:
    return [row.owner.name for row in find_people(query, [estate], on=MONDAY_9AM.date())]


@pytest.mark.parametrize("typed", SPELLINGS)
def test_every_spelling_of_a_phone_is_kept_and_found_as_the_same(
    walk_in, jinxiu, limin, uyghur, read, typed
) -> None:
    case = walk_in(person=actions.Person(name="阿里", phone=typed, capacity="tenant"))
    assert (case.complainant.phone, case.complainant.last4) == (PHONE, "0001")
    assert called(typed, jinxiu) == [uyghur.name]
    assert numbers(read(limin, "/search/", q=typed)) == [case.number]


def test_an_extension_is_kept_beside_its_number_and_is_not_its_last_four_digits(
    walk_in, limin, read, jinxiu, home
) -> None:
    kept = "02165430001-8002"
    case = walk_in(person=actions.Person(name="前台", phone="021-65430001转8002", capacity="tenant"))
    owner = register.add_owner(jinxiu, "前台", phones=["021-65430001转8002"], unit=home)
    assert (case.complainant.phone, case.complainant.last4) == (kept, "0001")
    assert [(p.number, p.last4) for p in owner.phones.all()] == [(kept, "0001")]
    for query in ("65430001", "021-65430001", "0001", "021 6543 0001", "021-65430001-8002"):
        assert numbers(read(limin, "/search/", q=query)) == [case.number], query
        assert called(query, jinxiu) == ["前台"], query
    assert numbers(read(limin, "/search/", q="8002")) == []
    assert (tel(kept), tel("021-5555 0100")) == ("02165430001,8002", "02155550100")


@pytest.mark.parametrize(
    "typed",
    ["13911110001 13911110002", "1391111000", "139111100071234", "139****0019", "abc", "852-91234567"],
)
def test_what_is_no_one_phone_is_refused_by_every_act_alike(walk_in, jinxiu, limin, typed) -> None:
    case = walk_in()
    acts = (
        lambda: walk_in(person=actions.Person(name="甲", phone=typed, capacity="tenant")),
        lambda: actions.edit(case, version=case.version, changes={"phone": typed}, by=limin, at=march(2, 10)),
        lambda: actions.add_signatories(case, signers=[Signer("甲", "", typed)], by=limin, at=march(2, 10)),
        lambda: actions.take_note(
            by=limin, at=MONDAY_9AM, estate=jinxiu, kind="enquiry", words="几点开门", phone=typed
        ),
        lambda: register.add_owner(jinxiu, "甲", phones=[typed]),
    )
    for act in acts:
        with pytest.raises(Refused) as refused:
            act()
        assert refused.value.field == "phone"


def test_a_short_number_of_the_house_is_kept(walk_in) -> None:
    assert (
        walk_in(person=actions.Person(name="门岗", phone="8001", capacity="tenant")).complainant.phone
        == "8001"
    )


def test_the_code_comes_whichever_way_the_phone_is_written(browser, walk_in, sent) -> None:
    case = walk_in(person=actions.Person(name="甲", phone="+86 139-1111-0001", capacity="tenant"))
    for said, typed in enumerate(("0086 13911110001", "139—1111—0001"), start=1):
        browser.post("/portal/find/", {"number": case.number, "phone": typed})
        assert len(sent) == said


@pytest.mark.parametrize(
    "typed",
    [
        "阿卜杜热合曼·买买提艾力", "阿卜杜热合曼・买买提艾力", "阿卜杜热合曼．买买提艾力",
        "阿卜杜热合曼买买提艾力", "买买提 艾力", "买买提艾力 阿卜杜热合曼", "热合曼",
    ],
)  # fmt: skip
def test_a_name_with_a_dot_is_found_with_any_dot_or_none_and_by_its_parts(
    walk_in, limin, read, jinxiu, uyghur, typed
) -> None:
    case = walk_in(person=actions.Person(name="阿卜杜热合曼．买买提艾力", phone="", capacity="tenant"))
    assert case.complainant.name == uyghur.name == "阿卜杜热合曼·买买提艾力"
    assert called(typed, jinxiu) == [uyghur.name]
    assert numbers(read(limin, "/search/", q=typed)) == [case.number]


@pytest.mark.parametrize(
    ("name", "queries"),
    [
        ("𠮷田美子", ["𠮷田", "𠮷田美子", "美子"]),
        ("㛃 明", ["㛃明", "㛃 明"]),
        ("䶮龙", ["䶮龙"]),
        ("O'Brien, Séan", ["O'Brien", "o’brien sean", "Séan"]),
        (
            "Warnakulasuriya Patabendige Ushantha Joseph Chaminda Perera Vaas",
            ["Chaminda Vaas", "vaas", "ushantha joseph"],
        ),
    ],
)
def test_names_beyond_the_usual_characters_are_found_by_word_and_part(
    walk_in, limin, read, jinxiu, home, name, queries
) -> None:
    case = walk_in(person=actions.Person(name=name, phone="", capacity="tenant"))
    owner = register.add_owner(jinxiu, name, unit=home)
    for query in queries:
        assert called(query, jinxiu) == [owner.name], query
        assert numbers(read(limin, "/search/", q=query)) == [case.number], query


def test_a_part_of_a_name_does_not_tell_of_who_hides(walk_in, wanggong, read) -> None:
    person = actions.Person(name="阿卜杜热合曼·买买提艾力", phone=PHONE, capacity="tenant")
    walk_in(person=person, facts={"identity_hidden": True})
    for query in ("买买提", PHONE, "0001"):
        assert numbers(read(wanggong, "/search/", q=query)) == []


def test_what_nobody_sees_is_not_kept_in_a_name_or_a_place(walk_in, jinxiu, limin) -> None:
    case = walk_in(
        unit=None,
        place="东门\u200b\x07 岗亭 ",
        person=actions.Person(name="沈\u200b一诺\x00", phone=PHONE, capacity="tenant"),
    )
    assert (case.complainant.name, case.place) == ("沈一诺", "东门 岗亭")
    case = actions.edit(
        case, version=case.version, changes={"name": "沈 \ufeff一诺"}, by=limin, at=march(2, 10)
    )
    assert (case.complainant.name, case.complainant.name_key) == ("沈 一诺"[:1] + "一诺", "沈一诺")


def test_a_place_without_its_building_or_with_number_signs_is_found(walk_in, limin, read, jinxiu) -> None:
    case = walk_in()  # 2-1-302
    for query in ("2#1#302", "2#1单元302", "1单元302"):
        assert numbers(read(limin, "/search/", q=query)) == [case.number], query
        assert "2-1-302" in {unit.code for unit in find_units(query, [jinxiu])}, query


def test_a_renumbered_home_is_found_by_its_old_number_and_says_so(
    walk_in, limin, read, jinxiu, home, zhoujun
) -> None:
    case, unit = walk_in(), home
    owner = register.add_owner(jinxiu, "甲", unit=unit)
    register.renumber(unit, kind="home", entrance="1", number="3002", area=None, by=zhoujun)
    found = find_people("2号楼1单元302", [jinxiu], on=MONDAY_9AM.date())
    assert (owner.name, "2-1-302") in [(row.owner.name, row.unit.formerly) for row in found]
    assert [(u.code, u.formerly) for u in find_units("2-1-302", [jinxiu])] == [("2-1-3002", "2-1-302")]
    answer = read(limin, "/search/", q="2-1-302")
    assert numbers(answer) == [case.number]
    assert "2-1-302 is the former number of 2号楼1单元3002." in answer.content.decode()
    form = DeskForm({"where": "2-1-302"}, estate=jinxiu, person=None, now=MONDAY_9AM)
    form.is_valid()
    assert form.cleaned_data["spot"].unit == unit
    now = [unit.formerly for unit in find_units("2-1-3002", [jinxiu])]
    assert now == [""]


def test_rows_from_before_are_cleaned_once_and_their_names_get_keys(walk_in, jinxiu, limin) -> None:
    case = walk_in()
    owner = register.add_owner(jinxiu, "沈一诺", phones=[PHONE, "13911110002"])
    Owner.objects.filter(pk=owner.pk).update(name="沈\u200b 一诺", name_key="")
    first, second = owner.phones.order_by("pk")
    Phone.objects.filter(pk=first.pk).update(number="86" + PHONE)
    Phone.objects.filter(pk=second.pk).update(number=PHONE, last4="0001")
    other = register.add_owner(jinxiu, "乙", phones=["+852 9123 4567"])
    Phone.objects.filter(owner=other).update(number="85291234567")
    import_module("owners.migrations.0007_names_and_phones_cleaned").clean(apps, None)
    owner.refresh_from_db()
    assert (owner.name, owner.name_key) == ("沈一诺", "沈一诺")
    assert list(Phone.objects.filter(owner=owner).values_list("number", "last4")) == [(PHONE, "0001")]
    assert list(Phone.objects.filter(owner=other).values_list("number", flat=True)) == ["0085291234567"]

    actions.add_signatories(case, signers=[Signer("甲")], by=limin, at=march(2, 10))
    Complainant.objects.update(name="㛃 明", name_key="", phone="008613911110001", last4="")
    Signatory.objects.update(name="王\u2060五", phone="8613911110002")
    note = actions.take_note(
        by=limin, at=MONDAY_9AM, estate=jinxiu, kind="enquiry", words="几点开门", phone=PHONE
    )
    ContactNote.objects.filter(pk=note.pk).update(name="丙\x07", phone="86" + PHONE)
    import_module("complaints.migrations.0039_people_cleaned").clean(apps, None)
    person = Complainant.objects.get(complaint=case)
    assert (person.name, person.name_key, person.phone, person.last4) == ("㛃明", "㛃明", PHONE, "0001")
    assert list(Signatory.objects.values_list("name", "phone")) == [("王五", "13911110002")]
    assert list(ContactNote.objects.values_list("name", "phone")) == [("丙", PHONE)]

    User.objects.filter(pk=limin.pk).update(phone="+86 139-1111-0009")
    import_module("staff.migrations.0005_phones_cleaned").clean(apps, None)
    limin.refresh_from_db()
    assert limin.phone == "13911110009"


def test_parts_of_names_and_former_numbers_are_read_by_their_indexes(walk_in) -> None:
    """Of small tables PostgreSQL would read every row: sequential reading is forbidden here."""
    if connection.vendor != "postgresql":
        assert "complainant_by_key" in connection.introspection.get_constraints(
            connection.cursor(), "complaints_complainant"
        )
        return
    rows = {
        "complainant_by_key_pairs": Complainant.objects.filter(_named("买买提艾力")),
        "complainant_by_last4": Complainant.objects.filter(_called_from("65430001")),
        "unit_code_before": Unit.history.model.objects.filter(code="2-1-302").order_by(),
        "owner_key_begins": Owner.objects.filter(name_key__startswith="买买提"),
    }
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    for index, query in rows.items():
        assert index in query.explain(), index


@pytest.mark.parametrize("typed", SPELLINGS)
def test_a_colleagues_own_phone_is_kept_in_the_same_spelling(typed) -> None:
    form = ProfileForm({"language": "en", "phone": typed}, user=User())
    assert form.is_valid() and form.cleaned_data["phone"] == PHONE


def test_a_colleagues_phone_that_is_none_is_sent_back() -> None:
    assert "phone" in ProfileForm({"language": "en", "phone": "1391111000"}, user=User()).errors
