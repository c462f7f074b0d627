"""Rows of the audit name the case they are about in a column of its own, by which they are found."""

import re

from django.db import migrations

NUMBER = re.compile(r"\b[A-Z][A-Z0-9]{1,5}-20\d\d-\d{6,}\b")
OF_A_CASE = {
    "extension": "Extension", "overrun": "Overrun", "compensation": "Compensation", "bulletin": "Bulletin",
    "relay": "Relay",
}  # fmt: skip


def forwards(apps, schema_editor):
    rows = apps.get_model("staff", "AuditRow").objects
    for row in rows.filter(case="").exclude(about="").iterator(chunk_size=1000):
        if numbers := NUMBER.findall(row.about):
            about = NUMBER.sub("", row.about).strip() if len(numbers) == 1 else row.about
            rows.filter(pk=row.pk).update(case=numbers[0], about=about)
            continue
        kind, _space, key = row.about.rpartition(" ")
        kind = "bulletin" if kind == "reports:bulletin" else kind
        number = None
        if kind in OF_A_CASE and key.isdecimal():
            model = apps.get_model("complaints", OF_A_CASE[kind])
            number = model.objects.filter(pk=key).values_list("complaint__number", flat=True).first()
        elif kind == "attachment":
            model = apps.get_model("complaints", "Attachment")
            number = model.objects.filter(file=key).values_list("complaint__number", flat=True).first()
        if number:
            rows.filter(pk=row.pk).update(case=number)


class Migration(migrations.Migration):
    dependencies = [("complaints", "0044_files_of_relays"), ("staff", "0009_audit_rows_count")]
    operations = [migrations.RunPython(forwards, migrations.RunPython.noop, elidable=True)]
