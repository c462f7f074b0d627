"""What follows from every act on a case, whichever it is: one list, in the order in which it happens.

An act knows none of these rules, and none of them asks which act it was: each reads what has been changed and
said, and goes on writing in the same unit of work. A new consequence is one function and one line here.
"""

from __future__ import annotations

from collections.abc import Callable

from complaints.actions import (
    abnormal,
    bulletins,
    causes,
    danger,
    lapsed_requests,
    notice_grade,
    overruns,
    relays,
    superior,
    visits_due,
    warranty_rows,
)
from complaints.actions.unit_of_work import UnitOfWork

#: Before the case is written: they may change it, and each sees what those above have changed.
WITH_THE_ACT: tuple[Callable[[UnitOfWork], None], ...] = (
    danger.follow,  # people in danger are told of at once, and stand on top until somebody sees to it
    notice_grade.settle,  # the notice grade follows the facts
    abnormal.follow,  # a marked case that was opened again is looked at again
    superior.follow,  # what a customer insists on is over with the case, and told with the answer
    bulletins.watch,  # an important change brings the bulletin of a major case forward
    causes.follow,  # what has been handled owes the analysis of its cause
    warranty_rows.follow,  # a mark set by hand is a person's decision; another place is worked out anew
    overruns.follow,  # what has been handled late is to be explained
    bulletins.issue,  # the bulletin that is owed by now, from the case as all this leaves it
    lapsed_requests.notify,  # nobody waits for more time on a clock that has stopped
    visits_due.end_with_case,  # nobody visits for a case that is closed
)
#: Once it is written, and before its entries are: they act on other rows, and may still add an entry.
WHEN_WRITTEN: tuple[Callable[[UnitOfWork], None], ...] = (
    notice_grade.weigh_lead,  # what was marked on a member counts for all
    visits_due.follow_visitors,  # whoever is sent reads the case no longer: somebody else looks after it
    relays.follow_case,  # whoever passed it on hears of the end
)
