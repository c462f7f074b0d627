"""What is no picture was kept byte by byte always; only pictures are drawn anew (0063 wrote down neither)."""

from django.db import migrations


def forwards(apps, schema_editor):
    files = apps.get_model("complaints", "Attachment").objects.filter(as_sent=False)
    files.exclude(content_type__startswith="image/").update(as_sent=True)


class Migration(migrations.Migration):
    dependencies = [("complaints", "0065_library_by_pairs")]
    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
