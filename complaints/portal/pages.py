"""The page of one case, its files, and what the customer can do there."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from complaints.actions import portal_access
from complaints.forms.portal import ActForm, Button, Photos, Rating, Words
from complaints.models import Attachment, Complaint
from complaints.portal import status_page
from complaints.portal.visited_case import VisitedCase
from complaints.portal.visits import gone, visitors_page
from complaints.statuses import WrongPerson, WrongStatus
from complaints.views.case.files import send
from config.framework.refusals import Refused

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True)
class Act:
    """One thing the customer can do: its page, and the sentence afterwards."""

    title: str | Promise
    intro: str | Promise
    button: str | Promise
    done: str | Promise
    form: Callable[..., ActForm] = Button


def words(label: StrOrPromise, *, needed: bool = True) -> Callable[..., ActForm]:
    return lambda *args, **kwargs: Words(*args, label=label, needed=needed, **kwargs)


#: by verb of `moves`.
ACTS: dict[str, Act] = {
    "satisfy": Act(
        _("Accept our reply"),
        _("You confirm that the matter is settled for you. We will still ask how you found our work."),
        _("Accept the reply"),
        _("Thank you. We have noted that you accept our reply."),
    ),
    "rate": Act(
        _("Rate our work"),
        _("Only the first question must be answered. With 1 or 2 we take the matter up again."),
        _("Send my rating"),
        _("Thank you. Your rating has arrived."),
        Rating,
    ),
    "dispute": Act(
        _("Not settled"),
        _("Tell us what is still wrong. We take the matter up again from the beginning."),
        _("Send"),
        _("We have received what you told us. The matter is assigned anew; we contact you."),
        words(_("What is still wrong")),
    ),
    "remark": Act(
        _("Add something"),
        _("Your first receiver and whoever handles the matter will read it."),
        _("Send"),
        _("Thank you. Your words have arrived."),
        words(_("What you would like to add")),
    ),
    "attach": Act(
        _("Add photos"),
        _("A photo often says more than words."),
        _("Send"),
        _("Thank you. Your files have arrived."),
        Photos,
    ),
    "chase": Act(
        _("Ask how it goes"),
        _("Your first receiver, the handler and the supervisor are told at once."),
        _("Send"),
        _("We have passed on your question and will contact you."),
        words(_("Your question"), needed=False),
    ),
    "withdraw": Act(
        _("Withdraw the complaint"),
        _(
            "We then stop our work on it and close the case."
            " Within %(days)s days you can have it opened again."
        ),
        _("Yes, withdraw it"),
        _("The complaint is withdrawn."),
        words(_("Why you withdraw it")),
    ),
    "reopen": Act(
        _("Open the case again"),
        _("We take the matter up again from the beginning."),
        _("Open the case again"),
        _("The case is open again. It is assigned anew; we contact you."),
        words(_("What has happened since")),
    ),
}


@require_safe
@visitors_page
def case(request: HttpRequest, visited: VisitedCase, *, at: datetime) -> HttpResponse:
    """The status page."""
    said = status_page.write(visited, at)
    context = {"page": said, "case": visited, "estate": visited.estate, "key": secrets.token_urlsafe(16)}
    context |= {"now": at, "by_code": portal_access.gives_codes()}
    context["texts"] = visited.is_written_to
    return render(request, "portal/status_page.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@visitors_page
def act(request: HttpRequest, visited: VisitedCase, *, at: datetime, verb: str) -> HttpResponse:
    """One form, one act. What was typed is kept through every refusal."""
    deed = ACTS.get(verb)
    if deed is None:
        return gone(request)
    if request.method != "POST":
        if not status_page.may_act(visited, verb, at):
            return redirect("portal_case", number=visited.number)
        return _ask(request, visited, deed, deed.form(initial={"key": secrets.token_urlsafe(16)}))
    form = deed.form(request.POST, request.FILES)
    if not form.is_valid():
        return _ask(request, visited, deed, form, status=422)
    try:
        refused = _do(visited, verb, form, request, at)
    except Refused as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, _sentence(refusal))
        return _ask(request, visited, deed, _with_new_key(form), status=422)
    for sentence in refused:
        messages.warning(request, sentence)
    messages.success(request, str(deed.done))
    return redirect("portal_case", number=visited.number)


def _do(visited: VisitedCase, verb: str, form: ActForm, request: HttpRequest, at: datetime) -> list[str]:
    """Ask for the act; the sentences about files that could not be taken beside others."""
    key = form.cleaned_data["key"]
    case = Complaint.objects.get(pk=visited.case)
    if verb != "attach":
        portal_access.act_as_customer(case, verb, key=key, at=at, **form.words())
        return []
    kept, refused = portal_access.send_files(case, request.FILES.getlist("files"), key=key, at=at)
    if not kept:
        raise Refused(" ".join(refused), field="files")
    return refused


def _ask(
    request: HttpRequest, visited: VisitedCase, deed: Act, form: ActForm, *, status: int = 200
) -> HttpResponse:
    intro = str(deed.intro)
    if "%(days)s" in intro:
        intro %= {"days": visited.policy.reopen_window.days}
    context = {"form": form, "act": deed, "intro": intro, "case": visited, "estate": visited.estate}
    return render(request, "portal/act.html", context, status=status)


def _sentence(refusal: Refused) -> str:
    """A refusal in the customer's words: the steps inside the house are not his."""
    if isinstance(refusal, WrongStatus | WrongPerson):
        return gettext(
            "This is no longer possible: the case has moved on meanwhile. Go back to see where it stands."
        )
    return str(refusal)


def _with_new_key(form: ActForm) -> ActForm:
    """So that what is sent next counts as another form."""
    sent = cast(QueryDict, form.data).copy()
    sent["key"] = secrets.token_urlsafe(16)
    form.data = sent
    return form


@require_safe
@visitors_page
def file(
    request: HttpRequest, visited: VisitedCase, *, at: datetime, name: str, **options: Any
) -> HttpResponseBase:
    """A file of this case that the customer sent or was shown."""
    shown = Attachment.objects.filter(complaint=visited.case, owner_sees=True, file=name).first()
    return send(shown, **options) if shown else gone(request)
