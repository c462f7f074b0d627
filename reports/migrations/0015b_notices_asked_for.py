# Notices of commendations that were asked for under the kind of posters, and are not thrown away yet.

from django.db import migrations


def of_their_own_kind(apps, schema_editor):
    papers = apps.get_model("reports", "Paper").objects.filter(kind="posters", days__has_key="commendation")
    papers.update(kind="commended")


class Migration(migrations.Migration):
    dependencies = [("reports", "0015_papers_of_commendations")]

    operations = [migrations.RunPython(of_their_own_kind, migrations.RunPython.noop)]
