"""Help with words to a customer: texts to insert, and what to say in the place of a forbidden phrase.

Scripts do both in place (static/js/words.js); without them the form is sent to be helped, and comes back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.forms import DateTimeField
from django.http import Http404, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_safe

from complaints.actions import roles_on, shows_complainant
from complaints.actions.reply_values import Text, texts_for
from complaints.actions.words_to_customers import found_in, phrases_for
from complaints.forms.fields import TOLD, MoveForm
from complaints.models import Complaint
from complaints.phrases import Found, replaced
from complaints.reply_texts import OFFERED, SPOKEN
from complaints.views import estates_of, person_of
from config.framework.typed_dates import tidy
from staff.models import Estate, User
from staff.permissions import Permissions
from staff.requests import StaffRequest

#: The fields of a form whose words the customer reads.
FIELDS = ("note", "told")
#: No row's key has so many digits.
LONGEST_KEY = 19


@dataclass(frozen=True)
class Helped:
    """What was typed, with the help that was asked for, and the phrases that are left in it."""

    typed: dict[str, str]
    found: tuple[Found, ...] = ()


@dataclass(frozen=True)
class Beside:
    """What stands beside the words of a form. `spoken`: texts to read out; `found`: each phrase once."""

    texts: list[Text]
    spoken: list[Text]
    phrases_url: str
    found: list[Found]


def helped(
    request: StaffRequest,
    kind: type[MoveForm],
    verb: str,
    complaint: Complaint,
    person: Permissions,
    at: datetime,
) -> Helped | None:
    """The form's words with a text inserted or a phrase replaced; None where it is sent to be done."""
    sent = request.POST
    if not {"insert", "replace"} & sent.keys() or verb not in TOLD:
        return None
    names = [*kind.base_fields, "phrase_reason"]
    typed = {name: sent[name] for name in names if name in sent}
    if sent.get("insert"):
        promised = _moment(kind, typed.get("promised_at", ""))
        texts = _texts(verb, complaint, person, by=request.user, at=at, promised_at=promised)
        chosen = next((one for one in texts if str(one.pk) == sent.get("template")), None)
        if chosen:
            typed["note"] = "\n".join(filter(None, [typed.get("note", "").rstrip(), chosen.text]))
        return Helped(typed)
    found: list[Found] = []
    for name in FIELDS:
        if text := typed.get(name, ""):
            hits = found_in(text, complaint.estate_id)
            if sent["replace"].isdecimal() and len(sent["replace"]) < LONGEST_KEY:
                typed[name] = replaced(text, hits, int(sent["replace"]))
            found += found_in(typed[name], complaint.estate_id)
    if found:
        typed.setdefault("phrase_reason", "")
    return Helped(typed, tuple(found))


def _moment(kind: type[MoveForm], typed: str) -> datetime | None:
    """The promised time as typed, where it is one."""
    field = kind.base_fields.get("promised_at")
    try:
        return field.clean(tidy(typed)) if isinstance(field, DateTimeField) else None
    except ValidationError:
        return None


def _texts(
    verb: str,
    complaint: Complaint,
    person: Permissions,
    *,
    by: User,
    at: datetime,
    promised_at: datetime | None,
) -> list[Text]:
    shows = shows_complainant(complaint, roles_on(complaint, person))
    return texts_for(complaint, verb, by=by, now=at, shows_name=shows, promised_at=promised_at)


def beside(form: MoveForm, *, by: User) -> Beside | None:
    """What a form's page shows beside its words; None for a form whose words no customer hears."""
    verb, case = form.verb, form.complaint
    if verb not in TOLD and verb not in OFFERED:
        return None
    texts = _texts(verb, case, form.person, by=by, at=form.now, promised_at=None)
    url = f"{reverse('phrases_json')}?estate={case.estate.code}" if verb in TOLD else ""
    found = list({one.phrase.pk: one for one in form.found}.values())
    return Beside([] if verb in SPOKEN else texts, texts if verb in SPOKEN else [], url, found)


@login_required
@require_safe
def phrases(request: StaffRequest) -> HttpResponse:
    """The forbidden phrases of an estate, for the marks while somebody types."""
    code, at = request.GET.get("estate", ""), now()
    place = next((one for one in estates_of(request, at) if one.code == code), None)
    cases = Complaint.objects.visible_to(person_of(request, at)).filter(estate__code=code)
    if place is None and not cases.exists():
        raise Http404
    estate = Estate.objects.values_list("pk", flat=True).get(code=code)
    rows: list[dict[str, Any]] = [
        {
            "pk": one.pk,
            "words": one.words,
            "language": one.language,
            "unless": one.unless,
            "why": one.why,
            "instead": one.instead,
        }
        for one in phrases_for(estate)
    ]
    return JsonResponse({"phrases": rows}, json_dumps_params={"ensure_ascii": False})
