"""Who approves amounts that were there before, and what was granted."""

from django.db import migrations

#: Who approved by severity before amounts had limits of their own.
APPROVERS = {
    "minor": "property_manager",
    "important": "general_manager",
    "major": "general_manager",
}
LIMITS = (("supervisor", 500), ("property_manager", 5000))


def fill(apps, schema_editor):
    """What is decided keeps its approver, by the severity's rule of then; what waits goes by its amount."""
    Compensation = apps.get_model("complaints", "Compensation")
    Version = apps.get_model("complaints", "PolicyVersion")
    newest = Version.objects.order_by("-number").first()
    approvers = APPROVERS | ((newest.data.get("extension") or {}).get("approvers") or {} if newest else {})
    spent = {}
    for row in Compensation.objects.select_related("complaint").order_by("pk"):
        if row.state != "declined":
            spent[row.complaint_id] = spent.get(row.complaint_id, 0) + row.amount
        if row.state == "proposed":
            total = spent[row.complaint_id]
            row.approver_role = next((role for role, most in LIMITS if total <= most), "general_manager")
        else:
            row.approver_role = approvers[row.complaint.severity or "minor"]
        row.granted_amount = row.amount if row.state == "approved" else None
        row.save(update_fields=["approver_role", "granted_amount"])
        History = apps.get_model("complaints", "HistoricalCompensation")
        versions = History.objects.filter(id=row.pk)
        versions.update(approver_role=row.approver_role)
        versions.filter(state="approved").update(granted_amount=row.granted_amount)


class Migration(migrations.Migration):
    dependencies = [("complaints", "0027_signatories_and_money")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=True)]
