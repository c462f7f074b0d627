"""Orders of the queue tell nobody what the rows do not."""

import pytest
from django.http import QueryDict

from complaints.models import Complaint
from complaints.views.lists import sorting
from tests.list_pages import copies

pytestmark = pytest.mark.django_db


def test_the_order_of_places_does_not_say_at_which_door_somebody_lives_who_hides(walk_in, wanggong) -> None:
    case = walk_in()
    copies(case, 3)
    hides = Complaint.objects.order_by("pk")[1]
    Complaint.objects.filter(pk=hides.pk).update(identity_hidden=True)
    Complaint.objects.update(handler=wanggong)
    order = sorting.order_of("where", closed=False)
    assert order.page(Complaint.objects.all(), QueryDict()).rows[0] == hides  # with those of no register
    assert order.cursor(Complaint.objects.all(), hides.pk) == f"0.{hides.pk}"  # which stands in an address
