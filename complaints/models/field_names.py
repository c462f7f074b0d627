"""What a field is called on screens and papers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


def field_name(model: type[models.Model], field: str) -> StrOrPromise:
    """The name the model gives a field of its own, in the reader's language once it is shown."""
    found = model._meta.get_field(field)
    if not isinstance(found, models.Field):
        raise TypeError(f"{field} is no field of {model.__name__} itself.")
    return found.verbose_name
