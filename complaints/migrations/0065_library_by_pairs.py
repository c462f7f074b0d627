"""The case library is searched on PostgreSQL by the pairs of neighbouring characters, as complaints are (0002)."""

from django.db import migrations

INDEX = """
CREATE INDEX study_by_pairs ON complaints_casestudy
USING gin (complaint_bigrams(words)) WITH (fastupdate = on)
"""


def forwards(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(INDEX)


def backwards(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX study_by_pairs")


class Migration(migrations.Migration):
    dependencies = [("complaints", "0064_case_library")]
    operations = [migrations.RunPython(forwards, backwards)]
