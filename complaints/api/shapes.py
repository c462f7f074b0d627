"""What the API shows: explicit fields, read only; writing goes through the actions' forms."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils.timezone import now
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from complaints import lifecycle
from complaints.actions import parts_of, place_shown, shows_complainant
from complaints.actions.reach import Granted, granted_on
from complaints.models import Category, Cause, Clock, Compensation, Complaint, ContactNote, Extension
from complaints.policy import is_binding
from complaints.timeline import Entry, entries
from complaints.views.approval_cards import hindrance
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
    binding = serializers.SerializerMethodField(help_text="A limit that binds; else one not to be exceeded.")

    class Meta:
        model = Clock
        fields = [
            "kind", "cycle_id", "severity", "limit", "binding", "started_at", "first_due_at", "due_at",
            "extended", "stopped_at", "breached_at",
        ]  # fmt: skip

    @extend_schema_field(serializers.BooleanField())
    def get_binding(self, clock: Clock) -> bool:
        return is_binding(clock.kind)


class EntryShape(serializers.Serializer):
    at = serializers.DateTimeField()
    kind = serializers.CharField()
    text = serializers.CharField()
    note = serializers.CharField()
    actor = serializers.CharField()
    owner_sees = serializers.BooleanField()


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


class CaseShape(CaseRow):
    """One case with its clocks, its timeline and the moves the asking person may make."""

    complainant = serializers.SerializerMethodField()
    people = serializers.IntegerField(help_text="`headcount`, and for a lead that of its members too.")
    clocks = ClockShape(many=True)
    timeline = serializers.SerializerMethodField()
    moves = serializers.SerializerMethodField()

    class Meta(CaseRow.Meta):
        fields = [
            *CaseRow.Meta.fields, "validity", "headcount", "people", "promised_at", "closed_at",
            "complainant", "clocks", "timeline", "moves",
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

    @extend_schema_field(EntryShape(many=True))
    def get_timeline(self, case: Complaint) -> Any:
        lines: list[Entry] = entries(list(case.events.order_by("at", "pk")), case)
        return EntryShape(lines, many=True).data

    def get_moves(self, case: Complaint) -> list[str]:
        return lifecycle.possible(case.status, self._parts(case))

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


class CompensationShape(serializers.ModelSerializer):
    number = serializers.CharField(source="complaint.number")

    class Meta:
        model = Compensation
        fields = ["id", "number", "amount", "reason", "state", "proposed_at", "decided_at", "comment"]


class NoteShape(serializers.ModelSerializer):
    estate = serializers.CharField(source="estate.code")

    class Meta:
        model = ContactNote
        fields = ["id", "estate", "kind", "words", "outcome", "external_number", "taken_at"]
