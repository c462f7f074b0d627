"""What is asked for when we apologise, or answer media, hotline and regulator."""

from __future__ import annotations

from datetime import datetime

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from complaints.actions.objections import open_items, period_of
from complaints.forms.fields import MoveForm, moment, pick, words
from complaints.models import Complaint, Cycle
from complaints.models.field_names import field_name
from complaints.policy import OFFICIAL
from complaints.statuses import TheirDecision


def order_remarks(
    channel: str,
    *,
    number: str,
    unit: str,
    due_at: datetime | None,
    now: datetime,
    received_at: datetime | None = None,
) -> list[str | Promise]:
    """What is worth a second look in the order of a hotline or regulator; none of it stops the filing.

    A due time at or before the receipt, where that is known, is refused when it is filed: nothing of it here.
    """
    if channel not in OFFICIAL:
        return []
    missing = [
        str(field_name(Complaint, name))
        for name, said in (("external_number", number), ("external_unit", unit), ("external_due_at", due_at))
        if not said
    ]
    remarks: list[str | Promise] = []
    if missing:
        words = gettext(
            "Not given yet: %(names)s. Our answer goes back by the order, in its time: add it soon."
        )
        remarks.append(words % {"names": pgettext("between names", ", ").join(missing)})
    if due_at and due_at <= now and not (received_at and due_at <= received_at):
        remarks.append(_("Their due time has already passed: check it, or ask them for more time."))
    return remarks


class Apologise(MoveForm):
    apologised_by = forms.CharField(
        label=_("Who apologised"), max_length=60, help_text=_("The one it is about, or who stands for him.")
    )
    method = pick(_("How"), Cycle.ReplyMethod.choices)
    note = words(_("Words of the apology"), _("The customer sees it."))
    done_at = moment(_("When"), _("Empty: now."))


class AnswerMedia(MoveForm):
    note = words(_("Which media, and what they were told"), _("The customer does not see it."))
    done_at = moment(_("When"), _("Empty: now."))


class NoteMedia(MoveForm):
    note = words(
        _("Which media, and what they ask"),
        _("Name and number of the reporter. The customer does not see it."),
    )
    done_at = moment(_("When they asked"), _("Empty: now."))


class DropMedia(MoveForm):
    note = words(_("Who withdrew it, and why"), _("That they asked stays on the record."))
    done_at = moment(_("When"), _("Empty: now."))


class AnswerExternal(MoveForm):
    note = words(
        _("Text of our answer"),
        _("As it was filed on their order; it is kept. The customer does not see it."),
    )
    done_at = moment(_("When"), _("Empty: now."))


class MoveExternal(MoveForm):
    """An extension or return of their order, as recorded by them."""

    decision = pick(_("What they decided"), TheirDecision.choices)
    new_due_at = moment(_("Their new due time"), _("Empty only where they took it back."))
    note = words(_("Who decided, and why"), _("Name and number of their notice, so that it can be shown."))
    done_at = moment(_("When they decided"), _("Empty: now."))


class RecordFinding(MoveForm):
    found_at = moment(_("Date of the finding"), _("The days for objecting count from it."), needed=True)
    note = words(_("What is found against us"))


class ObjectToFinding(MoveForm):
    """Its papers are laid down before, one by one; while one is open only the general manager files, late."""

    expert = forms.CharField(
        label=_("Who faces the regulator"),
        max_length=60,
        help_text=_("Knows policy and matter; what he signs is evidence."),
    )
    note = words(_("What we object to, and why"))
    incomplete_because = words(
        _("Why it goes out incomplete"),
        _("The general manager alone, in the last day of the period."),
        needed=False,
    )
    done_at = moment(_("When"), _("Empty: now."))

    def prepare(self) -> None:
        period = period_of(self.complaint)
        lacking = open_items(period) if period else []
        field = self.fields["incomplete_because"]
        if lacking:
            which = pgettext("between names", ", ").join(str(item) for item in lacking)
            field.help_text = gettext("Still open: %(papers)s.") % {"papers": which} + f" {field.help_text}"
        else:
            field.widget = forms.HiddenInput()
