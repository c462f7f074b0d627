"""What stands is brought along; what happened is not rewritten.

Cases the media brought were graded as "may reach the media"; the rule is now "the media have asked". What was
set aside by hand of the one stays set aside of the other, and the present reason has the new name: else the
next act would find a new fact. The entries of the timeline stay as they were written.

Restricted cases were read by role. Whoever read them so, and does not decide on them, is named in their
circle, by rule; the property manager may take him out. Nobody loses sight of a case unawares.

Media clocks begun by a customer's threat run on until the media are answered, or until it is recorded why
there was no question. Severities that age alone had raised stay as they were decided then; the supervisor
may lower them now, with the reason.
"""

from django.db import migrations
from django.db.models import Q
from django.utils import timezone


def bring_along(apps, schema_editor):
    complaint = apps.get_model("complaints", "Complaint")
    for row in complaint.objects.filter(channel="media").exclude(grade_reasons={}, grade_overruled={}):
        reasons, overruled = dict(row.grade_reasons), dict(row.grade_overruled)
        if "media_threatened" in reasons:
            reasons["media_asked"] = reasons["media_threatened"]
            if not row.media_threatened:
                del reasons["media_threatened"]
        if "media_threatened" in overruled:
            overruled["media_asked"] = overruled["media_threatened"]
        complaint.objects.filter(pk=row.pk).update(grade_reasons=reasons, grade_overruled=overruled)


def name_readers(apps, schema_editor):
    complaint, member = (apps.get_model("complaints", name) for name in ("Complaint", "CircleMember"))
    posting, now = apps.get_model("staff", "Posting"), timezone.now()
    current = Q(starts_at__lte=now, user__is_active=True) & (Q(ends_at=None) | Q(ends_at__gt=now))
    readers = posting.objects.filter(current, role__in=["supervisor", "auditor"])
    company = Q(estate=None, region=None, department=None)
    for row in complaint.objects.filter(restricted=True).select_related("estate"):
        here = company | Q(estate=row.estate_id) | Q(department__estate=row.estate_id)
        if row.estate.region_id:
            here |= Q(region=row.estate.region_id)
        about = set(row.respondents.exclude(user=None).values_list("user", flat=True))
        people = set(readers.filter(here).values_list("user", flat=True)) - about
        member.objects.bulk_create(
            [member(complaint=row, user_id=user, since=now) for user in sorted(people)]
        )


class Migration(migrations.Migration):
    dependencies = [("complaints", "0025_media_and_abnormal"), ("staff", "0003_ways_of_being_told")]

    operations = [
        migrations.RunPython(bring_along, migrations.RunPython.noop, elidable=True),
        migrations.RunPython(name_readers, migrations.RunPython.noop, elidable=True),
    ]
