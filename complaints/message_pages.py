"""The page a message leads to, where it is about something else than a case."""

from __future__ import annotations

from typing import Any

from django.urls import reverse


def of_reports(params: dict[str, Any]) -> str:
    """The page of a report, an appraisal or a meeting with owners that a message is about."""
    for name in ("report", "appraisal", "owner_report", "owner_meeting"):
        if pk := params.get(name):
            return reverse("reports:due" if name == "report" else f"reports:{name}", args=[pk])
    return ""


def of_people_or_firms(kind: str, params: dict[str, Any]) -> str:
    """The page of a training, an appraisal or a contractor's rating; empty for what is about none."""
    if kind == "appraisals_year_due":
        return reverse("reports:appraisals_year", args=[int(params["appraisals"])])
    if month := params.get("appraisals"):
        return f"{reverse('reports:appraisals')}?month={month}"
    if kind == "training_own":
        return reverse("profile")
    if kind == "training_soon":
        return reverse("person", args=[params["trained"]])
    if pk := params.get("rating"):
        return reverse("reports:rating", args=[pk])
    if kind == "ratings_missing":
        return f"{reverse('reports:ratings')}?scope={params['scope']}&month={params['ratings']}"
    return ""
