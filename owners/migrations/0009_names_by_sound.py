"""Names are found by their sound. PostgreSQL's index of owners/lookup.py, as in 0003: the beginnings of the
words of one column."""

from django.db import migrations, models

INDEX = """
CREATE INDEX owner_by_sound ON owners_owner
USING gin (array_to_tsvector(string_to_array(name_sounds, ' '))) WITH (fastupdate = on)
"""


def create(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(INDEX)


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX owner_by_sound")


class Migration(migrations.Migration):
    dependencies = [('owners', '0008b_whose_number_rows')]
    operations = [
        migrations.AddField(
            model_name="owner",
            name="name_sounds",
            field=models.CharField(blank=True, default="", editable=False, max_length=300),
        ),
        migrations.RunPython(create, drop),
    ]
