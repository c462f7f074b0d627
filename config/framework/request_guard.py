"""The guard at the door: what is odd about a request itself, before any page reads it.

What nobody means, because no row holds it (a control character in an address), leads nowhere: 404.
What cannot be read, because it is in no text encoding we take, is refused: 400. What people paste
without seeing it, a NUL or Word's line break within a text, is put right, so that nobody loses a form
for it. A cookie that is not ours is not there. Everything behind the door may rely on it.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import unquote_to_bytes, urlsplit

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.utils import translation
from django.utils.http import parse_header_parameters

if TYPE_CHECKING:
    from django.http.request import _ImmutableQueryDict

#: Control characters but tab and line breaks: no text of ours holds them, and no workbook takes them.
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
#: Word's line and page breaks are line breaks; the others are dropped.
_BREAKS = {0x0B: "\n", 0x0C: "\n"}
HALF = re.compile("[\ud800-\udfff]")
#: Bodies a page reads as a form.
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
#: What could not be decoded stands as this.
UNREADABLE = "\ufffd"
#: Behind an address; web servers take less, and SQLite looks for no longer pattern.
LONGEST_QUERY = 16_000
#: Digits of the largest number a row may have, less one.
_DIGITS = 18


def clean(text: str) -> str:
    """The text without control characters, its line breaks kept."""
    return CONTROL.sub(lambda found: _BREAKS.get(ord(found[0]), ""), text)


def whole_number(said: Any) -> int | None:
    """The number a text of plain digits says; None for ², for 5,000 digits, for no text at all."""
    text = str(said) if isinstance(said, str | int) and not isinstance(said, bool) else ""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _DIGITS else None


def without_odd_type(environ: dict[str, Any]) -> dict[str, Any]:
    """The request without a Content-Type that names no encoding of texts: Django fails on it at once."""
    try:
        _type, said = parse_header_parameters(environ.get("CONTENT_TYPE", ""))
        "".encode(said.get("charset", "utf-8"))
    except (ValueError, LookupError):
        environ["CONTENT_TYPE"] = "application/octet-stream"
    return environ


class Guard:
    """First of all middleware: session, language and CSRF read cookies and forms that it has seen."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.COOKIES = {
            name: value for name, value in request.COOKIES.items() if not CONTROL.search(value)
        }
        # A refusal here is said before the person is known: in the language of the browser.
        translation.activate(translation.get_language_from_request(request))
        if CONTROL.search(request.path_info) or re.search(r"[\r\n\t]", request.path_info):
            raise Http404
        if any(CONTROL.search(str(said)) for name, said in request.META.items() if name.startswith("HTTP_")):
            raise BadRequest("A header holds a control character.")
        if request.encoding and codecs.lookup(request.encoding).name != "utf-8":
            raise BadRequest("Only UTF-8 is read.")
        if len(request.META.get("QUERY_STRING", "")) > LONGEST_QUERY:
            raise BadRequest("The address is too long.")
        request.GET = cast("_ImmutableQueryDict", cleaned(request.GET))
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        """Forms. The API reads its bodies itself, once it knows who asks."""
        if request.method != "POST" or request.content_type not in FORMS:
            return
        if getattr(getattr(view, "cls", None), "schema", None) is not None:
            return
        try:
            posted = request.POST
        except (LookupError, UnicodeError):  # a file's name in an encoding that is none
            raise BadRequest("The form cannot be read.") from None
        if request.content_type == FORMS[0] and _holds(posted, UNREADABLE):
            _check_bytes(request.body)
        request.POST = cast("_ImmutableQueryDict", cleaned(posted))


def cleaned(said: QueryDict) -> QueryDict:
    """The same, or a copy without control characters and without a `next` that is no address."""
    if not any(_is_odd(name, value) for name, values in said.lists() for value in values):
        return said
    copy = said.copy()
    for name, values in said.lists():
        copy.setlist(name, ["" if _leads_nowhere(name, value) else clean(value) for value in values])
    copy._mutable = False
    return copy


def _is_odd(name: str, value: str) -> bool:
    return bool(CONTROL.search(value)) or _leads_nowhere(name, value)


def _leads_nowhere(name: str, value: str) -> bool:
    """Where to go next, said in what is no address: http://["""
    if name != "next":
        return False
    try:
        urlsplit(value)
    except ValueError:
        return True
    return False


def _holds(said: QueryDict, part: str) -> bool:
    return any(part in value for _name, values in said.lists() for value in values)


def _check_bytes(body: bytes) -> None:
    """Raises BadRequest for a form in GBK or other bytes: better no text than a spoiled one."""
    try:
        unquote_to_bytes(body).decode()
    except UnicodeDecodeError:
        raise BadRequest("The form is not in UTF-8.") from None
