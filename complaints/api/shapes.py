"""What the API shows: explicit fields, read only; writing goes through the actions' forms."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from complaints import lifecycle
from complaints.actions import parts_of, place_shown, shows_complainant
from complaints.actions.promised import promises_to
from complaints.clocks import limit_in_words
from complaints.models import Category, Cause, Clock, Compensation, Complaint, ContactNote, Extension
from complaints.timeline import Entry, entries
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

    class Meta:
        model = Clock
        fields = [
            "kind", "cycle_id", "severity", "limit", "started_at", "first_due_at", "due_at", "extended",
            "stopped_at", "breached_at",
        ]  # fmt: skip

    def get_limit(self, clock: Clock) -> str:
        """In words, as on the case page."""
        return limit_in_words(Limit.parse(clock.limit))


class EntryShape(serializers.Serializer):
    at = serializers.DateTimeField()
    kind = serializers.CharField()
    text = serializers.CharField()
    note = serializers.CharField()
    actor = serializers.CharField()
    owner_sees = serializers.BooleanField()


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


class CaseShape(CaseRow):
    """One case with its clocks, its timeline and the moves the asking person may make."""

    complainant = serializers.SerializerMethodField()
    department_opinion = serializers.SerializerMethodField()
    promises = serializers.SerializerMethodField()
    people = serializers.IntegerField(help_text="`headcount`, and for a lead that of its members too.")
    clocks = ClockShape(many=True)
    timeline = serializers.SerializerMethodField()
    moves = serializers.SerializerMethodField()

    class Meta(CaseRow.Meta):
        fields = [
            *CaseRow.Meta.fields, "validity", "headcount", "people", "promised_at", "closed_at",
            "complainant", "department_opinion", "promises", "clocks", "timeline", "moves",
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
        return lifecycle.possible(case.status, self._parts(case))

    def _parts(self, case: Complaint) -> frozenset[Any]:
        person: Authority = self.context["person"]
        return parts_of(case, person)


class ExtensionShape(serializers.ModelSerializer):
    number = serializers.CharField(source="complaint.number")
    clock = serializers.CharField(source="clock.kind")
    reason = serializers.CharField(source="reason_id", help_text="Code of the reason.")
    requested_by = serializers.CharField(source="requested_by.name")

    class Meta:
        model = Extension
        fields = [
            "id", "number", "clock", "state", "reason", "note", "requested_by", "requested_at",
            "old_due_at", "asked_due_at", "customer_told_at", "promised_at", "approver_role",
            "granted_due_at", "decided_at", "comment",
        ]  # fmt: skip


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
