"""What owners read of single upheld complaints: written and left out here. The only writer.

Whoever may issue the list writes it. Words that name somebody are refused, and a case that is kept from
anybody has none (`reports.figures.public_list`). A list that was issued has frozen what it said.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from complaints.models import Complaint, Respondent, Signatory
from complaints.statuses import WrongPerson
from config.framework.refusals import Refused
from owners.models import Unit
from reports.calendar_rules import Overtaken
from reports.figures.public_list import is_kept
from reports.public_rows import LONGEST, PublicAccount
from reports.public_words import Known, named_in
from reports.scopes import find, scopes_of
from staff.models import User
from staff.permissions import permissions_of

#: Whoever had a hand in a case.
OURS = ("first_receiver", "handler", "accountable", "speaker", "complainant", "unit")


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
    if is_kept(row) or row.validity != Complaint.Validity.VALID:
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


def known_of(cases: Collection[int]) -> dict[int, Known]:
    """Of each case whose names, phones and door must not stand in words for owners. Three queries."""
    words: dict[int, set[str]] = defaultdict(set)
    for case in Complaint.objects.filter(pk__in=list(cases)).select_related(*OURS):
        customer = case.complainant
        ours = (case.first_receiver, case.handler, case.accountable, case.speaker)
        words[case.pk] = {customer.name, customer.phone, customer.representative}
        words[case.pk] |= {user.name for user in ours if user}
        if case.unit and case.unit.kind != Unit.Kind.COMMON:
            words[case.pk] |= {case.unit.name, case.unit.code}
    about = Respondent.objects.filter(complaint__in=list(cases))
    signed = Signatory.objects.filter(complaint__in=list(cases))
    for pk, *said in [
        *about.values_list("complaint", "name", "user__name"),
        *signed.values_list("complaint", "name", "phone"),
    ]:
        words[pk] |= {word for word in said if word}
    return {pk: Known.of(words[pk]) for pk in cases}
