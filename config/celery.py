"""Workers and beat. Redis only wakes them: what is due stands in the database."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("shouwen")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.update(
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_ignore_result=True,
    task_time_limit=600,
    worker_prefetch_multiplier=1,
    accept_content=["json"],
    broker_connection_retry_on_startup=True,
    worker_cancel_long_running_tasks_on_connection_loss=True,  # they are delivered again
    worker_redirect_stdouts=False,  # mails on the console stay readable
    broker_transport_options={
        "visibility_timeout": 900,  # longer than the longest task
        "unacked_restore_interval": 2,
        "unacked_restore_throttle": 1,
    },
    # A message nobody took within its period is worthless: the next one does the same.
    beat_schedule={
        "sweep": {"task": "complaints.tasks.sweep", "schedule": 30, "options": {"expires": 25}},
        "send": {"task": "complaints.tasks.send", "schedule": 10, "options": {"expires": 8}},
        "forget": {"task": "complaints.tasks.forget", "schedule": 3600, "options": {"expires": 3500}},
        "registers": {"task": "owners.tasks.load_registers", "schedule": 60, "options": {"expires": 55}},
        "past_ledgers": {"task": "complaints.tasks.past_ledgers", "schedule": 60, "options": {"expires": 55}},
        "reports": {"task": "reports.tasks.make", "schedule": 60, "options": {"expires": 55}},
        "rollups": {"task": "reports.tasks.fill_rollups", "schedule": 60, "options": {"expires": 55}},
        "papers": {"task": "reports.tasks.papers", "schedule": 30, "options": {"expires": 25}},
        "sheets": {"task": "reports.tasks.sheets", "schedule": 30, "options": {"expires": 25}},
        "papers_forget": {"task": "reports.tasks.forget", "schedule": 300, "options": {"expires": 295}},
    },
)
app.autodiscover_tasks()
