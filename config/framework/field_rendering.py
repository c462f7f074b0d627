"""The fields of every form as markup, written here and not by templates.

A page of the desk holds some forty fields and a hundred and fifty options; a template for each of them,
for each of their attributes and for each empty list of errors costs ten times the rest of the page. The
elements are Django's own; a test compares them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple
from django.forms.renderers import TemplatesSetting
from django.http import HttpRequest
from django.utils.html import conditional_escape as escape
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from config.framework.search_keys import FEWEST, search_keys
from config.framework.templatetags.basics import icon

Context = Mapping[str, Any]

#: The template a field names in a dense form: nearly every field is optional and need not say so, what is
#: needed says so by its `needed` (words, and the class of a mark that comes and goes), and hint and
#: error stand below the control, so that fields side by side keep their line.
WITHOUT_OPTIONAL = "field_without_optional"


class FieldRenderer(TemplatesSetting):
    """Writes fields, widgets and errors; what it does not know is rendered by its template."""

    def render(self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None) -> str:
        if write := WRITERS.get(template_name):
            return SafeString(write(context))  # every text is escaped where it is put in
        return super().render(template_name, context, request)


# A field: label, hint, errors, widget ---------------------------------------------------------------


def _field(context: Context) -> str:
    return _group(context["field"], dense=False)


def _field_without_optional(context: Context) -> str:
    return _group(context["field"], dense=True)


def _group(field: BoundField, *, dense: bool) -> str:
    is_tick = isinstance(field.field.widget, CheckboxInput)
    label: str = capfirst(escape(field.label))
    if (written := getattr(field.field.widget, "written", "")) and not dense:
        field.help_text = f"{field.help_text} {written}".strip()
    hint = (
        f'<div class="hint" id="{field.auto_id}_helptext">{escape(field.help_text)}</div>'
        if field.help_text
        else ""
    )
    opening = f'<div class="field{" is-check" * is_tick}{" is-wrong" * bool(field.errors)}">'
    errors = str(field.errors) if field.errors else ""
    if is_tick:
        words = f'<label for="{field.id_for_label}">{field}<span>{label}</span></label>'
        return f"{opening}{errors}{words}{hint}</div>"
    asked = field.field.required or getattr(field.field, "is_asked", False)
    if not (dense or asked or isinstance(field.field.widget, CheckboxSelectMultiple)):
        optional = _("(optional)")  # not in the f-string, where the catalogue's reader would miss it
        label = f'{label} <span class="optional">{optional}</span>'
    if needed := getattr(field.field, "needed", None):
        label = f'{label} <span class="needed {needed[1]}">{escape(needed[0])}</span>'
    control = f"{field}{hint}{errors}" if dense else f"{hint}{errors}{field}"
    if field.use_fieldset:
        described = field.aria_describedby
        described = f' aria-describedby="{described}"' if described else ""
        return f"{opening}<fieldset{described}><legend>{label}</legend>{control}</fieldset></div>"
    words = f'<label for="{field.id_for_label}">{label}</label>' if field.label else ""
    return f"{opening}{words}{control}</div>"


def _errors(context: Context) -> str:
    errors = context["errors"]
    if not errors:
        return ""
    own = f' id="{errors.field_id}_error"' if errors.field_id else ""
    lines = "".join(f"<li>{icon('error')}<span>{escape(error)}</span></li>" for error in errors)
    return f'<ul class="field-errors"{own}>{lines}</ul>'


# Widgets: as django/forms/widgets/*.html --------------------------------------------------------------


def _widget(write: Callable[[Context], str]) -> Callable[[Context], str]:
    return lambda context: write(context["widget"])


def _attributes(widget: Context) -> str:
    return "".join(
        f" {name}" if value is True else f' {name}="{escape(str(value))}"'
        for name, value in widget["attrs"].items()
        if value is not False
    )


def _input(widget: Context) -> str:
    value = "" if widget["value"] is None else f' value="{escape(str(widget["value"]))}"'
    return f'<input type="{widget["type"]}" name="{escape(widget["name"])}"{value}{_attributes(widget)}>'


def _file(widget: Context) -> str:
    """The browser's own field, unseen, over a button and words in the page's language.

    app.js says what was chosen; without it the browser's field shows that itself (forms.css).
    """
    own = escape(widget["attrs"].get("id") or "")
    several = bool(widget["attrs"].get("multiple"))
    button = _("Choose files") if several else _("Choose a file")
    if widget["attrs"].get("capture"):
        button = _("Open the camera")
    none, some = _("No file chosen"), pgettext("chosen", "%(n)s files")
    return (
        f'<span class="file-field"><input type="file" name="{escape(widget["name"])}"{_attributes(widget)}>'
        f'<label class="btn btn-quiet" for="{own}">{escape(button)}</label>'
        f'<span class="file-names" data-none="{escape(none)}" data-some="{escape(some)}"></span></span>'
    )


def _textarea(widget: Context) -> str:
    text = escape(widget["value"]) if widget["value"] else ""
    return f'<textarea name="{escape(widget["name"])}"{_attributes(widget)}>\n{text}</textarea>'


def _select(widget: Context) -> str:
    parts = [f'<select name="{escape(widget["name"])}"{_attributes(widget)}>']
    groups = widget["optgroups"]
    keys = _keys if sum(len(options) for _group, options, _place in groups) >= FEWEST else _no_keys
    for group, options, _place in groups:
        if group:
            parts.append(f'\n  <optgroup label="{escape(group)}">')
        parts += (_option(option, keys(option)) for option in options)
        if group:
            parts.append("\n  </optgroup>")
    return "".join([*parts, "\n</select>"])


def _option(option: Context, keys: str) -> str:
    value = escape(str(option["value"]))
    return f'\n  <option value="{value}"{_attributes(option)}{keys}>{escape(option["label"])}</option>'


def _keys(option: Context) -> str:
    """What type-ahead finds the option by besides its words: how they are read, and what its row is also
    called (`also_called`: a code, the end of a phone).
    """
    said = [("keys", search_keys(str(option["label"])))]
    said.append(("also", getattr(getattr(option["value"], "instance", None), "also_called", "")))
    return "".join(f' data-{name}="{escape(value)}"' for name, value in said if value)


def _no_keys(option: Context) -> str:
    return ""


def _choices(widget: Context) -> str:
    """Radio buttons and ticks, each with its words."""
    own = "".join(
        f' {name}="{escape(widget["attrs"][name])}"' for name in ("id", "class") if widget["attrs"].get(name)
    )
    parts = [f"<div{own}>"]
    for group, options, _place in widget["optgroups"]:
        if group:
            parts.append(f"\n  <div><label>{escape(group)}</label>")
        parts += (f"<div>\n    {_choice(option)}</div>" for option in options)
        if group:
            parts.append("\n  </div>")
    return "".join([*parts, "\n</div>"])


def _choice(option: Context) -> str:
    if not option["wrap_label"]:
        return _input(option)
    own = f' for="{escape(option["attrs"]["id"])}"' if option["attrs"].get("id") else ""
    return f"<label{own}>{_input(option)} {escape(option['label'])}</label>"


INPUTS: Iterable[str] = (
    "text", "number", "email", "url", "tel", "search", "color", "password", "hidden", "date", "datetime",
    "time", "checkbox",
)  # fmt: skip
FILES = ("file", "clearable_file_input")
WRITERS: dict[str, Callable[[Context], str]] = {
    "django/forms/field.html": _field,
    WITHOUT_OPTIONAL: _field_without_optional,
    "django/forms/errors/list/default.html": _errors,
    **{f"django/forms/widgets/{kind}.html": _widget(_input) for kind in INPUTS},
    **{f"django/forms/widgets/{kind}.html": _widget(_file) for kind in FILES},
    "django/forms/widgets/textarea.html": _widget(_textarea),
    "django/forms/widgets/select.html": _widget(_select),
    "django/forms/widgets/radio.html": _widget(_choices),
    "django/forms/widgets/checkbox_select.html": _widget(_choices),
}
