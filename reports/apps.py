from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from reports import checks  # noqa: F401 registers them


class ReportsConfig(AppConfig):
    name = "reports"

    def ready(self) -> None:
        from complaints.tasks import join_forgetting, join_sweep
        from reports import calendar_beat, calendar_digest, owner_promises_due, rating_due
        from reports.appraisals import beat, keeping

        join_sweep(calendar_beat.JOB, _("report calendar"), calendar_beat.work)
        join_sweep(calendar_digest.JOB, _("digest of late reports"), calendar_digest.digest)
        join_sweep(owner_promises_due.JOB, _("promises to owners"), owner_promises_due.remind)
        join_sweep(beat.JOB, _("staff appraisals"), beat.work)
        join_sweep(rating_due.JOB, _("reminders of ratings"), rating_due.remind_due)
        join_forgetting(keeping.forget)
