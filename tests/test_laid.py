"""The cast laid as rows: the same people as the actions make, anew in each test."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.db import connection

from staff.models import Estate, Posting, User
from tests import laid
from tests.cast import person
from tests.laid import CAST

pytestmark = pytest.mark.django_db
#: What differs between two that are made one after the other.
BY_CHANCE = {"password", "date_joined", "history_date"}


def rows() -> dict[str, list[tuple[Any, ...]]]:
    """All that stands in the tables; in place of a number, which row of its table it names."""
    found = {}
    models = apps.get_models(include_auto_created=True)
    places = {
        model: {
            pk: place for place, pk in enumerate(model.objects.order_by("pk").values_list("pk", flat=True))
        }
        for model in models
        if model._meta.app_label in ("staff", "owners", "complaints") and hasattr(model, "objects")
    }
    for model in places:
        fields = [field for field in model._meta.concrete_fields if field.name not in BY_CHANCE]
        found[model._meta.db_table] = [
            tuple(_said(row, field, places) for field in fields) for row in model.objects.order_by("pk")
        ]
    return {table: lines for table, lines in found.items() if lines}


def _said(row: Any, field: Any, places: dict[Any, dict[int, int]]) -> Any:
    value = getattr(row, field.attname)
    if field.primary_key:
        return places[type(row)].get(value, value)
    if field.remote_field:
        return places.get(field.remote_field.model, {}).get(value, value)
    if field.name == "id":  # a history's, of the row it is about
        return places[row.instance_type].get(value, value)
    return value


def test_what_is_laid_is_what_the_actions_make(request) -> None:
    for name in CAST:
        request.getfixturevalue(name)
    as_laid = rows()
    written = {statement.split('"')[1] for part in CAST.values() for statement in part.written}
    with connection.cursor() as cursor:
        for table in written:
            cursor.execute(f'DELETE FROM "{table}"')  # what one row says of another is looked at last
    made: dict[str, Any] = {}
    for name, part in CAST.items():
        made[name] = part.make(**{ask: made[ask] for ask in part.asks}, **laid.needs_rows(part))
    assert rows() == as_laid
    assert len(as_laid["staff_user"]) > 9 and as_laid["owners_owner"] and as_laid["complaints_category"]


@pytest.mark.parametrize("turn", [1, 2])
def test_nobody_remembers_the_test_before(limin, jinxiu, home, turn) -> None:
    assert (limin.name, jinxiu.name, User.objects.get(pk=limin.pk).name) == ("李敏", "锦绣花园", "李敏")
    assert home.estate is jinxiu and home.building.estate is jinxiu  # and not one more of the same name
    limin.name = jinxiu.name = "别人"
    limin.save()
    jinxiu.save()


def test_they_stand_in_one_order_before_all_that_a_test_writes(request, jinxiu) -> None:
    own = person("own", "自己", "supervisor", estate=jinxiu)
    later = request.getfixturevalue("wuzong")
    earlier = request.getfixturevalue("limin")
    assert list(User.objects.order_by("pk")) == [earlier, later, own]


class TestAHouseOfItsOwn:
    @pytest.fixture
    def jinxiu(self, db) -> Estate:
        return Estate.objects.create(code="XX", name="另一处", service_phone="021-5555 0300", households=1)

    def test_its_people_are_made_for_it(self, jinxiu, sungong, limin) -> None:
        assert {posting.user_id for posting in Posting.objects.filter(estate=jinxiu)} == {limin.pk}
        assert sungong.postings.get().department.estate == jinxiu
