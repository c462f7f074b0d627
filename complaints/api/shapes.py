"""What the API shows: explicit fields, read only; writing goes through the actions' forms."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils.timezone import now
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from complaints import lifecycle
from complaints.actions import parts_of, place_shown, shows_complainant
from complaints.actions.marks import GRAVE as MARKS
from complaints.actions.parts import masked, reads_phones
from complaints.actions.promised import promises_to
from complaints.actions.reach import Granted, granted_on
from complaints.actions.second_calls import waiting
from complaints.clocks import limit_in_words
from complaints.models import (
    AbnormalSign,
    Category,
    Cause,
    CircleMember,
    Clock,
    Compensation,
    Complaint,
    ContactNote,
    Extension,
    FollowUp,
    Overrun,
    SecondCall,
    Signatory,
)
from complaints.policy import is_binding
from complaints.timeline import Entry, entries
from complaints.views.approval_cards import hindrance
from complaints.views.checks import CHECKING, check_of
from complaints.worktime import Limit
from staff.authority import Authority
from staff.models import Estate


class EstateShape(serializers.ModelSerializer):
    class Meta:
        model = Estate
        fields = ["id", "code", "name", "time_zone", "service_phone", "opens", "closes"]


class CategoryShape(serializers.ModelSerializer):
    class Meta:
        model = Category
        fields = ["id", "code", "zh", "en", "parent"]


class CauseShape(serializers.ModelSerializer):
    class Meta:
        model = Cause
        fields = ["id", "code", "zh", "en"]


class ClockShape(serializers.ModelSerializer):
    limit = serializers.SerializerMethodField()
    binding = serializers.SerializerMethodField(help_text="A limit that binds; else one not to be exceeded.")

    class Meta:
        model = Clock
        fields = [
            "kind", "cycle_id", "follow_up_id", "severity", "limit", "binding", "started_at", "first_due_at",
            "due_at", "extended", "stopped_at", "breached_at",
        ]  # fmt: skip

    def get_limit(self, clock: Clock) -> str:
        """In words, as on the case page."""
        return limit_in_words(Limit.parse(clock.limit))

    @extend_schema_field(serializers.BooleanField())
    def get_binding(self, clock: Clock) -> bool:
        return is_binding(clock.kind)


class FollowUpShape(serializers.ModelSerializer):
    """What the customer brought up, and what became of it."""

    number = serializers.CharField(source="complaint.number")
    department = serializers.CharField(source="department.name", default=None)

    class Meta:
        model = FollowUp
        fields = [
            "id", "number", "source", "words", "department", "raised_at", "agreed_at", "due_at", "done_at",
            "done", "told_at", "told_how", "told", "signed_at", "withdrawn_because", "merged_into",
            "ended_at",
        ]  # fmt: skip


class SecondCallShape(serializers.ModelSerializer):
    class Meta:
        model = SecondCall
        fields = ["id", "drawn_at", "called_at", "outcome", "satisfaction", "matches", "words"]


class EntryShape(serializers.Serializer):
    at = serializers.DateTimeField()
    kind = serializers.CharField()
    text = serializers.CharField()
    note = serializers.CharField()
    actor = serializers.CharField()
    owner_sees = serializers.BooleanField()


class SignShape(serializers.ModelSerializer):
    """A sign of an abnormal complaint; `withdrawn_at` where it counts no more."""

    noted_by = serializers.CharField(source="noted_by.name")

    class Meta:
        model = AbnormalSign
        fields = ["id", "sign", "fact", "on", "evidence", "noted_by", "noted_at", "withdrawn_at"]


class ReaderShape(serializers.ModelSerializer):
    """Who is named to read a restricted case; the people on it and who decides on it read it besides."""

    name = serializers.CharField(source="user.name")

    class Meta:
        model = CircleMember
        fields = ["name", "since"]


class PromiseShape(serializers.Serializer):
    what = serializers.CharField()
    at = serializers.DateTimeField()
    sentence = serializers.CharField()


class CaseRow(serializers.ModelSerializer):
    """A case in a list."""

    estate = serializers.CharField(source="estate.code")
    place = serializers.SerializerMethodField()
    category = serializers.CharField(source="category.code", default=None)
    first_receiver = serializers.CharField(source="first_receiver.name")
    handler = serializers.CharField(source="handler.name", default=None)

    class Meta:
        model = Complaint
        fields = [
            "number", "estate", "status", "outcome", "severity", "grade", "channel", "category", "place",
            "content", "received_at", "registered_at", "first_receiver", "handler", "next_due_at",
            "next_due_kind", "cycle_number", "urgent", "version",
        ]  # fmt: skip

    def get_place(self, case: Complaint) -> str:
        """The building only when the asking person may not know who complained."""
        return place_shown(case, self.context["person"])


class CompensationShape(serializers.ModelSerializer):
    number = serializers.CharField(source="complaint.number")
    accepted_how = serializers.SerializerMethodField(help_text="Empty where the customer hides who he is.")

    class Meta:
        model = Compensation
        fields = [
            "id", "number", "kind", "amount", "reason", "state", "approver_role", "proposed_at", "decided_at",
            "granted_amount", "comment", "paid_on", "voucher", "accepted_on", "accepted_how",
        ]  # fmt: skip

    def get_accepted_how(self, row: Compensation) -> str:
        return "" if row.complaint.identity_hidden else row.accepted_how


class SignatoryShape(serializers.ModelSerializer):
    """One who signed; the phone is masked for who does not speak with customers."""

    phone = serializers.SerializerMethodField()

    class Meta:
        model = Signatory
        fields = ["id", "name", "room", "phone", "note", "added_at"]

    def get_phone(self, row: Signatory) -> str:
        return row.phone if self.context["calls"] else masked(row.phone)


class CaseShape(CaseRow):
    """One case with its clocks, its timeline and the moves the asking person may make."""

    complainant = serializers.SerializerMethodField()
    department_opinion = serializers.SerializerMethodField()
    promises = serializers.SerializerMethodField()
    people = serializers.IntegerField(help_text="`headcount`, and for a lead that of its members too.")
    clocks = ClockShape(many=True)
    speaker = serializers.CharField(
        source="speaker.name", default=None, help_text="The one whose answers alone go out, if there is one."
    )
    signatories = serializers.SerializerMethodField()
    compensations = CompensationShape(many=True)
    timeline = serializers.SerializerMethodField()
    moves = serializers.SerializerMethodField()
    signs = SignShape(many=True)
    circle = serializers.SerializerMethodField()
    follow_ups = FollowUpShape(many=True)
    second_calls = SecondCallShape(many=True)

    class Meta(CaseRow.Meta):
        fields = [
            *CaseRow.Meta.fields, "validity", "headcount", "signed", "people", "promised_at", "closed_at",
            "complainant", "department_opinion", "promises", "speaker", "signatories", "compensations",
            "clocks", "timeline", "moves", *MARKS, "abnormal", "signs", "circle", "follow_ups",
            "second_calls",
        ]  # fmt: skip

    @extend_schema_field(
        {
            "type": "object",
            "nullable": True,
            "properties": {
                "name": {"type": "string"},
                "phone": {"type": "string"},
                "capacity": {"type": "string"},
            },
        }  # noqa: E501
    )
    def get_complainant(self, case: Complaint) -> dict[str, str] | None:
        """Null when the asking person may not know who complained."""
        if not shows_complainant(case, self._parts(case)):
            return None
        person = case.complainant
        return {"name": person.name, "phone": person.phone, "capacity": person.capacity}

    @extend_schema_field(
        {
            "type": "object",
            "nullable": True,
            "properties": {
                "words": {"type": "string"},
                "by": {"type": "string"},
                "at": {"type": "string", "format": "date-time"},
            },
        }
    )
    def get_department_opinion(self, case: Complaint) -> dict[str, str] | None:
        """Of the present cycle; null while it is not written."""
        cycle = case.cycles.select_related("opinion_by").get(number=case.cycle_number)
        if cycle.opinion_at is None:
            return None
        at = cycle.opinion_at.astimezone(case.estate.zone).isoformat()
        return {"words": cycle.department_opinion, "by": str(cycle.opinion_by), "at": at}

    @extend_schema_field(ReaderShape(many=True))
    def get_circle(self, case: Complaint) -> Any:
        named = case.circle.filter(until=None).select_related("user").order_by("pk")
        return ReaderShape(named if case.restricted else [], many=True).data

    @extend_schema_field(SignatoryShape(many=True, allow_null=True))
    def get_signatories(self, case: Complaint) -> Any:
        """Null when the asking person may not know who complained."""
        parts = self._parts(case)
        if not shows_complainant(case, parts):
            return None
        rows = case.signatories.listed() if case.signed else []
        return SignatoryShape(rows, many=True, context={"calls": reads_phones(case, parts)}).data

    @extend_schema_field(PromiseShape(many=True))
    def get_promises(self, case: Complaint) -> Any:
        """What the customer can rely on; it stands on his receipt."""
        told = [
            {"what": each.what, "at": each.at, "sentence": each.sentence(case.estate.zone)}
            for each in promises_to(case)
        ]
        return PromiseShape(told, many=True).data

    @extend_schema_field(EntryShape(many=True))
    def get_timeline(self, case: Complaint) -> Any:
        lines: list[Entry] = entries(list(case.events.order_by("at", "pk")), case)
        return EntryShape(lines, many=True).data

    def get_moves(self, case: Complaint) -> list[str]:
        """Without those that ask for somebody who was not involved, where he was and others are there."""
        parts = self._parts(case)
        verbs = lifecycle.possible(case.status, parts)
        if not CHECKING & set(verbs):
            return verbs
        check = check_of(case, self.context["person"], parts, waiting(case), self.context["now"])
        kept = CHECKING if not check.may else frozenset() if check.call else frozenset({"second_call"})
        return [verb for verb in verbs if verb not in kept]

    def _parts(self, case: Complaint) -> frozenset[Any]:
        person: Authority = self.context["person"]
        return parts_of(case, person)


class ExtensionShape(serializers.ModelSerializer):
    number = serializers.CharField(source="complaint.number")
    clock = serializers.CharField(source="clock.kind")
    reason = serializers.CharField(source="reason_id", help_text="Code of the reason.")
    requested_by = serializers.CharField(source="requested_by.name")
    as_asked = serializers.SerializerMethodField(
        help_text="Whether it can still be granted as it was asked; else approve until another time."
    )
    granted_times = serializers.SerializerMethodField(help_text="Grants on this clock before it.")
    granted_so_far = serializers.SerializerMethodField(help_text="The sum of them, in hours.")

    class Meta:
        model = Extension
        fields = [
            "id", "number", "clock", "state", "reason", "note", "requested_by", "requested_at",
            "old_due_at", "asked_due_at", "as_asked", "customer_told_at", "customer_told_method",
            "not_told_because", "promised_at", "approver_role", "granted_times", "granted_so_far",
            "granted_due_at", "decided_at", "comment",
        ]  # fmt: skip

    @extend_schema_field(serializers.BooleanField())
    def get_as_asked(self, request: Extension) -> bool:
        return request.state == Extension.State.PENDING and not hindrance(request, now())

    @extend_schema_field(serializers.IntegerField())
    def get_granted_times(self, request: Extension) -> int:
        return self._so_far(request).times

    @extend_schema_field(serializers.FloatField())
    def get_granted_so_far(self, request: Extension) -> float:
        return round(self._so_far(request).total / timedelta(hours=1), 2)

    def _so_far(self, request: Extension) -> Granted:
        before = [row for row in request.clock.extensions.all() if row.pk < request.pk]
        return granted_on(request.clock_id, before)


class OverrunShape(serializers.ModelSerializer):
    """Handled late without an approved extension: what was missed, the explanation and the decision."""

    number = serializers.CharField(source="complaint.number")
    handler = serializers.CharField(source="handler.name", default=None)
    explainer = serializers.CharField(source="explainer.name", default=None, help_text="Who is asked.")
    reason = serializers.CharField(source="reason_id", default=None, help_text="Code of the reason.")
    explained_by = serializers.CharField(source="explained_by.name", default=None)
    decided_by = serializers.CharField(source="decided_by.name", default=None)
    late_minutes = serializers.SerializerMethodField()

    class Meta:
        model = Overrun
        fields = [
            "id", "number", "state", "severity", "due_at", "stopped_at", "late_minutes", "handler",
            "opened_at", "explainer", "reason", "note", "customer_told_at", "customer_told_how",
            "not_told_because", "explained_by", "explained_at", "approver_role", "decided_by", "decided_at",
            "comment",
        ]  # fmt: skip

    def get_late_minutes(self, overrun: Overrun) -> int:
        return int(overrun.late_by.total_seconds() // 60)


class NoteShape(serializers.ModelSerializer):
    estate = serializers.CharField(source="estate.code")

    class Meta:
        model = ContactNote
        fields = ["id", "estate", "kind", "words", "outcome", "external_number", "taken_at"]
