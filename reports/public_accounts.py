"""What owners read of single upheld complaints: written and left out here. The only writer.

Whoever may issue the list writes it. Words that name somebody are refused, and a case that is kept from
anybody has none (`reports.figures.public_list`). A list that was issued has frozen what it said.
"""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from complaints.actions.public_people import known_of
from complaints.models import Complaint
from complaints.public_words import named_in
from complaints.statuses import WrongPerson
from config.framework.refusals import Refused
from reports.calendar_rules import Overtaken
from reports.figures.public_list import may_stand
from reports.public_rows import LONGEST, PublicAccount
from reports.scopes import find, scopes_of
from staff.models import User
from staff.permissions import permissions_of


@transaction.atomic
def keep(
    case: Complaint,
    *,
    account: str = "",
    handling: str = "",
    left_out_because: str = "",
    started_from: int,
    by: User,
    at: datetime,
) -> PublicAccount:
    """Write down what owners read of a case, or why it is left out. `started_from`: the version that was
    read, 0 for none yet. Raises Refused, at its field.
    """
    row = Complaint.objects.select_for_update(no_key=True).get(pk=case.pk)
    _check_writer(row, by, at)
    # Whatever became of it, it may be left out.
    if not left_out_because.strip() and not may_stand(row):
        raise Refused(_("This case does not stand in a list for owners."))
    newest = PublicAccount.objects.filter(complaint=row).order_by("-number").first()
    if (newest.number if newest else 0) != started_from:
        raise Overtaken
    said = {"account": account, "handling": handling, "left_out_because": left_out_because}
    said = {name: " ".join(words.split()) for name, words in said.items()}
    if said["left_out_because"]:
        said |= {"account": "", "handling": ""}
    elif not said["account"]:
        raise Refused(_("Say in a sentence what it was about."), field="account")
    known = known_of([row.pk])[row.pk]
    for field, words in said.items():
        if len(words) > LONGEST:
            raise Refused(_("At most %(n)s characters.") % {"n": LONGEST}, field=field)
        if field != "left_out_because" and (name := named_in(words, known)):
            raise Refused(
                _("“%(name)s” tells owners who it is. Write it without names, rooms and phones.")
                % {"name": name},
                field=field,
            )
    try:
        with transaction.atomic():
            return PublicAccount.objects.create(
                complaint=row, number=started_from + 1, kept_at=at, kept_by=by, **said
            )
    except IntegrityError:
        raise Overtaken from None


def _check_writer(case: Complaint, by: User, at: datetime) -> None:
    person = permissions_of(by, at)
    scope = find(scopes_of(person), f"estate-{case.estate_id}")
    if scope is None or not scope.may_issue(person) or not Complaint.objects.visible_to(person).filter(
        pk=case.pk
    ):  # fmt: skip
        raise WrongPerson(
            _("What owners read is written by a supervisor, the property manager or the general manager.")
        )
