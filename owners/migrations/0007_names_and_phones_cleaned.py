"""What nobody sees leaves the names, every name gets its key, and a phone of ours its own digits alone."""

from django.db import migrations

from owners.migrations._cleaning import clean_line, clean_name, clean_phone, clean_rows, name_key


def clean(apps, schema_editor):
    owners, phones = apps.get_model("owners", "Owner"), apps.get_model("owners", "Phone")
    clean_rows(
        owners.objects.order_by("pk"),
        {
            "name": lambda row: clean_name(row.name) or row.name,
            "name_key": lambda row: name_key(row.name),
            "remark": lambda row: clean_line(row.remark),
        },
    )
    for phone in phones.objects.order_by("pk").iterator():
        number = clean_phone(phone.number)
        if number == phone.number:
            continue
        if phones.objects.filter(owner=phone.owner_id, number=number).exists():
            phone.delete()  # the same number of the same person, written twice
        else:
            phone.number, phone.last4 = number, number[-4:]
            phone.save(update_fields=["number", "last4"])


class Migration(migrations.Migration):
    dependencies = [('owners', '0006_names_by_key')]
    operations = [migrations.RunPython(clean, migrations.RunPython.noop)]
