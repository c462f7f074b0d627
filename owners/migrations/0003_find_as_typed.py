"""Indexes of owners/lookup.py. PostgreSQL only: beginnings need their own kind of index unless the
database sorts by bytes. SQLite holds one small estate and reads it whole."""

from django.db import migrations

INDEXES = {
    "owner_name_begins": "owners_owner (name varchar_pattern_ops)",
    "owner_given_name_begins": "owners_owner (substring(name, 2) text_pattern_ops)",
    "owner_long_names": "owners_owner (estate_id) WHERE length(name) >= 4",
    "unit_code_begins": "owners_unit (code varchar_pattern_ops)",
    "unit_number_begins": "owners_unit (number varchar_pattern_ops)",
}


def create(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for name, index in INDEXES.items():
            schema_editor.execute(f"CREATE INDEX {name} ON {index}")


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for name in INDEXES:
            schema_editor.execute(f"DROP INDEX {name}")


class Migration(migrations.Migration):
    dependencies = [("owners", "0002_move_in_precision")]
    operations = [migrations.RunPython(create, drop)]
