"""Who speaks for several is a value of the complainant; versions name nobody (domain.md 2)."""

from django.db import migrations, models
from django.db.models import OuterRef, Subquery


def move(apps, schema_editor):
    complaint, complainant = (apps.get_model("complaints", name) for name in ("Complaint", "Complainant"))
    spoken_for = complaint.objects.exclude(representative="")
    name = Subquery(spoken_for.filter(pk=OuterRef("complaint")).values("representative"))
    complainant.objects.filter(complaint__in=spoken_for).update(representative=name)


def move_back(apps, schema_editor):
    complaint, complainant = (apps.get_model("complaints", name) for name in ("Complaint", "Complainant"))
    spoken_for = complainant.objects.exclude(representative="")
    name = Subquery(spoken_for.filter(complaint=OuterRef("pk")).values("representative"))
    complaint.objects.filter(complainant__in=spoken_for).update(representative=name)


class Migration(migrations.Migration):
    dependencies = [("complaints", "0014_a_lead_keeps_its_own_count")]

    operations = [
        migrations.AddField(
            "complainant",
            "representative",
            models.CharField(blank=True, max_length=60, verbose_name="owners' representative"),
        ),
        migrations.RunPython(move, move_back, elidable=True),
        migrations.RemoveField("complaint", "representative"),
        migrations.RemoveField("historicalcomplaint", "representative"),
        migrations.RemoveField("historicalrespondent", "name"),
    ]
