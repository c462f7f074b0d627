"""Rows of the audit, and somebody whose requests make them."""

from __future__ import annotations

from django.test import Client

from staff.models import AuditRow

ENGLISH = {"accept-language": "en"}


def rows(kind: str = "") -> list[tuple[str, str | None, str, str]]:
    wanted = AuditRow.objects.filter(kind=kind) if kind else AuditRow.objects.all()
    found = wanted.order_by("pk").values_list("kind", "user__username", "about", "case", "address")
    return [(kind, who, f"{about} {case}".strip(), where) for kind, who, about, case, where in found]


def as_(user, **headers) -> Client:
    client = Client(headers=ENGLISH | headers, REMOTE_ADDR="198.51.100.7")
    client.force_login(user)
    return client
