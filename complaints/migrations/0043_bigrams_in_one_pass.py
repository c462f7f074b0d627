"""The pairs of neighbouring characters in one pass over the text.

`substr` of a text with letters of several bytes counts from its beginning each time: 52,000 Chinese characters
took longer than a statement may. The pairs are the same, so the indexes stay as they are.
"""

from django.db import migrations

FUNCTION = """
CREATE OR REPLACE FUNCTION complaint_bigrams(words text) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
  SELECT coalesce(array_agg(DISTINCT pair), '{}')
  FROM (
    SELECT letter || lead(letter) OVER (ORDER BY place) AS pair
    FROM unnest(string_to_array(lower(words), NULL)) WITH ORDINALITY AS letters(letter, place)
  ) AS pairs
  WHERE pair !~ '\\s'
$$
"""
BEFORE = """
CREATE OR REPLACE FUNCTION complaint_bigrams(words text) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
  SELECT coalesce(array_agg(DISTINCT pair), '{}')
  FROM (
    SELECT substr(lower(words), i, 2) AS pair
    FROM generate_series(1, length(words) - 1) AS i
  ) AS pairs
  WHERE pair !~ '\\s'
$$
"""


def forwards(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(FUNCTION)


def backwards(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(BEFORE)


class Migration(migrations.Migration):
    dependencies = [("complaints", "0042_passed_on_to_the_desk")]
    operations = [migrations.RunPython(forwards, backwards)]
