"""A number which two people of one home both have was written beside both of them, and not whose it is."""

from django.db import migrations
from django.db.models import Exists, OuterRef

MANY = 500


def doubt(apps, schema_editor):
    phones, occupancies = apps.get_model("owners", "Phone"), apps.get_model("owners", "Occupancy")
    housemates = occupancies.objects.filter(
        owner=OuterRef("owner"), unit__occupancies__owner=OuterRef(OuterRef("owner"))
    )
    others = phones.objects.filter(number=OuterRef("number"), estate=OuterRef("estate")).exclude(
        owner=OuterRef("owner")
    )
    shared = list(
        phones.objects.filter(Exists(others.filter(Exists(housemates)))).order_by("pk").values_list("pk", flat=True)
    )
    for start in range(0, len(shared), MANY):
        phones.objects.filter(pk__in=shared[start : start + MANY]).update(is_own=False)


class Migration(migrations.Migration):
    dependencies = [('owners', '0008_whose_number')]
    operations = [migrations.RunPython(doubt, migrations.RunPython.noop)]
