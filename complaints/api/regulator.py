"""Regulator and court by program: records of questions, papers of an objection, clauses, days in court."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.timezone import now
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.response import Response
from rest_framework.views import APIView

from complaints import inquiries as inquiry_rules
from complaints.actions import files, inquiries, roles_on
from complaints.actions import objections as objection_acts
from complaints.actions.objections import Filing
from complaints.actions.visibility import reads_reasons
from complaints.api.answers import StaffCall, body_of, checked
from complaints.api.cases import attachments_of, found, key_of
from complaints.api.schema import KEY, serializers_of
from complaints.api.shapes import username
from complaints.forms.inquiries import Write
from complaints.inquiries import MOST_LINES
from complaints.models import Citation, Complaint, CourtEntry, Inquiry, ObjectionPaper
from complaints.views import inquiries as pages
from complaints.views import regulator as page
from complaints.views.inquiry_forms import INQUIRY_FORMS
from staff.permissions import Permissions


class LineShape(serializers.Serializer):
    question = serializers.CharField()
    answer = serializers.CharField()


class InquiryShape(serializers.ModelSerializer):
    """A record of questions. `revision` goes back with every act on it; `evidence` is the item's number.

    `sha256` is that of the words as they were signed; `acts`: what the person may do about it now.
    """

    answered_by = username("answered_by")
    recorder = username("recorder")
    changed_by = username("changed_by")
    supplements = serializers.IntegerField(source="supplements.number", default=None, allow_null=True)
    evidence = serializers.IntegerField(source="evidence.number", default=None, allow_null=True)
    state = serializers.CharField()
    answerer = serializers.CharField()
    lines = serializers.SerializerMethodField()
    acts = serializers.SerializerMethodField()

    class Meta:
        model = Inquiry
        fields = [
            "number", "supplements", "state", "revision", "subject", "held_at", "place", "asker",
            "asker_unit", "asker_position", "answerer", "answered_by", "answered_by_other", "recorder",
            "lines", "changed_at", "changed_by", "read_at", "corrections", "signed_at", "sha256", "evidence",
            "because", "due_at", "acts",
        ]  # fmt: skip

    @extend_schema_field(LineShape(many=True))
    def get_lines(self, row: Inquiry) -> list[dict[str, str]]:
        return [{"question": question, "answer": answer} for question, answer in row.pairs]

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_acts(self, row: Inquiry) -> list[str]:
        case, person = self.context["case"], self.context["person"]
        return inquiries.acts_on(row, case, roles_on(case, person))


def shape_of(row: Inquiry, case: Complaint, person: Permissions, code: int = 200) -> Response:
    return Response(InquiryShape(row, context={"case": case, "person": person}).data, status=code)


def in_fields(sent: Mapping[str, Any]) -> dict[str, Any]:
    """`lines`, a list of questions and answers, as the fields of the form. Raises ValidationError."""
    said = dict(sent)
    lines = said.pop("lines", None)
    if lines is None:
        return said
    if not isinstance(lines, list) or not all(isinstance(line, dict) for line in lines):
        raise ValidationError({"lines": [_("Send a list of questions and answers.")]})
    if len(lines) > MOST_LINES:
        raise ValidationError(
            {"lines": [_("A record has %(n)s questions at most; go on in a second one.") % {"n": MOST_LINES}]}
        )
    if not lines:  # none: not the same as nothing said of them
        said |= {"question_1": "", "answer_1": ""}
    for number, line in enumerate(lines, 1):
        said[f"question_{number}"] = line.get("question", "")
        said[f"answer_{number}"] = line.get("answer", "")
    return said


class InquiriesOfCase(APIView):
    @extend_schema(operation_id="inquiries_list", responses=InquiryShape(many=True))
    def get(self, request: StaffCall, number: str) -> Response:
        """The records of a case that the person reads, the newest first; a case has few."""
        case, person = found(request, number, now())
        rows = inquiries.with_all(inquiries.shown_to(person, case)).order_by("-number")
        return Response(InquiryShape(rows, many=True, context={"case": case, "person": person}).data)

    @extend_schema(
        operation_id="inquiries_begin",
        request=serializers_of(Write, "BeginInquiry"),
        responses={201: InquiryShape},
        parameters=[KEY],
    )
    def post(self, request: StaffCall, number: str) -> Response:
        """Begin a record, with `lines`; `supplements`: the number of the signed record it corrects.

        The same key begins it once.
        """
        at = now()
        case, person = found(request, number, at)
        with timezone.override(case.estate.zone):
            sent = in_fields(body_of(request))
            first = _supplemented(sent.pop("supplements", None), case, person)
            if fault := inquiries.begin_refusal(case, roles_on(case, person), first=first):
                raise fault
            form = checked(_form(sent, case, person, at), sent)
            said: Any = form
            made = inquiries.begin(
                case, **said.arguments(), supplements=first, by=request.user, at=at, key=key_of(request)
            )
        return shape_of(pages.find(person, case, made.number), case, person, 201)


def _supplemented(named: Any, case: Complaint, person: Permissions) -> Inquiry | None:
    """The record a new one corrects, by its number. Raises ValidationError for what is none."""
    if named in (None, ""):
        return None
    number = str(named)
    if isinstance(named, bool) or not re.fullmatch(r"[0-9]{1,5}", number):
        raise ValidationError({"supplements": [_("Send the number of a record.")]})
    return pages.find(person, case, int(number))


def _form(sent: Mapping[str, Any], case: Complaint, person: Permissions, at: datetime) -> Write:
    """A form with as many questions as were sent."""
    lines = {name: said for name, said in sent.items() if name.startswith(("question_", "answer_"))}
    return Write(lines, case=case, row=None, person=person, now=at)


class OneInquiry(APIView):
    @extend_schema(operation_id="inquiries_get", responses=InquiryShape)
    def get(self, request: StaffCall, number: str, item: int) -> Response:
        """One record, with its questions and answers."""
        case, person = found(request, number, now())
        return shape_of(pages.find(person, case, item), case, person)


class InquiryActView(APIView):
    """One act on a record, by the form of the page."""

    verb = ""

    def act(self, request: StaffCall, number: str, item: int) -> Response:
        at = now()
        case, person = found(request, number, at)
        row = pages.find(person, case, item)
        if fault := inquiries.refusal(self.verb, row, case, roles_on(case, person)):
            raise fault
        with timezone.override(case.estate.zone):
            sent = in_fields(body_of(request))
            if self.verb == "edit":  # what may be empty and is not said stays as it is
                kept = ("asker_position", "answered_by_other")
                sent = {name: getattr(row, name) for name in kept} | sent
            lines = {name: said for name, said in sent.items() if name.startswith(("question_", "answer_"))}
            form = pages.form_for(self.verb, case, row, person, at, lines)
            takes_files = "files" in form.fields
            checked(form, {name: said for name, said in sent.items() if name != "files" or not takes_files})
            if takes_files:
                form.attachments = attachments_of(request, sent, at, as_sent=True)
            try:
                pages.perform(self.verb, row, form, by=request.user, at=at)
            finally:
                files.discard(form.attachments)
        return shape_of(pages.find(person, case, item), case, person)


def act_view(verb: str) -> Any:
    """The view of one act on a record, with its own place in the schema."""

    def post(self: InquiryActView, request: StaffCall, number: str, item: int) -> Response:
        return self.act(request, number, item)

    title = "".join(part.title() for part in verb.split("_"))
    post.__doc__ = str(INQUIRY_FORMS[verb].done)
    described = extend_schema(
        operation_id=f"inquiries_{verb}",
        request=serializers_of(INQUIRY_FORMS[verb].form, f"Inquiry{title}"),
        responses=InquiryShape,
    )(post)
    made: type[InquiryActView] = type(
        f"Inquiry{title}View", (InquiryActView,), {"verb": verb, "post": described}
    )
    return made.as_view()


VERBS = tuple(inquiry_rules.ACTS)


# Papers of the objection, clauses, court ----------------------------------------------------------------


class PaperShape(serializers.ModelSerializer):
    """What is there of one item: `files` by id, `evidence` by number, `of_case` by id; or not needed.

    `revision` goes back with what takes its place. Evidence that is `is_withdrawn` is as good as not there.
    """

    entered_by = username("entered_by")
    code = serializers.CharField(source="document.code")
    evidence = serializers.IntegerField(source="evidence.number", default=None, allow_null=True)
    files = serializers.SerializerMethodField()
    is_withdrawn = serializers.BooleanField()

    class Meta:
        model = ObjectionPaper
        fields = [
            "code", "zh", "en", "revision", "files", "evidence", "is_withdrawn", "of_case",
            "not_needed_because", "entered_at", "entered_by",
        ]  # fmt: skip

    @extend_schema_field(serializers.ListField(child=serializers.IntegerField()))
    def get_files(self, row: ObjectionPaper) -> list[int]:
        return [file.pk for file in row.files_laid]


class CitationShape(serializers.ModelSerializer):
    """A clause as it was worded when it was cited; `is_summary`: in words of ours, not those of the law."""

    use = serializers.CharField()
    cited_by = username("cited_by")
    wrong_by = username("wrong_by")
    is_summary = serializers.BooleanField()

    class Meta:
        model = Citation
        fields = [
            "id", "use", "title", "title_en", "article", "zh", "en", "is_summary", "valid_until", "in_force",
            "remark", "cited_at", "cited_by", "wrong_at", "wrong_by", "wrong_because",
        ]  # fmt: skip


class CourtShape(serializers.ModelSerializer):
    stage = serializers.CharField()
    recorded_by = username("recorded_by")
    called_off_by = username("called_off_by")
    outcome_by = username("outcome_by")
    wrong_by = username("wrong_by")

    class Meta:
        model = CourtEntry
        fields = [
            "id", "stage", "on_at", "court", "case_no", "outcome", "recorded_at", "recorded_by",
            "called_off_at", "called_off_by", "called_off_because", "outcome_at", "outcome_by", "wrong_at",
            "wrong_by", "wrong_because",
        ]  # fmt: skip


class FindingShape(serializers.Serializer):
    """One finding: `filed_at` and `waived_at`: when the objection went out, or was given up."""

    due_at = serializers.DateTimeField(allow_null=True)
    filed_at = serializers.DateTimeField(allow_null=True)
    waived_at = serializers.DateTimeField(allow_null=True)
    papers = PaperShape(many=True)


class RegulatorShape(FindingShape):
    """The newest finding, and `earlier` ones; `open`: codes of papers that are not there yet."""

    open = serializers.ListField(child=serializers.CharField())
    earlier = FindingShape(many=True)
    citations = CitationShape(many=True)
    court = CourtShape(many=True)


def _ours(request: StaffCall, number: str, at: datetime) -> tuple[Complaint, Permissions]:
    case, person = found(request, number, at)
    if not reads_reasons(roles_on(case, person)):
        raise NotFound
    return case, person


def _finding(filing: Filing | None) -> dict[str, Any]:
    if filing is None:
        return {"due_at": None, "filed_at": None, "waived_at": None, "papers": []}
    return {
        "due_at": filing.period.due_at,
        "filed_at": filing.filed_at,
        "waived_at": filing.period.stopped_at if filing.is_waived else None,
        "papers": filing.papers,
    }


def _all_of_it(case: Complaint) -> Response:
    filings = objection_acts.filings_of(case)
    newest = filings[0] if filings else None
    lacking = objection_acts.open_items(newest.period) if newest and newest.period.stopped_at is None else []
    said = _finding(newest) | {
        "open": [item.code for item in lacking],
        "earlier": [_finding(one) for one in filings[1:]],
        "citations": case.citations.select_related("cited_by", "wrong_by"),
        "court": case.court_entries.select_related(*page.COURT_PEOPLE),
    }
    return Response(RegulatorShape(said).data)


class RegulatorOfCase(APIView):
    @extend_schema(operation_id="regulator_get", responses=RegulatorShape)
    def get(self, request: StaffCall, number: str) -> Response:
        """Papers of the newest finding, clauses cited and entries of the court; not for contractors."""
        return _all_of_it(_ours(request, number, now())[0])


class RegulatorActView(APIView):
    """One of the forms of the page."""

    what = ""

    def act(self, request: StaffCall, number: str, key: str = "") -> Response:
        at = now()
        case, person = _ours(request, number, at)
        doing = page.ACTS[self.what]
        given = page.subject_of(self.what, case, str(key))
        if fault := page.refusal(self.what, case, person):
            raise fault
        with timezone.override(case.estate.zone):
            sent = body_of(request)
            form = doing.form({}, case=case, person=person, now=at)
            takes_files = "files" in form.fields
            checked(form, {name: said for name, said in sent.items() if name != "files" or not takes_files})
            if takes_files:
                form.attachments = attachments_of(request, sent, at, as_sent=True)
            once = {"key": key_of(request)} if doing.once else {}
            try:
                doing.act(*given, **form.arguments(), by=request.user, at=at, **once)
            finally:
                files.discard(form.attachments)
        return _all_of_it(case)


def regulator_view(what: str) -> Any:
    """The view of one form, with its own place in the schema."""

    def post(self: RegulatorActView, request: StaffCall, number: str, key: str = "") -> Response:
        return self.act(request, number, key)

    title = "".join(part.title() for part in what.split("_"))
    post.__doc__ = str(page.ACTS[what].title)
    described = extend_schema(
        operation_id=f"regulator_{what}",
        request=serializers_of(page.ACTS[what].form, f"Regulator{title}"),
        responses=RegulatorShape,
        parameters=[KEY] if page.ACTS[what].once else [],
    )(post)
    made: type[RegulatorActView] = type(
        f"Regulator{title}View", (RegulatorActView,), {"what": what, "post": described}
    )
    return made.as_view()
