"""Shapes of the lists to look something up in. What is sent back is the code, user name or id shown here."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from complaints.models import Attachment, Category, Cause, ExtensionReason
from owners.models import Unit
from staff.models import Department, Estate, Posting
from staff.roles import Role


class EstateShape(serializers.ModelSerializer):
    merged_into = serializers.CharField(
        source="merged_into.code",
        default=None,
        allow_null=True,
        read_only=True,
        help_text="Code of an estate.",
    )

    class Meta:
        model = Estate
        fields = [
            "id", "code", "name", "time_zone", "service_phone", "opens", "closes",
            "ended_at", "merged_into", "turn_to",
        ]  # fmt: skip
        extra_kwargs = {
            "ended_at": {"help_text": "From then on no new cases are taken; null as long as it is ours."},
            "turn_to": {"help_text": "Whom its owners turn to since then."},
        }


class CategoryShape(serializers.ModelSerializer):
    parent: Any = serializers.CharField(
        source="parent.code",
        default=None,
        allow_null=True,
        read_only=True,
        help_text="Code of the category above.",
    )

    class Meta:
        model = Category
        fields = ["id", "code", "zh", "en", "parent"]


class CauseShape(serializers.ModelSerializer):
    class Meta:
        model = Cause
        fields = ["id", "code", "zh", "en"]


class ReasonShape(serializers.ModelSerializer):
    class Meta:
        model = ExtensionReason
        fields = ["id", "code", "zh", "en"]


class DepartmentShape(serializers.ModelSerializer):
    estate = serializers.CharField(
        source="estate.code",
        default=None,
        allow_null=True,
        read_only=True,
        help_text="Null: of headquarters.",
    )

    class Meta:
        model = Department
        fields = ["id", "estate", "name", "name_en", "is_contractor"]


class PostingShape(serializers.ModelSerializer):
    """A person in one of his postings."""

    username = serializers.CharField(source="user.username", help_text="What forms take.")
    name = serializers.CharField(source="user.name")
    role = serializers.ChoiceField(Role.choices)
    estate = serializers.SerializerMethodField(help_text="Code of the estate; null: headquarters.")
    department = serializers.IntegerField(source="department_id", allow_null=True)
    department_name = serializers.CharField(
        source="department.name", default=None, allow_null=True, read_only=True
    )
    is_away = serializers.BooleanField()

    class Meta:
        model = Posting
        fields = ["username", "name", "role", "estate", "department", "department_name", "is_away"]

    def get_estate(self, row: Posting) -> str | None:
        estate = row.estate or (row.department.estate if row.department else None)
        return estate.code if estate else None


class UnitShape(serializers.ModelSerializer):
    estate = serializers.CharField(source="estate.code")
    building = serializers.CharField(source="building.code", default=None, allow_null=True, read_only=True)

    class Meta:
        model = Unit
        fields = ["code", "name", "kind", "estate", "building", "entrance", "number"]


class MeShape(serializers.Serializer):
    """Who asks. `roles`: by code of the estate; `*` is the whole company."""

    username = serializers.CharField()
    name = serializers.CharField()
    roles = serializers.DictField(child=serializers.ListField(child=serializers.ChoiceField(Role.choices)))


class AttachmentShape(serializers.ModelSerializer):
    """A file on the case."""

    class Meta:
        model = Attachment
        fields = ["id", "name", "content_type", "size", "sha256", "uploaded_at", "by_customer", "owner_sees"]
