"""Names, phones and rooms of the people on cases, as they are kept from now on. Versions hold none of them."""

from django.db import migrations

from owners.migrations._cleaning import clean_line, clean_name, clean_phone, clean_rows, name_key


def clean(apps, schema_editor):
    def rows(name):
        return apps.get_model("complaints", name).objects.order_by("pk")

    clean_rows(
        rows("Complainant"),
        {
            "name": lambda row: clean_name(row.name),
            "name_key": lambda row: name_key(row.name),
            "phone": lambda row: clean_phone(row.phone),
            "last4": lambda row: clean_phone(row.phone)[-4:],
            "representative": lambda row: clean_name(row.representative),
        },
    )
    clean_rows(
        rows("Signatory"),
        {
            "name": lambda row: clean_name(row.name) or row.name,
            "room": lambda row: clean_line(row.room),
            "phone": lambda row: clean_phone(row.phone),
            "note": lambda row: clean_line(row.note),
        },
    )
    clean_rows(
        rows("ContactNote"),
        {"name": lambda row: clean_name(row.name), "phone": lambda row: clean_phone(row.phone)},
    )


class Migration(migrations.Migration):
    dependencies = [('complaints', '0038_complainants_by_key')]
    operations = [migrations.RunPython(clean, migrations.RunPython.noop)]
