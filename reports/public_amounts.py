"""Words for owners name nobody: amounts and areas stand in them, and are no telephones."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from complaints.public_words import Known, named_in
from config.framework.refusals import Refused

#: Digits with what they are of; public_words would take seven of them for a telephone.
AMOUNT = re.compile(r"[\d,，]+(?:\.\d+)?\s*(?:元|万元|万|亿|平方米|平米|㎡|度|吨|yuan|RMB|CNY|m²|kWh)", re.I)


def check_names_nobody(words: str, field: str) -> None:
    """Raises Refused, at the field, where words tell of a person, a room or a phone."""
    if name := named_in(AMOUNT.sub(" ", words), Known.of(())):
        raise Refused(
            _("“%(name)s” tells owners who it is. Write it without names, rooms and phones.")
            % {"name": name},
            field=field,
        )
