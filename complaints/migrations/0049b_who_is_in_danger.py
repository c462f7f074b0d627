"""Cases that were urgent when the column came: whose danger nobody had taken in hand, stands on top too."""

from django.db import migrations
from django.db.models import Exists, F, OuterRef, Q

OPEN = ("received", "recorded", "classified", "acting")
REACTIONS = ("accepted", "opinion_given", "acted", "handled", "acknowledged")


def forwards(apps, schema_editor):
    cases = apps.get_model("complaints", "Complaint").objects
    reacted = apps.get_model("complaints", "Event").objects.filter(complaint=OuterRef("pk"), kind__in=REACTIONS)
    waiting = cases.filter(Q(urgent=True) | Q(injury=True), ~Exists(reacted), status__in=OPEN)
    waiting.update(danger_since=F("received_at"))


class Migration(migrations.Migration):
    dependencies = [("complaints", "0049_people_in_danger")]
    operations = [migrations.RunPython(forwards, migrations.RunPython.noop, elidable=True)]
