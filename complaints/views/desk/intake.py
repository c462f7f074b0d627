"""The front desk: a complaint taken in one form, or a contact note, a chase, a reopening, a claim."""

from __future__ import annotations

import re
import secrets
from dataclasses import replace
from typing import Any, cast

import segno
from django.conf import settings
from django.db import transaction
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from complaints import actions, case_numbers, notice_grade
from complaints.actions import relays
from complaints.actions.emergency_numbers import numbers_of
from complaints.actions.idempotency import act_once_per_key
from complaints.actions.portal_access import make_receipt_link, may_make_link, opens
from complaints.actions.promises import promises_to
from complaints.actions.relays import for_desk
from complaints.case_search import numbered
from complaints.danger import is_dangerous
from complaints.forms.case.external import order_remarks
from complaints.forms.desk.intake import CHASE, COMPLAINT, DeskForm
from complaints.models import Complaint, Relay
from complaints.policy import OFFICIAL, Channel, NoticeGrade
from complaints.promises import still_to_come
from complaints.views.dangers import told_of
from complaints.views.desk.caller import of_order
from complaints.views.desk.desk_request import Desk, button, for_the_desk, looked_up
from complaints.views.office.estate_end import what_is_left
from config.framework.refusals import Refused
from config.framework.request_guard import whole_number
from owners.lookup import find_people
from owners.models import Occupancy, Owner
from owners.phones import asked_for, read_phones
from staff import audit
from staff.requests import StaffRequest

#: The secret of the receipt just made, for this browser and this page alone.
RECEIPT_COOKIE = "receipt"
SHIFT = 12 * 60 * 60
#: Cases offered for the end of a number: one a year at most, as a rule.
MOST_CASES = 3
#: What a look-up fills in.
PICKED = ("owner", "name", "phone", "capacity", "where")
#: Words that end so are places, not names.
PLACE_WORD = re.compile(
    "(?:门|门口|车库|大堂|大厅|花园|广场|楼道|电梯|楼下|天台|停车场|商铺|岗亭|gate|garage|lobby)$", re.I
)


@require_http_methods(["GET", "HEAD", "POST"])
@for_the_desk
def desk(request: StaffRequest, desk: Desk) -> HttpResponse:
    if request.method == "POST":
        return file(desk)
    if desk.ended:
        said = what_is_left(desk.estate, desk.person, desk.now)
        others = [estate for estate in desk.offered if estate != desk.estate]
        return render(request, "complaints/desk/estate_ended.html", {"desk": desk, "others": others} | said)
    return desk.page(desk.form(initial=_start(desk)))


def _start(desk: Desk) -> dict[str, Any]:
    """An empty form: with the channel of the last, or about a person, or from a contact note."""
    asked = desk.request.GET
    start: dict[str, Any] = {}
    if asked.get("channel") in Channel.values:
        start["channel"] = asked["channel"]
    if note := desk.note(asked.get("note")):
        start |= {"from_note": note.pk, "channel": note.channel, "name": note.name, "phone": note.phone}
        start |= {"capacity": note.capacity, "owner": note.owner_id, "content": note.words}
        start["where"] = str(note.unit or note.place)
    elif relay := desk.relay(asked.get("relay")):
        start |= {"from_relay": relay.pk, "channel": Channel.EMPLOYEE, "name": relay.name}
        start |= {"phone": relay.phone, "where": relay.place, "content": relay.words}
        start["urgent"] = relay.urgent
    elif picked := whole_number(asked.get("owner")):
        owner = Owner.objects.filter(estate=desk.estate, pk=picked).first()
        home = owner.occupancies.select_related("unit", "owner").first() if owner else None
        start |= _picked(home) if home else {"owner": owner.pk, "name": owner.name} if owner else {}
    return start


# Filing ----------------------------------------------------------------------------------------------


def file(desk: Desk) -> HttpResponse:
    """Do what the form says once; or show it again with a sentence at each field, and every file kept."""
    form = desk.form(data=desk.request.POST)
    valid = form.is_valid()
    for sentence in desk.keep_files(form):
        form.add_error("files", sentence)
        valid = False
    if valid:
        try:
            return _filed(desk, form)
        except actions.KeyReused as refusal:
            _give_new_key(form)
            form.add_error(None, str(refusal))
            form.add_error(None, _("To file this as one more, send it again."))
        except Refused as refusal:
            form.refuse(refusal)
    return desk.page(form, status=422)


def _give_new_key(form: DeskForm) -> None:
    """So that what is sent next counts as another form."""
    sent = cast(QueryDict, form.data).copy()
    sent["key"] = secrets.token_urlsafe(16)
    form.data = sent


def _filed(desk: Desk, form: DeskForm) -> HttpResponse:
    """One action by what it is."""
    user, said = desk.request.user, form.cleaned_data
    if said["what"] == CHASE:
        return _follow_up(desk, "chase", _only_open_case(desk, form), said["content"], form)
    relay = _relay(desk, form)
    if said["what"] != COMPLAINT:
        with transaction.atomic():
            taken = actions.take_note(by=user, at=desk.now, **form.note())
            if relay and relay.note_id != taken.pk:
                relays.keep_as_note(relay, taken, by=user, at=desk.now)
        return redirect(reverse("desk_note", args=[taken.pk]) + "?filed=1")
    note = desk.note(said["from_note"])
    intake = replace(form.intake(note), from_relay=relay)
    case = actions.register(intake, by=user, at=desk.now, key=said["key"])
    return _with_receipt(case, desk, redirect("desk_filed", case.number))


def _relay(desk: Desk, form: DeskForm) -> Relay | None:
    """What the form is filed out of; settled or not, which is for the action to say."""
    sent = str(form.data.get("from_relay") or "")
    return for_desk(desk.person).filter(estate=desk.estate, pk=sent).first() if sent.isdecimal() else None


def _only_open_case(desk: Desk, form: DeskForm) -> Complaint:
    """The case a chase is about, when there is but one."""
    cases = desk.look(form.data).open_cases
    if not cases:
        raise Refused(
            _("No open case is known of this caller or place. File it as a complaint."), field="what"
        )
    if len(cases) > 1:
        raise Refused(_("There are several open cases: choose the one beside."), field="what")
    return cases[0]


@button
def chase(request: StaffRequest, desk: Desk, number: str) -> HttpResponse:
    return _about(desk, "chase", number)


@button
def reopen(request: StaffRequest, desk: Desk, number: str) -> HttpResponse:
    return _about(desk, "reopen", number)


def _about(desk: Desk, verb: str, number: str) -> HttpResponse:
    """What was typed becomes the words on a case that exists; its photos go with it."""
    case = get_object_or_404(Complaint.objects.visible_to(desk.person), number=number)
    form = desk.form(data=desk.request.POST)
    refused = desk.keep_files(form)
    try:
        if refused:
            raise Refused(" ".join(refused), field="files")
        return _follow_up(desk, verb, case, desk.request.POST.get("content", ""), form)
    except Refused as refusal:
        form.errors.clear()  # the rest of the form was not asked for
        if isinstance(refusal, actions.KeyReused):
            _give_new_key(form)
        form.refuse(refusal)
    return desk.page(form, status=422)


def _follow_up(desk: Desk, verb: str, case: Complaint, words: str, form: DeskForm) -> HttpResponse:
    user = desk.request.user
    with transaction.atomic():
        act = {"chase": actions.chase, "reopen": actions.reopen}[verb]
        sent = {"principal": f"staff:{user.pk}", "key": form.data.get("key", "")[:64]}
        is_new = act_once_per_key(act, case, verb=verb, at=desk.now, by=user, note=words, **sent)
        if is_new and (relay := _relay(desk, form)):
            relays.add_to_known(relay, case, by=user, at=desk.now)
        if is_new and form.attachments:
            actions.attach(case, form.attachments, by=user, at=desk.now)
    return redirect(reverse("desk_filed", args=[case.number]) + f"?did={verb}")


@button
def claim(request: StaffRequest, desk: Desk, number: str) -> HttpResponse:
    """认领: the morning desk becomes first receiver of what was received at night."""
    case = get_object_or_404(Complaint.objects.visible_to(desk.person), number=number)
    try:
        actions.claim(case, by=request.user, at=desk.now)
        done, status = _("%(number)s is yours now.") % {"number": number}, 200
    except Refused as refusal:
        done, status = str(refusal), 422
    if desk.wants_part:
        return desk.part("claims", claims=desk.claims(), claimed=done)
    return desk.again(claimed=done, status=status)


# After filing ------------------------------------------------------------------------------------------


@require_safe
@for_the_desk
def filed(request: StaffRequest, desk: Desk, number: str) -> HttpResponse:
    """The number in large type, the receipt, the next person."""
    case = get_object_or_404(
        Complaint.objects.visible_to(desk.person)
        .for_queue()
        .select_related("contact_note", "lead", "repeat_of"),
        number=number,
    )
    link = _link_in(request, number)
    context = {
        "case": case,
        "now": desk.now,
        "zone": case.estate.zone,
        "did": request.GET.get("did", ""),
        "notice": _notice(case),
        "danger": told_of([case])[case.pk] if is_dangerous(case) else [],
        "numbers": numbers_of(case.estate_id) if case.danger_since else [],
        "order": order_remarks(
            case.channel,
            number=case.external_number,
            unit=case.external_unit,
            due_at=case.external_due_at,
            now=desk.now,
        ),
        "same_order": of_order(case.external_number, desk.person, desk.now, but=case.pk)
        if case.channel in OFFICIAL
        else [],
        # The customer looks on: what a case typed in later has missed is no news for him.
        "clocks": case.clocks.running().filter(due_at__gt=desk.now).order_by("due_at"),
        "promises": [
            promise.sentence(case.estate.zone) for promise in still_to_come(promises_to(case), desk.now)
        ],
        "strangers": list(case.respondents.filter(user=None, department=None).values_list("name", flat=True)),
        "link": link,
        "qr": mark_safe(segno.make(link, error="m").svg_inline(border=2, omitsize=True)) if link else "",  # noqa: S308 drawn by us
        "may_link": may_make_link(case, desk.person),
    }
    return render(request, "complaints/desk/filed.html", context)


def _notice(case: Complaint) -> dict[str, Any]:
    """The notice grade and what raised it; nothing for an ordinary case."""
    if case.grade == NoticeGrade.GENERAL:
        return {}
    reasons = _("; ").join(str(reason) for reason in notice_grade.in_words(case.grade_reasons))
    return {"grade": NoticeGrade(case.grade).label, "reasons": reasons}


@button
def new_link(request: StaffRequest, desk: Desk, number: str) -> HttpResponse:
    """Another link to the same case, when the first receipt is gone; earlier ones keep working."""
    case = get_object_or_404(
        Complaint.objects.visible_to(desk.person).select_related("complainant"), number=number
    )
    return _with_receipt(case, desk, redirect("desk_filed", number))


def _with_receipt(case: Complaint, desk: Desk, answer: HttpResponse) -> HttpResponse:
    """Only a digest of the link is stored; the link itself goes on with this browser for one shift."""
    if may_make_link(case, desk.person):
        answer.set_cookie(
            RECEIPT_COOKIE,
            f"{case.number}:{make_receipt_link(case, at=desk.now)}",
            max_age=SHIFT,
            path=reverse("desk"),
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Strict",
        )
    return answer


def _link_in(request: StaffRequest, number: str) -> str:
    mine, _colon, token = request.COOKIES.get(RECEIPT_COOKIE, "").partition(":")
    if mine != number or not opens(token):
        return ""
    return settings.BASE_URL + reverse("receipt_link", args=[token])


# While typing ------------------------------------------------------------------------------------------


@button
def find(request: StaffRequest, desk: Desk) -> HttpResponse:
    """People by phone, its last four, a name or a room; cases by a number or its end."""
    query = looked_up(request)
    context: dict[str, Any] = {"query": query, "people": [], "cases": _cases_numbered(query, desk)}
    context["number"] = case_numbers.clean(query)
    if query and not context["number"]:
        context["people"] = find_people(query, [desk.estate], on=_today(desk))
    context["nothing"] = bool(query) and not context["people"] and not context["cases"]
    context["unknown"] = _meant(query) if context["nothing"] and not context["number"] else ""
    if desk.wants_part:
        return desk.part("people", **context)
    return desk.again(changes=_let_go(desk, context), **context)


def _meant(query: str) -> str:
    """The field in which somebody or something unknown is written down."""
    if read_phones(query).good:
        return "phone"
    if query.isdecimal() and len(query) >= 4:  # the end of a phone as well as a room: neither was found
        return ""
    return "where" if any(c.isdigit() for c in query) or PLACE_WORD.search(query) else "name"


def _let_go(desk: Desk, found: dict[str, Any]) -> dict[str, str]:
    """Whom an earlier look-up filled in is not whom the next one asks for; who is unknown is written down."""
    typed, unknown = desk.request.POST, found["unknown"]
    changes: dict[str, str] = {}
    if typed.get("owner") and (found["people"] or unknown):
        changes = dict.fromkeys(PICKED, "")
    if unknown and (changes or not typed.get(unknown, "").strip()):
        changes[unknown] = found["query"]
    return changes


def _cases_numbered(query: str, desk: Desk) -> list[Complaint]:
    """By the whole number, or by its end where that is longer than a phone's or a room's four digits."""
    seen = Complaint.objects.visible_to(desk.person).for_queue()
    if number := case_numbers.clean(query):
        return list(seen.filter(number=number, estate__in=desk.estates))
    ending = case_numbers.ENDING.match(query)
    if not ending or len(ending[2]) < 5:
        return []
    return list(seen.filter(numbered(ending, [desk.estate.pk])).order_by("-received_at")[:MOST_CASES])


@button
def pick(request: StaffRequest, desk: Desk) -> HttpResponse:
    """Fill in the person and the place that were found; what was said stays."""
    here = Occupancy.objects.filter(owner__estate=desk.estate).select_related("owner", "unit")
    wanted = request.POST.get("pick", "")
    home = get_object_or_404(here, pk=wanted if wanted.isdecimal() else 0)
    changes = _picked(home, request.POST.get("find", ""))
    if changes["phone"]:
        audit.phones_shown(request, f"owner {home.owner_id}")
    if request.POST.get("where", "").strip() and not request.POST.get("owner"):
        del changes["where"]  # said before he was looked up: the matter lies elsewhere
    form = desk.retyped(**changes)
    if desk.wants_part:
        return desk.part("picked", form=form, beside=desk.look(form.initial))
    desk.keep_files(form)
    return desk.page(form)


def _picked(home: Occupancy, query: str = "") -> dict[str, Any]:
    """The fields of a person of the register; of several phones the one that was typed, else his own: one
    that may be another's is shown, and filled in by whoever asked the caller."""
    phones = list(home.owner.phones.all())
    asked = asked_for(query)
    own = next((p.number for p in phones if p.is_own), "")
    phone = next((p.number for p in phones if asked and asked in p.number), own)
    return {
        "owner": home.owner_id,
        "name": home.owner.name,
        "phone": phone,
        "capacity": home.capacity,
        "language": home.owner.language,
        "where": str(home.unit),
    }


@button
def look(request: StaffRequest, desk: Desk) -> HttpResponse:
    """The right column again, after phone, place or category changed."""
    if desk.wants_part:
        return desk.part("looked_up", beside=desk.look(request.POST))
    return desk.again()


@button
def change_estate(request: StaffRequest, desk: Desk) -> HttpResponse:
    """The same words for another estate: its own people, places and handlers."""
    form = desk.retyped(owner="", handler="", relation="")
    desk.keep_files(form)
    return desk.page(form)


def _today(desk: Desk) -> Any:
    return desk.now.astimezone(desk.estate.zone).date()
