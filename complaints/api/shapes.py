"""What the API shows: explicit fields, read only; writing goes through the actions' forms."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils.timezone import now
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from complaints.actions import place_shown, roles_on, shows_complainant
from complaints.actions.extension_reach import Granted, granted_on
from complaints.actions.marks import GRAVE as MARKS
from complaints.actions.promises import promises_to
from complaints.actions.visibility import masked, reads_phones, reads_reasons
from complaints.api.analysis import AnalysisShape
from complaints.api.schema import Word, nullable_object
from complaints.api.suggested import SUGGESTED, what_words_suggest
from complaints.api.words import AttachmentShape
from complaints.clocks import is_binding, limit_in_words
from complaints.models import (
    AbnormalSign,
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
from complaints.policy import ClockKind, Severity
from complaints.statuses import Abnormal, Outcome
from complaints.timeline import entries
from complaints.views.approval_cards import hindrance
from complaints.views.case.available_moves import available_verbs
from complaints.views.case.move_forms import MOVE_FORMS
from complaints.views.case.page import situation_in
from complaints.views.case.page_rows import HEAD, read
from complaints.views.case.page_rows import SIDES as FILE
from complaints.worktime import Limit
from staff.permissions import Permissions

#: What `moves` may name: the moves under /cases/{number}/, and the edit, which is a PATCH.
MOVE_CHOICES = [(verb, verb) for verb in (*MOVE_FORMS, "edit")]


def username(source: str, **more: Any) -> Any:
    """A person by the user name forms take; null where there is none. His name stands beside it."""
    return serializers.CharField(
        source=f"{source}.username", default=None, allow_null=True, read_only=True, **more
    )


def name_of(source: str) -> Any:
    return serializers.CharField(source=f"{source}.name", default=None, allow_null=True, read_only=True)


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
    department = serializers.CharField(
        source="department.name", default=None, allow_null=True, read_only=True
    )
    told_how = Word(FollowUp.Method.choices)

    class Meta:
        model = FollowUp
        fields = [
            "id", "number", "source", "words", "department", "raised_at", "agreed_at", "due_at", "done_at",
            "done", "told_at", "told_how", "told", "signed_at", "withdrawn_because", "merged_into",
            "ended_at",
        ]  # fmt: skip


class SecondCallShape(serializers.ModelSerializer):
    outcome = Word(SecondCall.Outcome.choices, help_text="Null while it is still to be made.")

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

    noted_by = username("noted_by")
    noted_by_name = name_of("noted_by")

    class Meta:
        model = AbnormalSign
        fields = [
            "id", "sign", "fact", "on", "evidence", "noted_by", "noted_by_name", "noted_at", "withdrawn_at",
        ]  # fmt: skip


class ReaderShape(serializers.ModelSerializer):
    """Who is named to read a restricted case; the people on it and who decides on it read it besides."""

    username = serializers.CharField(source="user.username")
    name = serializers.CharField(source="user.name")

    class Meta:
        model = CircleMember
        fields = ["username", "name", "since"]


class PromiseShape(serializers.Serializer):
    what = serializers.CharField()
    at = serializers.DateTimeField()
    sentence = serializers.CharField()


class CaseRow(serializers.ModelSerializer):
    """A case in a list."""

    estate = serializers.CharField(source="estate.code")
    place = serializers.SerializerMethodField()
    category = serializers.CharField(
        source="category.code",
        default=None,
        allow_null=True,
        read_only=True,
        help_text="Code, as in /categories/.",
    )
    first_receiver = username("first_receiver", help_text="User name, as in /staff/.")
    first_receiver_name = name_of("first_receiver")
    handler = username("handler", help_text="User name, as in /staff/.")
    handler_name = name_of("handler")
    outcome = Word(Outcome.choices, help_text="Null while the case is open.")
    severity = Word(Severity.choices, help_text="Null until classified.")
    next_due_kind = Word(ClockKind.choices, help_text="Null when no clock runs.")

    class Meta:
        model = Complaint
        fields = [
            "number", "estate", "status", "outcome", "severity", "grade", "channel", "category", "place",
            "content", "received_at", "registered_at", "first_receiver", "first_receiver_name", "handler",
            "handler_name", "next_due_at", "next_due_kind", "cycle_number", "urgent", "version",
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
    suggested = serializers.SerializerMethodField()
    people = serializers.IntegerField(help_text="`headcount`, and for a lead that of its members too.")
    clocks = ClockShape(many=True)
    analyses = AnalysisShape(many=True)
    speaker = username("speaker", help_text="The one whose answers alone go out, if there is one.")
    speaker_name = name_of("speaker")
    abnormal = Word(Abnormal.choices, help_text="Null: nobody has said so.")
    cause = serializers.CharField(
        source="cause.code", default=None, allow_null=True, read_only=True, help_text="Code, as in /causes/."
    )
    files = AttachmentShape(source="attachments", many=True)
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
            *CaseRow.Meta.fields, "validity", "cause", "headcount", "signed", "people", "promised_at",
            "closed_at", "complainant", "department_opinion", "promises", "suggested", "speaker",
            "speaker_name", "signatories", "compensations", "clocks", "timeline", "moves", *MARKS,
            "abnormal", "signs", "circle", "follow_ups", "second_calls", "files", "analyses",
        ]  # fmt: skip

    @extend_schema_field(nullable_object(name="", phone="", capacity=""))
    def get_complainant(self, case: Complaint) -> dict[str, str] | None:
        """Null when the asking person may not know who complained; the phone masked for who does not call."""
        if not shows_complainant(case, self._roles(case)):
            return None
        person = case.complainant
        phone = person.phone if reads_phones(case, self._roles(case)) else masked(person.phone)
        return {"name": person.name, "phone": phone, "capacity": person.capacity}

    @extend_schema_field(nullable_object(words="", by="", at="date-time"))
    def get_department_opinion(self, case: Complaint) -> dict[str, str] | None:
        """Of the present cycle; null while it is not written."""
        cycle = case.cycles.select_related("opinion_by").get(number=case.cycle_number)
        if cycle.opinion_at is None:
            return None
        at = cycle.opinion_at.astimezone(case.estate.zone).isoformat()
        return {"words": cycle.department_opinion, "by": str(cycle.opinion_by), "at": at}

    @extend_schema_field(SUGGESTED)
    def get_suggested(self, case: Complaint) -> Any:
        return what_words_suggest(case)

    @extend_schema_field(ReaderShape(many=True))
    def get_circle(self, case: Complaint) -> Any:
        named = case.circle.filter(until=None).select_related("user").order_by("pk")
        return ReaderShape(named if case.restricted else [], many=True).data

    @extend_schema_field(SignatoryShape(many=True, allow_null=True))
    def get_signatories(self, case: Complaint) -> Any:
        """Null when the asking person may not know who complained."""
        roles = self._roles(case)
        if not shows_complainant(case, roles):
            return None
        rows = case.signatories.listed() if case.signed else []
        return SignatoryShape(rows, many=True, context={"calls": reads_phones(case, roles)}).data

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
        events, reasons = list(case.events.order_by("at", "pk")), reads_reasons(self._roles(case))
        return EntryShape(entries(events, case, reasons=reasons), many=True).data

    @extend_schema_field(serializers.ListField(child=serializers.ChoiceField(MOVE_CHOICES)))
    def get_moves(self, case: Complaint) -> list[str]:
        """What the page offers the asking person, and nothing else: each is accepted, or asks for a field."""
        person: Permissions = self.context["person"]
        seen = Complaint.objects.visible_to(person).filter(pk=case.pk)
        row = seen.select_related(*HEAD).annotate(**FILE).first()
        if row is None:  # by his own act it is no longer his to read
            return []
        return available_verbs(situation_in(read(row, person), person, self.context["now"]))

    def _roles(self, case: Complaint) -> frozenset[Any]:
        person: Permissions = self.context["person"]
        return roles_on(case, person)


class ExtensionShape(serializers.ModelSerializer):
    number = serializers.CharField(source="complaint.number")
    clock = serializers.ChoiceField(ClockKind.choices, source="clock.kind")
    customer_told_method = Word(Extension.Told.choices, help_text="Null: he was not told.")
    reason = serializers.CharField(source="reason_id", help_text="Code of the reason.")
    requested_by = username("requested_by")
    requested_by_name = name_of("requested_by")
    as_asked = serializers.SerializerMethodField(
        help_text="Whether it can still be granted as it was asked; else approve until another time."
    )
    granted_times = serializers.SerializerMethodField(help_text="Grants on this clock before it.")
    granted_so_far = serializers.SerializerMethodField(help_text="The sum of them, in hours.")

    class Meta:
        model = Extension
        fields = [
            "id", "number", "clock", "state", "reason", "note", "requested_by", "requested_by_name",
            "requested_at", "old_due_at", "asked_due_at", "as_asked", "customer_told_at",
            "customer_told_method", "not_told_because", "promised_at", "approver_role", "granted_times",
            "granted_so_far", "granted_due_at", "decided_at", "comment",
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
    handler = username("handler")
    handler_name = name_of("handler")
    customer_told_how = Word(Overrun.Method.choices, help_text="Null: he was not told.")
    explainer = username("explainer", help_text="Who is asked.")
    explainer_name = name_of("explainer")
    reason = serializers.CharField(
        source="reason_id", default=None, allow_null=True, read_only=True, help_text="Code of the reason."
    )
    explained_by = username("explained_by")
    explained_by_name = name_of("explained_by")
    decided_by = username("decided_by")
    decided_by_name = name_of("decided_by")
    late_minutes = serializers.SerializerMethodField()

    class Meta:
        model = Overrun
        fields = [
            "id", "number", "state", "severity", "due_at", "stopped_at", "late_minutes", "handler",
            "handler_name", "opened_at", "explainer", "explainer_name", "reason", "note", "customer_told_at",
            "customer_told_how", "not_told_because", "explained_by", "explained_by_name", "explained_at",
            "approver_role", "decided_by", "decided_by_name", "decided_at", "comment",
        ]  # fmt: skip

    def get_late_minutes(self, overrun: Overrun) -> int:
        return int(overrun.late_by.total_seconds() // 60)


class NoteShape(serializers.ModelSerializer):
    estate = serializers.CharField(source="estate.code")

    class Meta:
        model = ContactNote
        fields = ["id", "estate", "kind", "words", "outcome", "external_number", "taken_at"]
