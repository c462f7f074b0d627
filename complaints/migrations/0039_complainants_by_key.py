"""Complainants are found by the key of their name, whole or in part: on PostgreSQL by its pairs of
neighbouring characters, as words are (0002)."""

from django.db import migrations, models

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
    dependencies = [
        ("complaints", "0037_rows_in_their_order"),
        ("owners", "0006b_names_and_phones_cleaned"),
    ]
    operations = [
        migrations.AddField(
            model_name="complainant",
            name="name_key",
            field=models.CharField(blank=True, default="", editable=False, max_length=200),
        ),
        migrations.RemoveIndex(model_name="complainant", name="complainant_by_name"),
        migrations.AddIndex(
            model_name="complainant",
            index=models.Index(
                condition=models.Q(("name_key", ""), _negated=True),
                fields=["name_key"],
                name="complainant_by_key",
            ),
        ),
        migrations.RunPython(forwards, backwards),
    ]
