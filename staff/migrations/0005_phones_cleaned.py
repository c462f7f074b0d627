"""Colleagues' own phones as they are kept from now on: digits alone."""

import re

from django.db import migrations


def clean(apps, schema_editor):
    people = apps.get_model("staff", "User").objects.exclude(phone="").order_by("pk")
    for person in people.iterator():
        digits = re.sub(r"[^0-9+]", "", person.phone)
        phone = re.sub(r"^(?:\+|00)?86(?=1[3-9]\d{9}$)", "", digits)
        if re.fullmatch(r"1[3-9]\d{9}", phone) and phone != person.phone:
            person.phone = phone
            person.save(update_fields=["phone"])


class Migration(migrations.Migration):
    dependencies = [("staff", "0004_company")]
    operations = [migrations.RunPython(clean, migrations.RunPython.noop)]
