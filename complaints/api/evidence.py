"""Evidence 证据 of a case: list, new item, one of them, verifying, each act; by the forms of the pages."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.timezone import now
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from complaints import evidence as rules
from complaints.actions import files, roles_on
from complaints.actions.evidence import (
    acts_on,
    add_evidence,
    check_takes_statement,
    shown_to,
    take_statement,
    with_all,
)
from complaints.actions.evidence_check import verify
from complaints.actions.visibility import reads_reasons
from complaints.api.answers import StaffCall, body_of, checked, chosen
from complaints.api.cases import attachments_of, found, key_of
from complaints.api.lists import Listed
from complaints.api.paging import PAGED, Pages
from complaints.api.schema import CURSOR, KEY, SIZE, serializers_of
from complaints.api.shapes import name_of, username
from complaints.evidence import Kind
from complaints.forms.evidence import AddEvidence, TakeStatement
from complaints.models import Attachment, Complaint, CustodyEntry, Evidence
from complaints.views import evidence as pages
from complaints.views import person_of
from complaints.views.evidence_forms import EVIDENCE_FORMS
from staff.permissions import Permissions


class EvidenceFileShape(serializers.ModelSerializer):
    """`sha256`: of the moment it came in. `finding`: as it was when last read again; empty: not yet."""

    class Meta:
        model = Attachment
        fields = [
            "id", "name", "content_type", "size", "sha256", "as_sent", "uploaded_at", "verified_at",
            "finding",
        ]  # fmt: skip


class CustodyShape(serializers.ModelSerializer):
    """A line of custody; never rewritten."""

    holder = username("holder")
    holder_name = name_of("holder")
    recorded_by = username("recorded_by")

    class Meta:
        model = CustodyEntry
        fields = [
            "number", "act", "at", "party", "holder", "holder_name", "holder_other", "place", "note",
            "recorded_at", "recorded_by",
        ]  # fmt: skip


class EvidenceShape(serializers.ModelSerializer):
    """One item. `number` counts within its case and is what its address names.

    `because` and the notes of its custody are empty for a contractor's people; they read that it was decided,
    not who of ours has proposed or decided it.
    """

    collected_by = username("collected_by")
    added_by = username("added_by")
    proposed_by = username("proposed_by")
    withdrawn_by = username("withdrawn_by")
    files = EvidenceFileShape(many=True, read_only=True)
    custody = CustodyShape(many=True, read_only=True)

    class Meta:
        model = Evidence
        fields = [
            "number", "kind", "what", "collector", "collected_by", "collected_by_other", "collected_at",
            "place", "first_scene", "device", "statement", "state", "added_at", "added_by", "proposed_by",
            "proposed_at", "because", "withdrawn_by", "withdrawn_at", "files", "custody",
        ]  # fmt: skip

    def to_representation(self, row: Evidence) -> dict[str, Any]:
        said = super().to_representation(row)
        if not self.context["reasons"]:
            said["because"] = ""
            said["proposed_by"] = said["withdrawn_by"] = None
            said["custody"] = [line | {"note": ""} for line in said["custody"]]
        return said


class OneEvidenceShape(EvidenceShape):
    """`acts`: what the person may do about it now."""

    acts = serializers.SerializerMethodField()

    class Meta(EvidenceShape.Meta):
        fields = [*EvidenceShape.Meta.fields, "acts"]

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_acts(self, row: Evidence) -> list[str]:
        person = self.context["person"]
        return acts_on(row, roles_on(self.context["case"], person), person)


class ReadFileShape(serializers.Serializer):
    evidence = serializers.IntegerField(help_text="The number of the item.")
    file = serializers.IntegerField(help_text="The id of the file.")
    name = serializers.CharField(
        help_text="Empty: of the file nothing is left but its entry in the timeline."
    )
    finding = serializers.ChoiceField(rules.Finding.choices)


class VerifiedShape(serializers.Serializer):
    """`left`: so many files were not read, for there is a limit at once; verify again."""

    read = ReadFileShape(many=True)
    left = serializers.IntegerField()


def answered(case: Complaint, item: int, person: Permissions, code: int = 200) -> Response:
    return shape_of(pages.find(person, case, item), case, person, code)


def shape_of(row: Evidence, case: Complaint, person: Permissions, code: int = 200) -> Response:
    reasons = reads_reasons(roles_on(case, person))
    context = {"person": person, "case": case, "reasons": reasons}
    return Response(OneEvidenceShape(row, context=context).data, status=code)


class EvidenceOfCase(Listed):
    """The evidence of a case that the person reads, the newest first."""

    serializer_class = EvidenceShape
    parameters = {"GET": (*PAGED, "kind")}
    reasons = False

    class pagination_class(Pages):
        ordering = ("-number", "-id")

    def rows(self) -> Any:
        case, person = found(self.request, self.kwargs["number"], now())
        self.reasons = reads_reasons(roles_on(case, person))
        rows = with_all(shown_to(person, case))
        kind = chosen(self.request, "kind", Kind.values)
        return rows.filter(kind=kind) if kind else rows

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "reasons": self.reasons}

    @extend_schema(
        operation_id="evidence_list",
        parameters=[OpenApiParameter("kind", OpenApiTypes.STR, enum=Kind.values), SIZE, CURSOR],
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.list(request, *args, **kwargs)

    @extend_schema(
        operation_id="evidence_add",
        request=serializers_of(AddEvidence, "AddEvidence"),
        responses={201: OneEvidenceShape},
        parameters=[KEY],
    )
    def post(self, request: StaffCall, number: str) -> Response:
        """Add an item, with files as multipart/form-data, kept byte by byte. The same key adds it once."""
        at = now()
        case, person = found(request, number, at)
        with timezone.override(case.estate.zone):
            sent = body_of(request)
            rules.check_add(roles_on(case, person), case.outcome)
            form = AddEvidence({}, case=case, row=None, person=person, now=at)
            checked(form, {name: said for name, said in sent.items() if name != "files"})
            form.attachments = attachments_of(request, sent, at, as_sent=True)
            try:
                made = add_evidence(case, **form.arguments(), by=request.user, at=at, key=key_of(request))
            finally:
                files.discard(form.attachments)  # those of a refusal or a retry: an item keeps its own
        return answered(case, made.number, person, 201)


class StatementOfCase(APIView):
    @extend_schema(
        operation_id="evidence_statement",
        request=serializers_of(TakeStatement, "TakeStatement"),
        responses={201: OneEvidenceShape},
        parameters=[KEY],
    )
    def post(self, request: StaffCall, number: str) -> Response:
        """Take down what the customer states; the signed scan is added by `sign`."""
        at = now()
        case, person = found(request, number, at)
        with timezone.override(case.estate.zone):
            check_takes_statement(case, roles_on(case, person))
            form = TakeStatement({}, case=case, row=None, person=person, now=at)
            checked(form, body_of(request))
            made = take_statement(case, **form.arguments(), by=request.user, at=at, key=key_of(request))
        return answered(case, made.number, person, 201)


class VerifyEvidence(APIView):
    @extend_schema(operation_id="evidence_verify", request=None, responses=VerifiedShape)
    def post(self, request: StaffCall, number: str) -> Response:
        """Read the files of the case again and compare each with its digest; recorded in the timeline.

        All are read; named are those of the items the person reads.
        """
        at = now()
        case, person = found(request, number, at)
        done = verify(case, by=request.user, at=at)
        shown = set(shown_to(person, case).values_list("number", flat=True))
        read = [
            {
                "evidence": one.item, "file": one.key, "name": one.file.name if one.file else "",
                "finding": one.found,
            }
            for one in done.read
            if one.item in shown
        ]  # fmt: skip
        return Response(VerifiedShape({"read": read, "left": done.left}).data)


class OneEvidence(APIView):
    @extend_schema(operation_id="evidence_get", responses=OneEvidenceShape)
    def get(self, request: StaffCall, number: str, item: int) -> Response:
        """One item, with its files and its custody."""
        case, person = found(request, number, now())
        return answered(case, item, person)


class EvidenceActView(APIView):
    """One act on an item, by the form of the page."""

    verb = ""

    def act(self, request: StaffCall, number: str, item: int) -> Response:
        at = now()
        case, person = found(request, number, at)
        row = pages.find(person, case, item)
        with timezone.override(case.estate.zone):
            sent = body_of(request)
            form = pages.form_for(self.verb, case, row, person, at, {})
            takes_files = "files" in form.fields
            checked(form, {name: said for name, said in sent.items() if name != "files" or not takes_files})
            if takes_files:
                form.attachments = attachments_of(request, sent, at, as_sent=True)
            try:
                pages.perform(self.verb, row, form, by=request.user, at=at)
            finally:
                files.discard(form.attachments)
        # What he has done is his to read, though a statement he was asked about is not any more.
        done = with_all(Evidence.objects.all()).get(pk=row.pk)
        return shape_of(done, case, person_of(request, at))


def act_view(verb: str) -> Any:
    """The view of one act, with its own place in the schema."""

    def post(self: EvidenceActView, request: StaffCall, number: str, item: int) -> Response:
        return self.act(request, number, item)

    title = "".join(part.title() for part in verb.split("_"))
    post.__doc__ = str(EVIDENCE_FORMS[verb].done)
    described = extend_schema(
        operation_id=f"evidence_{verb}",
        request=serializers_of(EVIDENCE_FORMS[verb].form, f"Evidence{title}"),
        responses=OneEvidenceShape,
    )(post)
    made: type[EvidenceActView] = type(
        f"Evidence{title}View", (EvidenceActView,), {"verb": verb, "post": described}
    )
    return made.as_view()


VERBS = tuple(rules.ACTS)
