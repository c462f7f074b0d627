"""Passing a complaint on to the desk, and what became of one's own."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.timezone import now
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from complaints.actions import files
from complaints.actions import relays as passing
from complaints.api.answers import StaffCall, body_of, checked
from complaints.api.cases import attachments_of, key_of
from complaints.api.lists import Listed, listed
from complaints.api.paging import PAGED, Pages
from complaints.api.schema import ESTATE_NEEDED, KEY_NEEDED, serializers_of
from complaints.api.words import AttachmentShape
from complaints.forms.desk.relays import SaidForm
from complaints.models import Complaint, Relay
from complaints.views import person_of


class RelayShape(serializers.ModelSerializer):
    """`number` and `state` of the complaint that came of it; null for one about the person asking.

    `files` are the case's once one came of it; until then, and where none does, they stay here.
    """

    estate = serializers.CharField(source="estate.code")
    taken_by = serializers.CharField(source="taken_by.name", default=None)
    files = AttachmentShape(many=True)
    number = serializers.SerializerMethodField()
    state = serializers.SerializerMethodField()

    class Meta:
        model = Relay
        fields = [
            "id", "estate", "words", "urgent", "name", "phone", "place", "passed_at", "taken_by", "taken_at",
            "outcome", "because", "settled_at", "files", "number", "state",
        ]  # fmt: skip

    def to_representation(self, instance: Relay) -> dict[str, Any]:
        """Of a customer who hides, not even what he has said of him himself."""
        said: dict[str, Any] = super().to_representation(instance)
        if instance.complaint and instance.complaint.identity_hidden:
            said |= {"name": "", "phone": "", "place": "", "files": []}
        return said

    def get_number(self, row: Relay) -> str | None:
        return row.complaint.number if self._told(row) and row.complaint else None

    def get_state(self, row: Relay) -> str | None:
        return row.complaint.owner_status.value if self._told(row) and row.complaint else None

    def _told(self, row: Relay) -> bool:
        return row.complaint_id not in self.context["about"]


class Relays(Listed):
    """What one has passed on oneself, newest first; and passing one more on."""

    serializer_class = RelayShape
    parameters = {"GET": PAGED, "POST": ("estate",)}

    class pagination_class(Pages):
        ordering = ("-passed_at", "-id")

    def rows(self) -> Any:
        return (
            Relay.objects.filter(passed_by=self.request.user)
            .select_related("estate", "taken_by", "complaint")
            .prefetch_related("files")
        )

    def get_serializer_context(self) -> dict[str, Any]:
        about: set[int] = set()
        if self.request and self.request.user.is_authenticated:
            named = Complaint.objects.filter(respondents__user=self.request.user)
            about = set(named.values_list("pk", flat=True))
        return {**super().get_serializer_context(), "about": about}

    @listed("relays")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.list(request, *args, **kwargs)

    @extend_schema(
        operation_id="relays_create",
        request=serializers_of(SaidForm, "PassOn"),
        responses={201: RelayShape},
        parameters=[ESTATE_NEEDED, KEY_NEEDED],
    )
    def post(self, request: StaffCall) -> Response:
        """Tell the desk what somebody complained about. The same key passes it on once.

        Words that read like people in danger are refused at `danger` until it says `yes` or `no`.
        """
        at = now()
        person = person_of(request, at)
        estates = passing.places_of(person)  # of one that has ended the refusal says since when
        if not request.query_params.get("estate"):
            raise ValidationError({"estate": [_("Name the estate by its code.")]})
        estate = get_object_or_404(estates, code=request.query_params.get("estate", ""))
        sent = body_of(request)
        key = key_of(request)
        if not key:
            raise ValidationError({"Idempotency-Key": [_("Send a key of your own, the same for a retry.")]})
        form = SaidForm(sent)
        checked(form, {name: said for name, said in sent.items() if name != "files"})
        kept = attachments_of(request, sent, at)
        try:
            row = passing.pass_on(estate=estate, **form.arguments(kept), by=request.user, at=at, key=key)
        finally:
            files.discard(kept)  # those of a refusal or a retry: what was passed on keeps its own
        return Response(
            RelayShape(row, context=self.get_serializer_context()).data, status=status.HTTP_201_CREATED
        )
