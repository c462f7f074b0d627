"""What a page that offers a paper says of letters the paper cannot print."""

from __future__ import annotations

from django import template

from reports.glyphs import missing_glyphs

register = template.Library()


@register.inclusion_tag("reports/glyphs_missing.html")
def glyphs_missing(*texts: object) -> dict[str, list[str]]:
    """A note that names them; nothing where every letter prints."""
    return {"letters": missing_glyphs(*texts)}
