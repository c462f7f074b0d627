"""What the names sound like that are in the register already."""

from django.db import migrations

from owners.migrations._sounds import name_sounds

MANY = 1000


def read_aloud(apps, schema_editor):
    owners, changed = apps.get_model("owners", "Owner"), []
    for owner in owners.objects.order_by("pk").only("pk", "name").iterator(chunk_size=MANY):
        owner.name_sounds = name_sounds(owner.name)
        changed += [owner] if owner.name_sounds else []
        if len(changed) >= MANY:
            owners.objects.bulk_update(changed, ["name_sounds"])
            changed = []
    owners.objects.bulk_update(changed, ["name_sounds"])


class Migration(migrations.Migration):
    dependencies = [('owners', '0009_names_by_sound')]
    operations = [migrations.RunPython(read_aloud, migrations.RunPython.noop)]
