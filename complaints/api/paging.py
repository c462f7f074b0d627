"""Every list of the API comes in pages: `next` and `previous` lead on, `results` holds the rows."""

from __future__ import annotations

from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.pagination import Cursor, CursorPagination

from config.framework.request_guard import whole_number

#: What every list may be asked for besides its filters.
PAGED = ("cursor", "size")


class Pages(CursorPagination):
    """By the time a row came in, the newest first."""

    page_size = 50
    max_page_size = 100
    page_size_query_param = "size"
    ordering: tuple[str, ...] = ("-received_at", "-id")

    def get_page_size(self, request: Any) -> int:
        said = request.query_params.get("size")
        if said is not None and not whole_number(said):
            raise ValidationError({"size": [_("Send a number from 1 to 100.")]})
        return super().get_page_size(request) or self.page_size

    def decode_cursor(self, request: Any) -> Cursor | None:
        """A cursor that was not made here leads nowhere, whatever it says."""
        cursor = super().decode_cursor(request)
        if cursor is not None and cursor.position is not None and not self._is_place(str(cursor.position)):
            raise NotFound(self.invalid_cursor_message)
        return cursor

    def _is_place(self, position: str) -> bool:
        first = str(self.ordering[0])
        if first.endswith("_at"):
            try:
                return parse_datetime(position) is not None
            except ValueError:
                return False
        return whole_number(position) is not None


class ById(Pages):
    """Lists to look something up in: in the order the rows were made, which no new row disturbs."""

    ordering = ("id",)
