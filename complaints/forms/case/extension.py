"""The form that asks for more time: what is due now, how far an extension reaches, who decides."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from complaints.actions.extension_reach import cap_of, fault_in_new_due, latest_due, usual_due
from complaints.actions.extensions import approvers
from complaints.actions.row_conditions import fault_in_clock
from complaints.actions.situations import situation_for
from complaints.actions.told_first import WAYS, ToldFirst
from complaints.actions.vocabulary import extension_reasons
from complaints.channels.customers import asked_in_words, no_text_because
from complaints.clocks import kept_how, limit_in_words
from complaints.conditions import VOICE
from complaints.forms.fields import MoveForm, files, moment, pick, tick, words
from complaints.models import Clock, Extension, Respondent
from complaints.time_texts import moment as time_in_words
from complaints.time_texts import span
from config.framework.field_rendering import WITHOUT_OPTIONAL
from staff.stand_ins import StandIns


class AskExtension(MoveForm):
    """More time for one clock; it runs on until somebody approves (domain.md 5)."""

    clock = pick(_("What needs more time"), ())
    new_due_at = moment(_("New due time"), needed=True)
    reason = forms.ChoiceField(label=_("Reason"))
    note = words(_("What happened and what is needed"))
    files = files(_("Evidence"))
    customer_told_method = pick(
        _("How the customer was told first"),
        [("", _("Not told")), *((way.value, way.label) for way in WAYS)],
        needed=False,
        hint=_("That it takes longer and that more time is asked for; nothing is approved yet."),
    )
    customer_told_at = moment(_("When the customer was told"), _("Empty: just now."))
    text_now = tick(_("Tell the customer by text message now"))
    not_told_because = forms.CharField(
        label=_("Why the customer was not told"),
        required=False,
        max_length=Extension._meta.get_field("not_told_because").max_length,
        help_text=_("The approver reads it; the customer does not."),
    )
    promised_at = moment(
        _("Time promised to the customer"), _("Empty: the new due time, if it is that of the handling.")
    )

    def prepare(self) -> None:
        """Each clock with its due time and how far one extension reaches, and who decides on it."""
        estate = self.complaint.estate
        waiting = Extension.objects.filter(clock__complaint=self.complaint, state=Extension.State.PENDING)
        running = self.complaint.clocks.running().select_related("policy").order_by("due_at")
        asked = set(waiting.values_list("clock", flat=True))
        self.clocks = {clock.kind: clock for clock in running if not fault_in_clock(clock, asked)}
        self.fields["clock"].choices = [
            (kind, self._due(clock, latest_due(clock, self.now, estate)))
            for kind, clock in self.clocks.items()
        ]
        reasons = [(reason.code, str(reason)) for reason in extension_reasons()]
        self.fields["reason"].choices = [("", gettext("Choose a reason")), *reasons]
        for name in ("customer_told_method", "not_told_because"):
            self.fields[name].template_name = WITHOUT_OPTIONAL
            self.fields[name].needed = gettext("(how he was told, or why not)"), ""
        first = self.clocks.get("resolve") or next(iter(self.clocks.values()), None)
        until = None
        if first:
            until = usual_due(first, self.now, estate)
            self.initial.setdefault("clock", first.kind)
            self.initial.setdefault("new_due_at", until)
            self.fields["clock"].help_text = self._who_decides(first)
            cap = {"limit": limit_in_words(cap_of(first))}
            self.fields["new_due_at"].help_text = (
                gettext("It is late: at most %(limit)s from now; set to a day from now.")
                if first.due_at < self.now
                else gettext("At most %(limit)s beyond the present due time; set to a day more.")
            ) % cap
        self._offer_text(until or self.now)

    def _offer_text(self, until: datetime) -> None:
        """The words that would go out, or why none can."""
        field = self.fields["text_now"]
        if why := no_text_because(self.complaint) or self._another_speaks():
            field.help_text = why
            field.widget.attrs["disabled"] = True  # what is sent all the same is refused with the reason
        else:
            field.help_text = gettext(
                "Goes out with the request, with the time promised or else the new due time: “%(words)s”"
            ) % {"words": asked_in_words(self.complaint, until)}

    def _another_speaks(self) -> str:
        """On a case with a speaker no words of another go out; empty where he may."""
        case = self.complaint
        return str(VOICE.refusal(situation_for(case, self.person, self.now)) or "")

    def clean(self) -> dict[str, Any]:
        """All that is wrong with the times in one answer; the action asks once more."""
        said = self.cleaned_data
        told = ToldFirst(
            said.get("customer_told_at"),
            said.get("customer_told_method", ""),
            bool(said.get("text_now")),
            said.get("not_told_because", ""),
            said.get("promised_at"),
        )
        faults = list(told.faults(self.complaint, self.now))
        clock, new_due = self.clocks.get(said.get("clock", "")), said.get("new_due_at")
        if clock and new_due:
            estate = self.complaint.estate
            faults += filter(None, [fault_in_new_due(clock, new_due, self.now, estate, field="new_due_at")])
        for fault in faults:
            if fault.field not in self.errors:
                self.refuse(fault)
        return said

    def _due(self, clock: Clock, latest: datetime) -> str:
        zone, left = self.complaint.estate.zone, clock.due_at - self.now
        line = (
            gettext("%(clock)s (%(how)s): due %(due)s, %(span)s left; at most until %(latest)s")
            if left > timedelta(0)
            else gettext(
                "%(clock)s (%(how)s): was due %(due)s, overdue by %(span)s; at most until %(latest)s"
            )
        )
        times = {"due": time_in_words(clock.due_at, zone), "latest": time_in_words(latest, zone)}
        names = {"clock": clock.get_kind_display(), "how": kept_how(clock.kind)}
        return line % (times | names | {"span": span(left)})

    def _who_decides(self, clock: Clock) -> str:
        about = Respondent.objects.filter(complaint=self.complaint, user__isnull=False)
        barred = {self.person.user.pk, *about.values_list("user", flat=True)}
        stand_ins = StandIns.load(self.now, [self.complaint.estate])
        role, people = approvers(self.complaint, clock.policy.policy, stand_ins, barred=barred)
        if role is None:
            return gettext("Nobody who may decide can be reached; the administrators are told.")
        words = {
            "role": role.label,
            "people": pgettext("between names", ", ").join(str(person) for person in people),
        }
        return gettext("Decided by: %(role)s, %(people)s. Until then the clock runs on.") % words

    def arguments(self) -> dict[str, Any]:
        return self.cleaned_data | {"files": tuple(self.attachments)}
