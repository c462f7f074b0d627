"""The pages of the register: who reads and who changes."""

from datetime import date

import pytest
from django.urls import reverse

from owners import actions
from owners.importing.loading import load
from owners.models import Building, Occupancy, Owner, Phone
from staff.models import User
from tests.cast import MONDAY_9AM
from tests.ledgers import ledger
from tests.markup import markup


@pytest.fixture
def as_(client):
    """A browser in which this person is signed in, in English."""

    def sign_in(user: User):
        user.language = "en"
        user.save(update_fields=["language"])
        client.force_login(user)
        return client

    return sign_in


@pytest.fixture
def occupancy(xiongxia) -> Occupancy:
    return xiongxia.occupancies.get()


def addresses(occupancy: Occupancy) -> dict[str, str]:
    unit, owner = occupancy.unit, occupancy.owner
    return {
        "estate": reverse("registers_estate", args=["JX"]),
        "building": reverse("registers_building", args=["JX", unit.building_id]),
        "elsewhere": reverse("registers_elsewhere", args=["JX"]),
        "unit": reverse("registers_unit", args=[unit.pk]),
        "owner": reverse("registers_owner", args=[owner.pk]),
    }


def changes(occupancy: Occupancy) -> dict[str, str]:
    return {
        "unit": reverse("registers_unit_edit", args=[occupancy.unit_id]),
        "occupancy": reverse("registers_occupancy_edit", args=[occupancy.pk]),
        "move out": reverse("registers_move_out", args=[occupancy.pk]),
        "owner": reverse("registers_owner_edit", args=[occupancy.owner_id]),
        "import": reverse("registers_import", args=["JX"]),
    }


def additions(occupancy: Occupancy) -> dict[str, str]:
    return {
        "person": reverse("registers_person_add", args=[occupancy.unit_id]),
        "phone": reverse("registers_phone_add", args=[occupancy.owner_id]),
    }


class TestWhoMay:
    @pytest.mark.parametrize("who", ["limin", "laozhao", "chenfang", "zhoujun", "wuzong", "auditor", "admin"])
    def test_read_the_register(self, who, as_, occupancy, request):
        browser = as_(request.getfixturevalue(who))
        for address in addresses(occupancy).values():
            assert browser.get(address).status_code == 200

    @pytest.mark.parametrize("who", ["stranger", "wanggong"])
    def test_not_read_it_and_not_learn_that_it_is_there(self, who, as_, occupancy, request):
        browser = as_(request.getfixturevalue(who))
        every = addresses(occupancy) | changes(occupancy) | additions(occupancy)
        assert {browser.get(address).status_code for address in every.values()} == {404}
        assert "2号楼1单元302" not in browser.get(reverse("registers"), {"find": "熊霞"}).content.decode()

    @pytest.mark.parametrize("who", ["chenfang", "zhoujun", "admin"])
    def test_correct_it(self, who, as_, occupancy, request):
        browser = as_(request.getfixturevalue(who))
        for address in (changes(occupancy) | additions(occupancy)).values():
            assert browser.get(address).status_code == 200

    def test_only_add_to_it_at_the_front_desk(self, as_, limin, occupancy):
        browser = as_(limin)
        assert {browser.get(address).status_code for address in additions(occupancy).values()} == {200}
        assert {browser.post(address).status_code for address in changes(occupancy).values()} == {403}
        page = browser.get(addresses(occupancy)["unit"]).content.decode()
        assert "Move out" not in page and "Add a person" in page

    @pytest.mark.parametrize("who", ["laozhao", "wuzong", "auditor"])
    def test_only_read_it_elsewhere(self, who, as_, occupancy, request):
        browser = as_(request.getfixturevalue(who))
        for address in (changes(occupancy) | additions(occupancy)).values():
            assert browser.post(address).status_code == 403

    def test_nothing_without_signing_in(self, client, occupancy):
        for address in addresses(occupancy).values():
            assert client.get(address).status_code == 302


class TestLookingAround:
    def test_one_estate_is_opened_at_once(self, as_, limin):
        assert as_(limin).get(reverse("registers")).url == reverse("registers_estate", args=["JX"])

    def test_several_estates_are_a_list(self, as_, wuzong, jinxiu, cuihu):
        page = as_(wuzong).get(reverse("registers")).content.decode()
        assert "锦绣花园" in page and "翠湖雅苑" in page

    @pytest.mark.parametrize("query", ["熊霞", "5057", "13494795057", "2-1-302", "2栋1单元302"])
    def test_a_person_is_found(self, as_, limin, occupancy, query):
        assert "熊霞" in as_(limin).get(addresses(occupancy)["estate"], {"find": query}).content.decode()

    def test_an_empty_home_is_found_too(self, as_, limin, home):
        page = as_(limin).get(reverse("registers_estate", args=["JX"]), {"find": "2-1-302"}).content.decode()
        assert "2号楼1单元302" in page and "Nobody is entered here." in page

    def test_nothing_found_says_what_to_try(self, as_, limin):
        page = as_(limin).get(reverse("registers_estate", args=["JX"]), {"find": "诸葛"}).content.decode()
        assert "Nobody is found under this." in page

    def test_a_building_costs_the_same_queries_with_one_home_and_with_sixty(
        self, as_, limin, jinxiu, chenfang, django_assert_max_num_queries
    ):
        browser = as_(limin)
        rows = [["1号楼", 1, 100 + n, f"李{n}", 13800138001 + n] for n in range(60)]
        for homes in (1, 60):
            load(ledger(*rows[:homes]), jinxiu, by=chenfang, at=MONDAY_9AM)
            page = reverse("registers_building", args=["JX", Building.objects.get().pk])
            with django_assert_max_num_queries(12):
                assert browser.get(page).content.decode().count('class="item"') == homes

    def test_a_unit_shows_who_lived_there_and_what_changed(self, as_, chenfang, occupancy):
        actions.move_out(occupancy, on=date(2026, 1, 31), by=chenfang)
        page = markup(as_(chenfang).get(addresses(occupancy)["unit"]))
        assert "until 31 Jan 2026" in page
        assert "until: — → 31 Jan 2026" in page

    def test_a_shared_number_names_the_others(self, as_, limin, occupancy, jinxiu):
        actions.add_owner(jinxiu, "王五", phones=["13494795057"])
        page = as_(limin).get(addresses(occupancy)["owner"]).content.decode()
        assert "A number here is also that of:" in page and "王五" in page


class TestChanging:
    def test_the_front_desk_adds_a_person(self, as_, limin, home):
        answer = as_(limin).post(
            reverse("registers_person_add", args=[home.pk]),
            {"name": "王小明", "numbers": "138 0013 8001", "capacity": "tenant", "starts_on": "2026-03-01"},
        )
        assert answer.url == reverse("registers_unit", args=[home.pk])
        occupancy = Occupancy.objects.get()
        assert (occupancy.owner.name, occupancy.capacity) == ("王小明", "tenant")
        assert Phone.objects.get().number == "13800138001"
        assert occupancy.history.get().history_user == limin

    def test_a_number_with_a_missing_digit_is_refused_and_what_was_typed_is_kept(self, as_, limin, home):
        answer = as_(limin).post(
            reverse("registers_person_add", args=[home.pk]),
            {"name": "王小明", "numbers": "1380013800", "capacity": "tenant"},
        )
        assert answer.status_code == 422
        page = answer.content.decode()
        assert "has 10 digits" in page and 'value="王小明"' in page and 'value="1380013800"' in page
        assert not Owner.objects.exists()

    def test_the_same_name_and_number_is_the_same_person(self, as_, limin, occupancy, jinxiu):
        other = actions.add_unit(jinxiu, number="S101", code="S101", name="商铺S101", kind="shop")
        as_(limin).post(
            reverse("registers_person_add", args=[other.pk]),
            {"name": "熊霞", "numbers": "13494795057", "capacity": "merchant"},
        )
        assert Owner.objects.get().occupancies.count() == 2

    def test_one_who_is_there_is_not_added_again(self, as_, limin, occupancy):
        answer = as_(limin).post(
            additions(occupancy)["person"],
            {"name": "熊霞", "numbers": "13494795057", "capacity": "owner_occupier"},
        )
        assert answer.status_code == 422 and "already" in answer.content.decode()
        assert Occupancy.objects.count() == 1

    def test_a_move_is_recorded_and_can_be_taken_back(self, as_, chenfang, occupancy):
        browser = as_(chenfang)
        browser.post(changes(occupancy)["move out"], {"on": "2026-03-01"})
        occupancy.refresh_from_db()
        assert occupancy.ends_on == date(2026, 3, 1)
        browser.post(reverse("registers_move_out_undo", args=[occupancy.pk]))
        occupancy.refresh_from_db()
        assert occupancy.ends_on is None
        assert [row.history_user for row in occupancy.history.all()][:2] == [chenfang, chenfang]

    def test_nobody_moves_out_before_he_moved_in(self, as_, chenfang, occupancy):
        actions.edit(occupancy, {"starts_on": date(2026, 3, 1)}, by=chenfang)
        answer = as_(chenfang).post(changes(occupancy)["move out"], {"on": "2026-02-01"})
        assert answer.status_code == 422
        occupancy.refresh_from_db()
        assert occupancy.ends_on is None

    def test_a_corrected_room_gets_its_new_short_name(self, as_, chenfang, home):
        as_(chenfang).post(
            reverse("registers_unit_edit", args=[home.pk]),
            {"kind": "home", "entrance": "2单元", "number": "303室", "area": "90.5"},
        )
        home.refresh_from_db()
        assert (home.code, home.name, str(home.area)) == ("2-2-303", "2号楼2单元303", "90.50")

    def test_two_rooms_never_share_a_short_name(self, as_, chenfang, home):
        actions.add_unit(
            home.estate,
            building=home.building,
            entrance="1",
            number="303",
            code="2-1-303",
            name="2号楼1单元303",
        )
        answer = as_(chenfang).post(
            reverse("registers_unit_edit", args=[home.pk]), {"kind": "home", "entrance": "1", "number": "303"}
        )
        assert answer.status_code == 422 and "2-1-303" in answer.content.decode()

    def test_an_owner_is_corrected_and_a_phone_added_and_removed(self, as_, chenfang, occupancy):
        browser, owner = as_(chenfang), occupancy.owner
        browser.post(
            changes(occupancy)["owner"],
            {"name": "熊霞霞", "kind": "person", "language": "en", "preferred_contact": "sms"},
        )
        browser.post(additions(occupancy)["phone"], {"numbers": "021-37471789"})
        owner.refresh_from_db()
        assert owner.name == "熊霞霞"
        old = owner.phones.get(number="13494795057")
        browser.post(reverse("registers_phone_remove", args=[old.pk]))
        assert [phone.number for phone in owner.phones.all()] == ["02137471789"]
