"""By what a list of cases is put in order besides times: expressions that have indexes (`Complaint.Meta`).

Whole numbers, never empty: so a page of any order is one walk along an index. Who, where and what are put
in order by their keys: all of one person, one place or one category stand together, as the registers and
the vocabulary hold them.
"""

from __future__ import annotations

from django.db.models import BigIntegerField, Case, F, IntegerField, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

#: The gravest first; what nobody has classified yet comes last.
BY_SEVERITY: Combinable = Case(
    When(severity="major", then=Value(0)),
    When(severity="important", then=Value(1)),
    When(severity="minor", then=Value(2)),
    default=Value(3),
    output_field=IntegerField(),
)
#: Who has it: the handler, before there is one the first receiver.
BY_HOLDER: Combinable = Coalesce("handler", "first_receiver")
#: A place in words, which is in no register, comes first; so does that of whoever hides, for every reader:
#: between the cases of his home he would be found.
BY_PLACE: Combinable = Case(
    When(identity_hidden=True, then=Value(0)),
    default=Coalesce("unit", Value(0)),
    output_field=BigIntegerField(),
)
BY_CATEGORY: Combinable = Coalesce("category", Value(0))
#: By the column of the queue, each with an index.
OF_COLUMNS: dict[str, Combinable] = {
    "by_severity": BY_SEVERITY,
    "by_category": BY_CATEGORY,
    "by_place": BY_PLACE,
    "by_holder": BY_HOLDER,
    "by_received": F("received_at"),
}
