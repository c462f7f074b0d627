"""The desk's words: read by whoever writes to customers, kept by those in charge.

Reply templates, forbidden phrases, rules that suggest, step cards, clauses of law and contract.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from complaints.actions.reply_words import (
    KEEPERS,
    first_reply_words,
    kept_estates,
    may_keep,
    newest_version,
    save_words,
)
from complaints.forms.office.reply_words import (
    CardForm,
    ClauseForm,
    KeptForm,
    PhraseForm,
    RuleForm,
    TemplateForm,
)
from complaints.forms.office.settings import initial
from complaints.law import Kind as ClauseKind
from complaints.models import Clause, ForbiddenPhrase, ReplyTemplate, StepCard, SuggestionRule
from complaints.phrases import Kind
from complaints.policy import Severity
from complaints.reply_texts import PLACEHOLDERS, Occasion
from complaints.step_cards import CardKind
from complaints.views import estates_of, person_of
from complaints.views.office.changes import edits
from complaints.views.office.phrases_sent import trains
from config.framework.refusals import Refused
from staff.permissions import Permissions
from staff.requests import StaffRequest
from staff.roles import READERS

Row = ReplyTemplate | ForbiddenPhrase | SuggestionRule | StepCard | Clause
#: As many as a list shows; more are found by searching.
SHOWN = 200


@dataclass(frozen=True)
class Sort:
    """One of the lists. `searched`: columns that words are looked for in; `part`: what divides it."""

    model: type[Any]
    form: type[KeptForm]
    title: str | Promise
    new: str | Promise
    searched: tuple[str, ...]
    columns: tuple[str, ...]
    part: str
    parts: list[Any]
    order: tuple[str, ...]


SORTS: dict[str, Sort] = {
    "texts": Sort(
        ReplyTemplate, TemplateForm, gettext_lazy("Reply templates"), gettext_lazy("Add a text"),
        ("key", "title", "title_en", "zh", "en"),
        ("occasion", "key", "title", "title_en", "category", "zh", "en", "estate"),
        "occasion", Occasion.choices, ("key", "pk"),
    ),
    "phrases": Sort(
        ForbiddenPhrase, PhraseForm, gettext_lazy("Forbidden phrases"), gettext_lazy("Add a phrase"),
        ("words", "why_zh", "why_en", "instead"),
        ("words", "language", "kind", "why_zh", "why_en", "instead", "unless", "estate"),
        "kind", Kind.choices, ("kind", "-language", "pk"),
    ),
    "rules": Sort(
        SuggestionRule, RuleForm, gettext_lazy("Suggestions"), gettext_lazy("Add a rule"),
        ("words", "unless", "category__zh", "category__en"),
        ("words", "unless", "category", "severity", "estate"),
        "severity", [*reversed(Severity.choices), ("", gettext_lazy("Category alone"))],
        ("category__order", "pk"),
    ),
    "cards": Sort(
        StepCard, CardForm, gettext_lazy("Step cards"), gettext_lazy("Add a card"),
        ("title", "title_en", "zh", "en"),
        ("kind", "title", "title_en", "zh", "en", "estate"),
        "kind", CardKind.choices, ("kind", "pk"),
    ),
    "clauses": Sort(
        Clause, ClauseForm, gettext_lazy("Law and contract clauses"), gettext_lazy("Add a clause"),
        ("title", "title_en", "article", "zh", "en"),
        ("kind", "title", "title_en", "article", "zh", "en", "valid_from", "valid_until", "estate"),
        "kind", ClauseKind.choices, ("kind", "title", "valid_from", "pk"),
    ),
}  # fmt: skip


def _sort(kind: str) -> Sort:
    if kind not in SORTS:
        raise Http404
    return SORTS[kind]


def _reader(request: StaffRequest) -> Permissions:
    """Whoever is one of ours and writes to customers, or keeps the words."""
    person = person_of(request, now())
    if not person.within() & (READERS | KEEPERS):
        raise Http404
    return person


def _seen(sort: Sort, request: StaffRequest, person: Permissions) -> QuerySet[Any]:
    """The company's rows, and those of the estates he reads or keeps."""
    kept = kept_estates(person)
    rows: QuerySet[Any] = sort.model.objects.select_related("estate")
    if kept is None or person.reads_company():
        return rows
    return rows.filter(
        Q(estate=None) | Q(estate__in={*kept, *(one.pk for one in estates_of(request, now()))})
    )


@login_required
@require_safe
def index(request: StaffRequest, kind: str) -> HttpResponse:
    """The list, searched and divided as the address says."""
    sort, person = _sort(kind), _reader(request)
    asked = {name: request.GET.get(name, "").strip()[:60] for name in ("q", "part", "estate", "out")}
    everything = _seen(sort, request, person)
    rows = everything.filter(is_active=not asked["out"])
    if asked["q"]:
        found = Q()
        for name in sort.searched:
            found |= Q(**{f"{name}__icontains": asked["q"]})
        rows = rows.filter(found)
    if asked["part"]:
        rows = rows.filter(**{sort.part: asked["part"]})
    if asked["estate"]:
        rows = rows.filter(estate__code=asked["estate"])
    if "category" in sort.columns:
        rows = rows.select_related("estate", "category")
    found_rows = list(rows.order_by(*sort.order)[: SHOWN + 1])
    order = [key for key, _label in sort.parts]
    found_rows.sort(key=lambda row: order.index(getattr(row, sort.part)))
    context = {
        "kind": kind,
        "sort": sort,
        "asked": asked,
        "rows": [(row, may_keep(person, row.estate_id)) for row in found_rows[:SHOWN]],
        "more": len(found_rows) > SHOWN,
        "is_empty": not found_rows and not everything.exists(),
        "keeps": kept_estates(person) is None or bool(kept_estates(person)),
        "keeps_company": kept_estates(person) is None,
        "estates": estates_of(request, now()),
        "today": localdate(),
        "trains": trains(person),
    }
    return render(request, f"complaints/office/words_{kind}.html", context)


@login_required
def row(request: StaffRequest, kind: str, pk: int | None = None) -> HttpResponse:
    """Add a row, or change one: what it said before stands below it."""
    sort, person = _sort(kind), _reader(request)
    if not (kept_estates(person) is None or kept_estates(person)):
        raise Http404
    one: Any = get_object_or_404(_seen(sort, request, person), pk=pk) if pk else sort.model()
    if pk and not may_keep(person, one.estate_id):
        raise Http404
    begun = (
        initial(one, sort.columns) | {"seen": newest_version(one)} if pk else _begun(sort, request, person)
    )
    form = sort.form(request.POST or None, person=person, initial=begun)
    if request.method == "POST" and form.is_valid():
        try:
            save_words(one, form.changes(), by=request.user, seen=form.cleaned_data["seen"] if pk else None)
        except (Refused, ValidationError) as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect("words", kind=kind)
    context = {
        "form": form,
        "kind": kind,
        "sort": sort,
        "row": sort.model.objects.get(pk=pk) if pk else None,
        "edits": edits({"": sort.model.history.filter(id=pk)}) if pk else [],
        "placeholders": PLACEHOLDERS.values() if kind == "texts" else (),
    }
    return render(request, "complaints/office/words_row.html", context, status=422 if form.errors else 200)


def _begun(sort: Sort, request: StaffRequest, person: Permissions) -> dict[str, Any]:
    """An empty form; or an estate's own wording of a row, begun with what the row says."""
    begun: dict[str, Any] = (
        {"kind": Kind.FORBIDDEN, "language": "zh"} if sort.model is ForbiddenPhrase else {}
    )
    if (key := request.GET.get("from", "")[:18]).isdecimal():
        begun = initial(get_object_or_404(_seen(sort, request, person), pk=int(key)), sort.columns)
        kept = kept_estates(person)
        begun["estate"] = next(iter(kept)) if kept and len(kept) == 1 else None
    return begun


@login_required
@require_POST
def use(request: StaffRequest, kind: str, pk: int) -> HttpResponse:
    """Out of use, or in use again."""
    sort, person = _sort(kind), _reader(request)
    one = get_object_or_404(_seen(sort, request, person), pk=pk)
    if not may_keep(person, one.estate_id):
        raise Http404
    wanted = request.POST.get("in_use") == "1"
    if one.is_active != wanted:
        try:
            save_words(one, {"is_active": wanted}, by=request.user)
        except (Refused, ValidationError) as refusal:
            messages.warning(request, " ".join(getattr(refusal, "messages", [str(refusal)])))
            return redirect("words", kind=kind)
    said = (
        _("“%(what)s” is in use again.") if wanted else _("“%(what)s” is out of use. It can be taken back.")
    )
    messages.success(request, said % {"what": one})
    return redirect("words", kind=kind)


@login_required
@require_POST
def first(request: StaffRequest, kind: str) -> HttpResponse:
    """The texts and phrases a company starts with, where it has none."""
    _sort(kind)
    if kept_estates(_reader(request)) is not None:
        raise Http404
    n = first_reply_words(by=request.user)
    messages.success(
        request, _("%(n)s texts and phrases have been added. Change what is said otherwise here.") % {"n": n}
    )
    return redirect("words", kind=kind)
