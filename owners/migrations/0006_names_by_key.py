"""Names are found by their key. PostgreSQL's indexes of owners/lookup.py follow it, as in 0003."""

from django.db import migrations, models

BEFORE = {
    "owner_name_begins": "owners_owner (name varchar_pattern_ops)",
    "owner_given_name_begins": "owners_owner (substring(name, 2) text_pattern_ops)",
    "owner_long_names": "owners_owner (estate_id) WHERE length(name) >= 4",
}
AFTER = {
    "owner_key_begins": "owners_owner (name_key varchar_pattern_ops)",
    "owner_given_key_begins": "owners_owner (substring(name_key, 2) text_pattern_ops)",
    "owner_long_keys": "owners_owner (estate_id) WHERE length(name_key) >= 4",
}


def swap(schema_editor, gone, new):
    if schema_editor.connection.vendor == "postgresql":
        for name in gone:
            schema_editor.execute(f"DROP INDEX {name}")
        for name, index in new.items():
            schema_editor.execute(f"CREATE INDEX {name} ON {index}")


def forwards(apps, schema_editor):
    swap(schema_editor, BEFORE, AFTER)


def backwards(apps, schema_editor):
    swap(schema_editor, AFTER, BEFORE)


def index_versions(apps, schema_editor):
    """A home that was renumbered is found by the number in its versions."""
    schema_editor.execute("CREATE INDEX unit_code_before ON owners_historicalunit (code)")


def drop_index(apps, schema_editor):
    schema_editor.execute("DROP INDEX unit_code_before")


class Migration(migrations.Migration):
    dependencies = [('owners', '0005_a_register_on_its_way')]
    operations = [
        migrations.AddField(
            model_name="owner",
            name="name_key",
            field=models.CharField(blank=True, default="", editable=False, max_length=200),
        ),
        migrations.AlterField(
            model_name="owner", name="name", field=models.CharField(max_length=100, verbose_name="name")
        ),
        migrations.AlterField(
            model_name="phone",
            name="number",
            field=models.CharField(
                help_text="Digits, and an extension behind a dash.", max_length=30, verbose_name="number"
            ),
        ),
        migrations.RunPython(forwards, backwards),
        migrations.RunPython(index_versions, drop_index),
    ]
