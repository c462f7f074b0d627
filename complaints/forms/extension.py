"""The form that asks for more time: what is due now, how far an extension reaches, who decides."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from complaints.actions.clockwork import calendar_of
from complaints.actions.overtime import approvers, fault_in_new_due, faults_in_times, latest_due
from complaints.actions.policy_in_force import current_policy
from complaints.actions.vocabulary import extension_reasons
from complaints.clocks import limit_in_words
from complaints.forms.fields import MoveForm, files, moment, pick, words
from complaints.models import Clock, Respondent
from complaints.policy import ClockKind, Policy
from complaints.timewords import moment as time_in_words
from complaints.timewords import span
from staff.directory import Directory


class AskExtension(MoveForm):
    """More time for one clock; it runs on until somebody approves (domain.md 5)."""

    clock = pick(_("What needs more time"), ())
    new_due_at = moment(_("New due time"), needed=True)
    reason = forms.ChoiceField(label=_("Reason"))
    note = words(_("What happened and what is needed"))
    files = files(_("Evidence"))
    customer_told_at = moment(_("When the customer was told"), _("Empty: not told yet."))
    promised_at = moment(
        _("Time promised to the customer"), _("Empty: the new due time, if it is that of the handling.")
    )

    def prepare(self) -> None:
        """Each clock with its due time and how far one extension reaches, and who decides on it."""
        running = self.complaint.clocks.running().select_related("policy").order_by("due_at")
        clocks = {
            clock.kind: clock for clock in running if clock.policy.policy.extendable(ClockKind(clock.kind))
        }
        policy, estate = current_policy().policy, self.complaint.estate
        cap, calendar = policy.cap(self.complaint.effective_severity), calendar_of(estate, policy)
        latest = {kind: latest_due(clock, cap, calendar) for kind, clock in clocks.items()}
        self.clocks, self.cap, self.latest = clocks, cap, latest
        self.fields["clock"].choices = [
            (kind, self._due(clock, latest[kind])) for kind, clock in clocks.items()
        ]
        self.fields["clock"].help_text = self._who_decides(policy)
        self.fields["new_due_at"].help_text = gettext(
            "At most %(limit)s beyond the present due time; set to a day more."
        ) % {"limit": limit_in_words(cap)}
        reasons = [(reason.code, str(reason)) for reason in extension_reasons()]
        self.fields["reason"].choices = [("", gettext("Choose a reason")), *reasons]
        first = "resolve" if "resolve" in clocks else next(iter(clocks), None)
        self.initial.setdefault("clock", first)
        if first:
            a_day_more = max(clocks[first].due_at, self.now) + timedelta(days=1)
            self.initial.setdefault("new_due_at", min(a_day_more, latest[first]))

    def clean(self) -> dict[str, Any]:
        """All that is wrong with the times in one answer; the action asks once more."""
        said = self.cleaned_data
        faults = list(faults_in_times(said.get("promised_at"), said.get("customer_told_at"), self.now))
        clock, new_due = self.clocks.get(said.get("clock", "")), said.get("new_due_at")
        if clock and new_due:
            latest, zone = self.latest[clock.kind], self.complaint.estate.zone
            faults += [fault_in_new_due(clock, new_due, self.now, self.cap, latest, zone, field="new_due_at")]
        for fault in filter(None, faults):
            self.refuse(fault)
        return said

    def _due(self, clock: Clock, latest: datetime) -> str:
        zone, left = self.complaint.estate.zone, clock.due_at - self.now
        line = (
            gettext("%(clock)s: due %(due)s, %(span)s left; at most until %(latest)s")
            if left > timedelta(0)
            else gettext("%(clock)s: was due %(due)s, overdue by %(span)s; at most until %(latest)s")
        )
        times = {"due": time_in_words(clock.due_at, zone), "latest": time_in_words(latest, zone)}
        return line % (times | {"clock": clock.get_kind_display(), "span": span(left)})

    def _who_decides(self, policy: Policy) -> str:
        about = Respondent.objects.filter(complaint=self.complaint, user__isnull=False)
        barred = {self.person.user.pk, *about.values_list("user", flat=True)}
        directory = Directory.load(self.now, [self.complaint.estate])
        role, people = approvers(self.complaint, policy, directory, barred=barred)
        if role is None:
            return gettext("Nobody who may decide can be reached; the administrators are told.")
        words = {"role": role.label, "people": gettext(", ").join(str(person) for person in people)}
        return gettext("Decided by: %(role)s, %(people)s. Until then the clock runs on.") % words

    def arguments(self) -> dict[str, Any]:
        return self.cleaned_data | {"files": tuple(self.attachments)}
