"""The front desk as one request meets it: who sits there, for which estate, and what is typed so far.

Every button of the desk's form sends the whole form, so that nothing typed is lost: with htmx the
answer is the part of the page that changes, without it the whole page.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet, Value
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.timezone import now

from complaints.actions import files
from complaints.actions.emergency_numbers import numbers_of
from complaints.actions.portal_notes import notes_for, notes_of_desks
from complaints.actions.relays import for_desk
from complaints.actions.vocabulary import danger_words
from complaints.forms.desk.intake import COMPLAINT, DeskForm
from complaints.forms.offers import Shown, offers
from complaints.models import Complaint, ContactNote, DangerWord, Relay
from complaints.moves import MOVES, cases_at
from complaints.views import CHOSEN_ESTATE, person_of
from complaints.views.desk.caller import CallerPanel, look
from complaints.views.step_cards import at_the_desk
from config.framework.prepared_queries import PreparedQuery
from config.framework.request_guard import whole_number
from staff.estates import ended
from staff.models import Estate
from staff.permissions import Permissions
from staff.requests import StaffRequest
from staff.roles import DESK, Role

#: Those to call when people are in danger, besides 110, 119 and 120.
CALLED = (Role.PROPERTY_MANAGER, Role.SUPERVISOR, Role.DEPARTMENT_HEAD)
MOST_CLAIMS = 20
#: Hidden fields that say out of what a form is filed.
FROM = ("from_note", "from_relay")


@dataclass(frozen=True)
class Desk:
    """A clerk, the estates he takes complaints for, and the one this form is about."""

    request: StaffRequest
    now: datetime
    person: Permissions
    estates: list[Estate]
    estate: Estate

    @property
    def is_duty(self) -> bool:
        """What only the duty desk takes waits to be claimed in the morning."""
        roles = self.person.roles_at(self.estate.pk) & DESK
        return roles == {Role.DUTY_DESK}

    @property
    def offered(self) -> list[Estate]:
        """Where new complaints are taken; and the one this form is about, lest another be taken."""
        return [one for one in self.estates if one == self.estate or not one.has_ended(self.now)]

    @property
    def ended(self) -> str:
        """Why no complaint is taken for this estate any more, and whom to turn to."""
        return ended(self.estate, self.now)

    def form(self, **kwargs: Any) -> DeskForm:
        return DeskForm(estate=self.estate, person=self.person, now=self.now, **kwargs)

    def retyped(self, **changes: Any) -> DeskForm:
        """The form as it was sent, not judged."""
        form = self.form()
        form.initial = {
            name: sent for name, sent in self.request.POST.items() if name in form.fields
        } | changes
        return form

    def keep_files(self, form: DeskForm) -> list[str]:
        """Keep what was uploaded, now and before; returns the sentences about files refused."""
        sent = self.request.POST.getlist("kept")
        form.attachments = list(files.waiting(self.request.user, sent)) if sent else []
        relay = self.relay(self.request.POST.get("from_relay"))
        kept, refused = files.store_all(
            self.request.FILES.getlist("files"),
            by=self.request.user,
            at=self.now,
            already=len(form.attachments) + (relay.files.count() if relay else 0),
        )
        form.attachments += kept
        return refused

    def look(self, said: Any) -> CallerPanel:
        """What the register and the cases know of the caller and the place."""
        return look(said, self.estate, self.person, self.now)

    def claims(self) -> list[Complaint]:
        """What the duty desk took and nobody has claimed yet, oldest first."""
        if not self.person.everywhere() & MOVES["claim"].who:
            return []
        keys = [pk for (pk,) in _to_claim(self.person)]
        if not keys:  # the usual desk: a query of so many columns takes 3 ms to put into SQL
            return []
        return list(Complaint.objects.filter(pk__in=keys).for_queue().order_by("received_at"))

    def again(self, *, status: int = 200, changes: dict[str, str] | None = None, **more: Any) -> HttpResponse:
        """The whole desk with everything typed and every file sent still there, but for `changes`."""
        form = self.retyped(**(changes or {}))
        self.keep_files(form)
        return self.page(form, status=status, **more)

    def page(self, form: DeskForm, *, status: int = 200, **more: Any) -> HttpResponse:
        """The whole desk."""
        form.offer()
        said = form.data if form.is_bound else form.initial
        relay = self.relay(said.get("from_relay"))
        context = {
            "desk": self,
            "form": form,
            "beside": self.look(said),
            "offers": self.offers(said),
            "query": looked_up(self.request),
            "claims": self.claims(),
            "draft": next((f"desk-{name[5:]}-{said[name]}" for name in FROM if said.get(name)), "desk"),
            "relay": relay,
            "passed_files": relay.files.order_by("pk") if relay else (),
            "cards": at_the_desk(self.estate.pk, self.request.user),
        }
        context |= self.calls(form) | waiting_for(self.person)
        return render(self.request, "complaints/desk/intake.html", context | more, status=status)

    def calls(self, form: DeskForm) -> dict[str, Any]:
        """Whom to call when people are in danger: the estate's own numbers, and colleagues with a phone."""
        called = [p for p in form.postings if p.role in CALLED and p.user.phone]
        return {"numbers": numbers_of(self.estate.pk), "called": called}

    def offers(self, said: Any) -> list[Shown]:
        """What the words suggest where nothing is chosen yet. One query, if a complaint has words."""
        if said.get("what", COMPLAINT) != COMPLAINT:
            return []
        found = offers(str(said.get("content") or ""), self.estate.pk, chosen={})
        return [offer for offer in found if not said.get(offer.field)]

    def part(self, template: str, **context: Any) -> HttpResponse:
        """Only what changes."""
        return render(self.request, f"complaints/desk/{template}.html", {"desk": self, **context})

    @cached_property
    def danger_words(self) -> list[DangerWord]:
        """The list of words of danger, for a page that looks several texts through: one query, if any."""
        return danger_words()

    @property
    def wants_part(self) -> bool:
        return self.request.headers.get("HX-Request") == "true"

    def note(self, pk: Any) -> ContactNote | None:
        """A contact note of his estates, by what the form says."""
        if (known := whole_number(pk)) is None:
            return None
        return notes_for(self.person).filter(estate__in=self.estates, pk=known).first()

    def relay(self, pk: Any) -> Relay | None:
        """What was passed on to this desk and is not settled, by what the form says."""
        if (known := whole_number(pk)) is None:
            return None
        waiting: Relay | None = (
            for_desk(self.person)
            .waiting()
            .select_related("passed_by")
            .filter(estate=self.estate, pk=known)
            .first()
        )
        return waiting


def looked_up(request: StaffRequest) -> str:
    """What stands in the look-up."""
    return request.POST.get("find", "").replace("\0", "").strip()[:60]


def waiting_for(person: Permissions) -> dict[str, int]:
    """How much waits at his desks, for the notes above home and desk. One query.

    `passed_on`: what colleagues passed on; `danger_passed_on`: those of them nobody has taken where people
    are in danger; `notes_sent`: what owners sent.
    """
    found = dict(_waiting(person))
    return {name: found.get(of, 0) for of, name in enumerate(("passed_on", "notes_sent", "danger_passed_on"))}


def _counted(person: Permissions) -> QuerySet[Any, Any]:
    sent, passed_on = notes_of_desks(person).filter(taken_by=None), for_desk(person).waiting()
    counted = [
        rows.order_by().values(of=Value(of)).annotate(n=Count("pk")).values_list("of", "n")
        for of, rows in enumerate((passed_on, sent, passed_on.filter(urgent=True, taken_by=None)))
    ]
    found: QuerySet[Any, Any] = counted[0].union(*counted[1:], all=True)
    return found


#: Prepared: saves 3.3 ms of the desk, and of the first page of those who sit there.
_waiting = PreparedQuery(_counted)


def desks_of(person: Permissions) -> list[Estate]:
    """The estates whose complaints he takes, by name."""
    return list(_desks(person))


def _at_desks_of(person: Permissions, estate: str) -> Q:
    """What lies in the estates whose complaints he takes; `estate` leads there."""
    if person.company & DESK:
        return Q()
    return Q(**{f"{estate}__in": [pk for pk, roles in person.estates.items() if roles & DESK]})


#: Prepared: saves 0.3 ms of every page and button of the desk.
_desks = PreparedQuery(lambda person: Estate.objects.filter(_at_desks_of(person, "pk")).order_by("name"))
#: The keys of what the duty desk took for his estates. Prepared: saves 1.9 ms of the desk.
_to_claim = PreparedQuery(
    lambda person: (
        Complaint.objects.visible_to(person)
        .filter(cases_at("claim"), _at_desks_of(person, "estate"))
        .order_by("received_at")
        .values_list("pk")[:MOST_CLAIMS]
    )
)


def for_the_desk(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Give a view its Desk, with the estate's zone as the current one; 403 for who sits at no desk."""

    @login_required
    @wraps(view)
    def at_the_desk(request: StaffRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        moment = now()
        person = person_of(request, moment)
        estates = desks_of(person)
        if not estates:
            raise PermissionDenied
        chosen = request.session.get(CHOSEN_ESTATE, "")
        asked = request.POST.get("estate") or request.GET.get("estate") or str(chosen)
        first = next((estate for estate in estates if not estate.has_ended(moment)), estates[0])
        estate = next((estate for estate in estates if str(estate.pk) == asked), first)
        with timezone.override(estate.zone):
            return view(request, Desk(request, moment, person, estates, estate), *args, **kwargs)

    return at_the_desk


def button(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A button of the form. Who comes to its address otherwise, by a reload or after signing in again,
    is shown the desk, where his draft waits.
    """

    @wraps(view)
    def pressed(request: StaffRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return view(request, *args, **kwargs) if request.method == "POST" else redirect("desk")

    return for_the_desk(pressed)
