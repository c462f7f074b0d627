"""What a page that offers a paper says of letters the paper cannot print."""

from __future__ import annotations

from django import template

from reports.letters import missing_letters

register = template.Library()


@register.inclusion_tag("reports/letters_missing.html")
def letters_missing(*texts: object) -> dict[str, list[str]]:
    """A note that names them; nothing where every letter prints."""
    return {"letters": missing_letters(*texts)}
