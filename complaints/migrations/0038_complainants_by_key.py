"""Complainants are found by the key of their name."""

from django.db import migrations, models

class Migration(migrations.Migration):
    dependencies = [
        ('complaints', '0037_rows_in_their_order'),
        ("owners", "0007_names_and_phones_cleaned"),
    ]
    operations = [
        migrations.AddField(
            model_name="complainant",
            name="name_key",
            field=models.CharField(blank=True, default="", editable=False, max_length=200),
        ),
        migrations.AlterField(
            model_name="complainant",
            name="name",
            field=models.CharField(blank=True, max_length=100, verbose_name="name"),
        ),
        migrations.AlterField(
            model_name="contactnote",
            name="name",
            field=models.CharField(blank=True, max_length=100, verbose_name="name"),
        ),
        migrations.AlterField(
            model_name="signatory", name="name", field=models.CharField(max_length=100, verbose_name="name")
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
    ]
