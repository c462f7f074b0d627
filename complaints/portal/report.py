"""我要反映: one question a page, everything kept as it is answered, sent once (domain.md 2 and 7)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from complaints.actions import portal_access, portal_drafts, portal_phones, portal_reports
from complaints.forms import report as questions
from complaints.forms.portal import CodeForm
from complaints.models import PortalDraft
from complaints.portal import report_steps
from complaints.portal.browser_draft import DRAFT_COOKIE, draft_of, remember
from complaints.portal.given import estates_open, given
from complaints.portal.visits import drop_cookie, public_page
from complaints.portal_words import Said
from complaints.views.case.files import send as send_file
from config.framework.client_addresses import client_network
from config.framework.refusals import Refused
from staff import audit
from staff.audit import Kind, Note
from staff.models import Estate

#: Refusals for which a program is told to come later.
TOO_MUCH = (portal_drafts.TooMuch, portal_access.TooManyCodes)


@public_page
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest, *, at: datetime) -> HttpResponse:
    """The first question. Looking begins nothing; a draft begins with the first answer."""
    draft, sent = draft_of(request, at), False
    if draft and draft.sent_at:
        draft, sent = None, True
    form = questions.KindForm(_sent(request), initial=draft.said if draft else None)
    known = given(request, at)
    if form.is_valid():
        said = known.said | form.answers() | {"language": get_language()}
        estate = known.estate or (None if draft and draft.estate_id else _only(at))
        try:
            if draft:
                return _on(portal_drafts.keep(draft, at=at, estate=estate, **said), at)
            draft, secret = portal_drafts.begin(network=client_network(request), at=at, estate=estate, **said)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            response = _on(draft, at)
            remember(response, secret)
            return response
    context: dict[str, Any] = {"form": form, "draft": draft if draft and draft.said.get("kind") else None}
    context |= {"estate": known.estate or (draft.estate if draft else None), "sent": sent, "given": known}
    return _page(request, "start", context, form)


def _sent(request: HttpRequest) -> QueryDict | None:
    """What a form was sent with, empty or not."""
    return request.POST if request.method == "POST" else None


def _only(at: datetime) -> Estate | None:
    """The estate, where there is but one: it is not asked for."""
    some = list(estates_open(at)[:2])
    return some[0] if len(some) == 1 else None


def _on(draft: PortalDraft, at: datetime) -> HttpResponse:
    return redirect("portal_report_step", step=report_steps.next_step(draft, at))


Question = Callable[[HttpRequest, PortalDraft, datetime], HttpResponse]


@public_page
@require_http_methods(["GET", "HEAD", "POST"])
def step(request: HttpRequest, *, at: datetime, step: str) -> HttpResponse:
    """One question of a draft. Who leaps ahead is led to the first one that has no answer yet."""
    draft = draft_of(request, at)
    if draft is None or step == "kind":
        return redirect("portal_report")
    if draft.sent_at:
        return redirect("portal_report_sent")
    steps = report_steps.asked(draft, at)
    if step not in steps:
        return _on(draft, at)
    first = next(one for one in steps if not report_steps.is_answered(draft, one))
    if steps.index(step) > steps.index(first):
        return redirect("portal_report_step", step=first)
    back = report_steps.before(step, steps)
    draft.back = reverse("portal_report_step", args=[back]) if back != "kind" else reverse("portal_report")  # type: ignore[attr-defined]
    try:
        return QUESTIONS[step](request, draft, at)
    except portal_drafts.AlreadySent:
        return redirect("portal_report_sent")


# The questions -----------------------------------------------------------------------------------------


def _plain(
    make: Callable[..., Any], template: str = "step", title: Any = "", *, is_one: bool = False
) -> Question:
    """A question that is answered by keeping what its form says. `is_one`: the title is its only field's."""

    def ask(request: HttpRequest, draft: PortalDraft, at: datetime) -> HttpResponse:
        form = make(draft, at)(_sent(request), initial=draft.said | {"estate": draft.estate_id})
        if form.is_valid():
            return _on(portal_drafts.keep(draft, at=at, language=get_language(), **form.answers()), at)
        context = {"form": form, "draft": draft, "estate": draft.estate, "title": title, "is_one": is_one}
        return _page(request, template, context, form)

    return ask


def _form(form: Callable[..., Any], **more: Callable[[PortalDraft, datetime], Any]) -> Callable[..., Any]:
    """The form of a question, with what it must know of the draft."""

    def make(draft: PortalDraft, at: datetime) -> Callable[..., Any]:
        known = {name: ask(draft, at) for name, ask in more.items()}
        return lambda *args, **kwargs: form(*args, **known, **kwargs)

    return make


def _kind(draft: PortalDraft, at: datetime) -> str:
    return str(draft.said["kind"])


def _danger(request: HttpRequest, draft: PortalDraft, at: datetime) -> HttpResponse:
    """Words that tell of danger: whom to call, before anything else. Nothing is marked by it."""
    if request.method == "POST":
        return _on(portal_drafts.keep(draft, at=at, danger_seen=draft.said["words"]), at)
    return render(request, "portal/report/danger.html", {"draft": draft, "estate": draft.estate})


def _photos(request: HttpRequest, draft: PortalDraft, at: datetime) -> HttpResponse:
    """After the words, so that a slow upload loses none of them; each good file is kept at once."""
    form, refused = questions.PhotosForm(), []
    if request.method == "POST":
        form = questions.PhotosForm(request.POST, request.FILES)
        sent = request.FILES.getlist("files")
        try:
            if stored := request.POST.get("drop", ""):
                portal_drafts.drop_file(draft, stored[:80], at=at)
                return redirect("portal_report_step", step="photos")
            refused = portal_drafts.add_files(draft, sent, network=client_network(request), at=at)
        except portal_drafts.TooMuch as refusal:
            refused = [str(refusal)]
        form.is_valid()
        for sentence in refused:
            form.add_error("files", sentence)
        if not refused:
            more = request.POST.get("then") == "more"
            if more:
                return redirect("portal_report_step", step="photos")
            return _on(portal_drafts.keep(draft, at=at, photos_done=True), at)
    context = {"form": form, "draft": draft, "estate": draft.estate}
    return _page(request, "photos", context | {"files": draft.files.order_by("pk")}, form)


def _code(request: HttpRequest, draft: PortalDraft, at: datetime) -> HttpResponse:
    """The phone is shown to be his. The code goes out when its page is first asked for by a button."""
    asks = request.POST.get("ask") == "yes"
    if request.method != "POST":
        asks = not draft.codes.filter(used_at=None, expires_at__gt=at).exists()
    form = CodeForm(None if asks else _sent(request))
    context: dict[str, Any] = {"form": form, "draft": draft, "estate": draft.estate, "asks": asks}
    context["in_console"] = settings.PORTAL_CODE_IN_CONSOLE
    try:
        if request.method == "POST" and asks:
            portal_phones.ask_code(draft, network=client_network(request), at=at)
            return redirect("portal_report_step", step="code")
        if form.is_valid():
            return _on(portal_phones.show(draft, form.cleaned_data["code"], at=at), at)
    except (portal_access.WrongCode, portal_access.CodeSpent, *TOO_MUCH) as refusal:
        audit.write(request, Note(Kind.WRONG_CODE, "report"), user=None, at=at)
        if form.is_bound:
            form.add_error("code", str(refusal))
        context |= {"refused": str(refusal), "full": isinstance(refusal, TOO_MUCH)}
    return _page(request, "code", context, form)


def _check(request: HttpRequest, draft: PortalDraft, at: datetime) -> HttpResponse:
    """All answers once more; then it is sent, once."""
    form = questions.SendForm(_sent(request))
    context: dict[str, Any] = {"form": form, "draft": draft, "estate": draft.estate}
    if form.is_valid():
        secret = request.COOKIES.get(DRAFT_COOKIE, "")
        try:
            if form.cleaned_data["website"]:
                raise portal_drafts.TooMuch(
                    _("This looks as if a program had filled it in. If you are none, send it once more.")
                )
            portal_reports.send(secret, network=client_network(request), at=at)
            return redirect("portal_report_sent")
        except portal_drafts.TooMuch as refusal:
            audit.write(request, Note(Kind.LOCKED, "report"), user=None, at=at)
            context |= {"refused": str(refusal), "full": True}
            context["form"] = questions.SendForm()  # empty again, for whoever is no program
        except Refused as refusal:
            context["refused"] = str(refusal)
            context["mend"] = refusal.field if refusal.field in report_steps.ORDER else ""
    if not context.get("refused"):
        context["sent_before"] = portal_reports.sent_before(draft, network=client_network(request), at=at)
    context["answers"] = answers_shown(draft)
    context["files"] = draft.files.order_by("pk")
    return _page(request, "check", context, form)


def answers_shown(draft: PortalDraft) -> dict[str, Any]:
    """What stands on the page that shows all answers, beside the texts as typed."""
    place = portal_reports.place_in_words(draft)
    return {"kind": Said(draft.said["kind"]).label, "place": place}


def _page(request: HttpRequest, name: str, context: dict[str, Any], form: forms.Form) -> HttpResponse:
    status = 429 if context.get("full") else 422 if context.get("refused") or form.errors else 200
    return render(request, f"portal/report/{name}.html", context, status=status)


QUESTIONS: dict[str, Question] = {
    "estate": _plain(
        _form(questions.EstateForm, estates=lambda draft, at: list(estates_open(at))),
        title=gettext_lazy("Which estate is it about?"),
        is_one=True,
    ),
    "where": _plain(
        _form(questions.WhereForm, estate=lambda draft, at: draft.estate, kind=_kind),
        title=gettext_lazy("Where is it?"),
    ),
    "words": _plain(_form(questions.WordsForm, kind=_kind), title=gettext_lazy("Tell us in your words")),
    "danger": _danger,
    "photos": _photos,
    "who": _plain(_form(questions.WhoForm, kind=_kind), "who"),
    "code": _code,
    "same": _plain(
        _form(questions.SameForm, cases=lambda draft, at: portal_reports.own_cases(draft, at=at)),
        "same",
    ),
    "check": _check,
}


# Beside the questions ------------------------------------------------------------------------------------


@public_page
@require_safe
def thumbnail(request: HttpRequest, *, at: datetime, name: str) -> HttpResponseBase:
    """A photo of his own draft."""
    draft = draft_of(request, at)
    found = draft.files.filter(file=name).exclude(thumbnail="").first() if draft else None
    return send_file(found, thumbnail=True) if found else HttpResponse(status=404)


@public_page
@require_POST
def throw_away(request: HttpRequest, *, at: datetime) -> HttpResponse:
    """Everything typed is erased at once: on a device others use too."""
    draft = draft_of(request, at)
    if draft and not draft.sent_at:
        try:
            portal_drafts.throw_away(draft)
        except portal_drafts.AlreadySent:
            return redirect("portal_report_sent")
    response = redirect("portal_home")
    drop_cookie(response, DRAFT_COOKIE)
    return response
