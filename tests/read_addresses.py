"""The addresses of surveys, reports to owners, ratings and appraisals, each with rows that tell of a case."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.timezone import now

from staff.models import User
from tests.appraisals import about
from tests.owner_reports import promise_to_owners, to_owners
from tests.rating_cast import rating_of
from tests.surveys import one_in


def address_of_rooms(name: str, cases: Any) -> tuple[str, dict[str, str]] | None:
    """None: an address of another room. As `address` of `tests.test_report_readers`."""
    open_case, _done = cases
    match name:
        case "survey_links" | "survey_sheets":
            return reverse(f"reports:{name}", args=[one_in(open_case.estate, over=False).pk]), {}
        case "survey" | "survey_paper" | "survey_table" | "survey_measure":
            row = one_in(open_case.estate, over=True)
            more = {"survey_table": ["csv"], "survey_measure": [row.items.all()[0].pk]}.get(name, [])
            return reverse(f"reports:{name}", args=[row.pk, *more]), {}
        case "owner_report" | "owner_report_pdf" | "owner_report_block" | "owner_report_act":
            more = {"owner_report_block": ["pest"], "owner_report_act": ["write"]}.get(name, [])
            return reverse(f"reports:{name}", args=[to_owners().pk, *more]), {}
        case "owner_meeting" | "owner_minutes" | "owner_meeting_act":
            more = ["sign"] if name == "owner_meeting_act" else []
            return reverse(f"reports:{name}", args=[promise_to_owners().meeting_id, *more]), {}
        case "owner_promise_measure" | "owner_promise_act":
            more = ["settle"] if name == "owner_promise_act" else []
            return reverse(f"reports:{name}", args=[promise_to_owners().pk, *more]), {}
        case "rating" | "rating_act" | "rating_new" | "rating_behind":
            row = rating_of(cases, is_out=name != "rating_act")  # of a published one no form is drawn
            if name == "rating_new":
                return reverse(f"reports:{name}", args=["JX", row.department_id, "2026-04"]), {}
            if name == "rating_behind":
                asked = {"estate": "JX", "firm": row.department_id, "month": "2026-03", "figure": "stayed"}
                return reverse(f"reports:{name}"), asked
            more = ["rate"] if name == "rating_act" else []
            return reverse(f"reports:{name}", args=[row.pk, *more]), {}
        case "appraisal" | "appraisal_pdf" | "appraisal_cases":
            more = ["closure", "part"] if name == "appraisal_cases" else []
            return reverse(f"reports:{name}", args=[about(open_case, now()).pk, *more]), {}
        case "appraisal_checks":
            return reverse(f"reports:{name}", args=[User.objects.get(username="limin").pk]), {}
        case "appraisals_year" | "appraisals_year_pdf":
            return reverse(f"reports:{name}", args=[2026]), {}
        case "appraisals_month_pdf":
            return reverse(f"reports:{name}", args=["2026-03"]), {}
    return None
