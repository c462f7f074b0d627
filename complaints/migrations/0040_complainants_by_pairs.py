"""A part of a complainant's name is found on PostgreSQL by the pairs of neighbouring characters of its key, as
words are (0002)."""

from django.db import migrations

INDEX = """
CREATE INDEX complainant_by_key_pairs ON complaints_complainant
USING gin (complaint_bigrams(name_key)) WITH (fastupdate = on)
"""


def forwards(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(INDEX)


def backwards(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX complainant_by_key_pairs")


class Migration(migrations.Migration):
    dependencies = [('complaints', '0039_people_cleaned')]
    operations = [migrations.RunPython(forwards, backwards)]
