"""Two-character Chinese search on PostgreSQL: an index over the pairs of neighbouring characters.

Trigrams need three characters and a locale that knows Chinese; pairs need neither. SQLite
installations are small and scan.
"""

from django.db import migrations

FUNCTION = """
CREATE FUNCTION complaint_bigrams(words text) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
  SELECT coalesce(array_agg(DISTINCT pair), '{}')
  FROM (
    SELECT substr(lower(words), i, 2) AS pair
    FROM generate_series(1, length(words) - 1) AS i
  ) AS pairs
  WHERE pair !~ '\\s'
$$
"""
INDEX = """
CREATE INDEX complaint_by_bigrams ON complaints_complaint
USING gin (complaint_bigrams(content || ' ' || place)) WITH (fastupdate = on)
"""


def forwards(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(FUNCTION)
        schema_editor.execute(INDEX)


def backwards(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX complaint_by_bigrams")
        schema_editor.execute("DROP FUNCTION complaint_bigrams(text)")


class Migration(migrations.Migration):
    dependencies = [("complaints", "0001_initial")]
    operations = [migrations.RunPython(forwards, backwards)]
