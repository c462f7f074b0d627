"""Whom a case under warranty is offered to: the estate's warranty officer, else the builder (T48)."""

from __future__ import annotations

from collections.abc import Mapping

from complaints.actions.warranty_rows import row_of, warranty_of
from complaints.models import Complaint
from owners.handed_over import builders_of
from staff.models import Posting
from staff.roles import Role


def offered_for(complaint: Complaint, postings: Mapping[str, Posting]) -> str | None:
    """The key of the posting; None where nobody of them is there. Two queries, or four.

    Of the builder's people, who work with us as a contractor, the head of the firm.
    """
    there = [(key, posting) for key, posting in postings.items() if not posting.is_away]
    officer = warranty_of(complaint.estate_id).officer_id
    if key := next((key for key, posting in there if posting.user_id == officer), None):
        return key
    builders = builders_of(complaint.estate_id, row_of(complaint).part)
    firms = [one.department_id for one in builders if one.department_id]
    for firm in firms:
        its = [
            (posting.role != Role.DEPARTMENT_HEAD, key)
            for key, posting in there
            if posting.department_id == firm
        ]
        if its:
            return min(its)[1]
    return None
