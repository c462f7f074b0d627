"""What can be done with a case, and the decisions on what was asked: one address for each verb."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.timezone import now
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response
from rest_framework.views import APIView

from complaints.actions import files
from complaints.api.answers import StaffCall, body_of, checked
from complaints.api.cases import attachments_of, found, key_of, shown
from complaints.api.schema import KEY, serializers_of
from complaints.api.shapes import CaseShape, CompensationShape, ExtensionShape, OverrunShape
from complaints.api.superior import SuperiorShape
from complaints.forms.fields import ALONE, TOLD
from complaints.models import Compensation, Complaint, Extension
from complaints.views import overruns, person_of, superior
from complaints.views.approval_cards import AMOUNTS, EXTENSIONS
from complaints.views.case.move_forms import MOVE_FORMS, perform
from config.framework.refusals import Refused


class MoveView(APIView):
    """One verb of the lifecycle, by the form of the page. An Idempotency-Key makes a retry harmless."""

    verb = ""

    def move(self, request: StaffCall, number: str) -> Response:
        at = now()
        case, person = found(request, number, at)
        entry = MOVE_FORMS[self.verb]
        with timezone.override(case.estate.zone):
            sent = body_of(request)
            form = entry.form({}, verb=self.verb, complaint=case, person=person, now=at)
            if {"alone_because", "phrase_reason"} & sent.keys():  # asked for where the act asks
                form = entry.form(sent, verb=self.verb, complaint=case, person=person, now=at)
            key = key_of(request)
            takes_files = "files" in form.fields
            checked(form, {name: said for name, said in sent.items() if name != "files" or not takes_files})
            if takes_files:
                already = case.attachments.count()
                form.attachments = attachments_of(request, sent, at, already=already)
            try:
                perform(self.verb, case, form, key=key, by=request.user, at=at)
            except Refused:
                files.discard(form.attachments)
                raise
        return shown(case, person, at)


def _title(verb: str) -> str:
    return "".join(part.title() for part in verb.split("_"))


def move_view(verb: str) -> Any:
    """The view of one verb, with its own place in the schema."""

    def post(self: MoveView, request: StaffCall, number: str) -> Response:
        return self.move(request, number)

    post.__doc__ = str(MOVE_FORMS[verb].done)
    described = extend_schema(
        operation_id=f"cases_{verb}",
        request=serializers_of(MOVE_FORMS[verb].form, _title(verb), alone=verb in ALONE, told=verb in TOLD),
        responses=CaseShape,
        parameters=[KEY],
    )(post)
    view: type[MoveView] = type(f"{_title(verb)}View", (MoveView,), {"verb": verb, "post": described})
    return view.as_view()


# Decisions -------------------------------------------------------------------------------------------


class DecisionView(APIView):
    """One decision on a row that waits for one."""

    entry: Any = None
    model: Any = None
    shape: Any = None

    def decide(self, request: StaffCall, pk: int) -> Response:
        at = now()
        row = self.row(request, pk, at)
        with timezone.override(row.complaint.estate.zone):
            sent = body_of(request)
            form = self.form(request, row, at)
            checked(form, sent)
            self.entry.act(row, **form.arguments(), by=request.user, at=at)
        return Response(self.answer(request, pk, at))

    def row(self, request: StaffCall, pk: int, at: Any) -> Any:
        seen = Complaint.objects.visible_to(person_of(request, at))
        rows = self.model.objects.filter(complaint__in=seen).select_related("complaint__estate")
        return get_object_or_404(rows, pk=pk)

    def form(self, request: StaffCall, row: Any, at: Any) -> Any:
        return self.entry.form({}, row=row, now=at)

    def answer(self, request: StaffCall, pk: int, at: Any) -> Any:
        return self.shape(self.model.objects.get(pk=pk)).data


class ExtensionDecision(DecisionView):
    model, shape = Extension, ExtensionShape


class AmountDecision(DecisionView):
    model, shape = Compensation, CompensationShape


class OverrunDecision(DecisionView):
    """Explain it, or decide on the explanation."""

    def row(self, request: StaffCall, pk: int, at: Any) -> Any:
        return get_object_or_404(overruns.seen(person_of(request, at)), pk=pk)

    def form(self, request: StaffCall, row: Any, at: Any) -> Any:
        return self.entry.form({}, row=row, person=request.user, now=at)

    def answer(self, request: StaffCall, pk: int, at: Any) -> Any:
        return OverrunShape(overruns.seen(person_of(request, at)).get(pk=pk)).data


class SuperiorDecision(DecisionView):
    """Decide what a customer insists on, pass it up, or take it back."""

    def row(self, request: StaffCall, pk: int, at: Any) -> Any:
        return get_object_or_404(superior.seen(person_of(request, at)), pk=pk)

    def form(self, request: StaffCall, row: Any, at: Any) -> Any:
        sent = body_of(request)
        return self.entry.form(sent if "phrase_reason" in sent else {}, row=row, now=at)

    def answer(self, request: StaffCall, pk: int, at: Any) -> Any:
        person = person_of(request, at)
        return SuperiorShape(superior.as_read_by(superior.seen(person).get(pk=pk), person)).data


#: first part of the address: view, table of decisions, shape, what a row is called
DECISIONS: dict[str, tuple[type[DecisionView], dict[str, Any], Any, str]] = {
    "extensions": (ExtensionDecision, EXTENSIONS, ExtensionShape, "Extension"),
    "overruns": (OverrunDecision, overruns.DECISIONS, OverrunShape, "Overrun"),
    "amounts": (AmountDecision, AMOUNTS, CompensationShape, "Amount"),
    "superior": (SuperiorDecision, superior.DECISIONS, SuperiorShape, "Superior"),
}


def decision_view(what: str, verb: str) -> Any:
    """The view of one decision, with its own place in the schema."""
    view, table, shape, name = DECISIONS[what]

    def post(self: DecisionView, request: StaffCall, pk: int) -> Response:
        return self.decide(request, pk)

    post.__doc__ = str(table[verb].done)
    described = extend_schema(
        operation_id=f"{what}_{verb}",
        request=serializers_of(
            table[verb].form,
            f"{name}{_title(verb)}",
            alone=what == "overruns" and verb != "explain",
            told=(what, verb) == ("superior", "decide"),
        ),
        responses=shape,
    )(post)
    made: type[DecisionView] = type(
        f"{name}{_title(verb)}View", (view,), {"entry": table[verb], "post": described}
    )
    return made.as_view()
