"""The elements of a page, whatever lines its templates are laid out in."""

from __future__ import annotations

import re

from django.http import HttpResponse

TAG = r"""(?:"[^"]*"|'[^']*'|[^'">])*>"""
#: Beside these a blank is not shown.
BLOCKS = (
    "html|head|body|title|meta|link|script|header|footer|main|nav|section|article|aside|div|p|ul|ol|li|dl|dt|dd"
    "|table|caption|thead|tbody|tfoot|tr|td|th|h1|h2|h3|form|fieldset|legend|details|summary|br|hr|blockquote"
    "|figure|figcaption|option|optgroup|datalist|template"
)
ANY_TAG = re.compile(rf"<[a-zA-Z/!]{TAG}")
BLOCK_TAG = re.compile(rf"\s*(</?(?:{BLOCKS})(?![\w-]){TAG})\s*")
EDGE_OF_BUTTON = re.compile(rf"(<button\b{TAG})\s+|\s+(</button>)")
ICON = re.compile(r"\s*(<svg\b.*?</svg>)\s*")
AS_TYPED = re.compile(r"(<textarea\b.*?</textarea>)", re.DOTALL)


def markup(page: HttpResponse | str) -> str:
    """The page with each blank that a browser does not show left out and all others made one space.

    What stands in a field stays as it was typed. Icons stand in rows (flex) that show no blank beside them.
    """
    html = page if isinstance(page, str) else page.content.decode()
    parts = AS_TYPED.split(html)
    parts[::2] = map(_closed_up, parts[::2])
    return "".join(parts)


def _closed_up(html: str) -> str:
    html = ANY_TAG.sub(lambda tag: re.sub(r"\s+", " ", tag[0]).replace(" >", ">"), html)
    html = BLOCK_TAG.sub(r"\1", re.sub(r"\s+", " ", html))
    return ICON.sub(r"\1", EDGE_OF_BUTTON.sub(r"\1\2", html))
