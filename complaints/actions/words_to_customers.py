"""What an act tells the customer is weighed before it goes out: forbidden phrases, what was not filled in.

One place for every door: `UnitOfWork.record` asks it for each entry whose words a customer reads and one of
us wrote. A forbidden phrase is pointed out; the person decides, with a reason (domain.md 9). The reason and
the phrase are kept for training, and no customer ever reads them. An empty placeholder never goes out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import lru_cache

from django.db.models import Q
from django.utils.translation import gettext as _

from complaints import reply_texts
from complaints.models import Event, ForbiddenPhrase, PhraseUse
from complaints.phrases import Finder, Found, Phrase
from complaints.statuses import CaseRole
from complaints.timeline_texts import CUSTOMER_NOTES, SAID_BY_CUSTOMER
from config.framework.refusals import Refused
from staff.roles import Role

#: Entries whose words we wrote for the customer, where he sees the entry.
TO_CUSTOMERS = CUSTOMER_NOTES - SAID_BY_CUSTOMER
#: Entries he does not see here, whose words reach him through the office he turned to, the first
#: receiver, or the network.
BY_OTHERS = frozenset({"external_answered", "superior_decided", "post_answered"})
#: Where one act says both what was done and what the customer was told: the words of the second are `told`.
AT_ONCE = ("do_follow_up", "follow_up_told")


class ForbiddenWords(Refused):
    """Phrases that are not said to a customer stand in what would go out; a reason lets them pass."""

    def __init__(self, found: Collection[Found], *, field: str) -> None:
        said = " ".join(map(sentence_on, {one.phrase.pk: one for one in found}.values()))
        super().__init__(
            _("%(phrases)s To send it as it is, say why.") % {"phrases": said},
            field=field,
        )
        self.found = tuple(found)


def sentence_on(found: Found) -> str:
    """What is wrong with one phrase, and what to say instead."""
    said = {"written": found.written, "why": found.phrase.why, "instead": found.phrase.instead}
    if found.phrase.instead:
        return _("“%(written)s”: %(why)s Better: “%(instead)s”.") % said
    return _("“%(written)s”: %(why)s") % said


def phrases_for(estate: int) -> tuple[Phrase, ...]:
    """The phrases in use at an estate, the company's and its own. One query."""
    rows = ForbiddenPhrase.objects.filter(Q(estate=None) | Q(estate=estate), is_active=True)
    return tuple(row.ready() for row in rows.order_by("pk"))


@lru_cache(maxsize=16)
def _finder(phrases: tuple[Phrase, ...]) -> Finder:
    return Finder(phrases)


def found_in(text: str, estate: int) -> list[Found]:
    """The forbidden phrases in a text, in its order. One query."""
    return _finder(phrases_for(estate)).find(text)


class Words:
    """What one act tells the customer, and the reason why phrases in it stand all the same."""

    def __init__(self, verb: str | None, reason: str) -> None:
        self._verb, self._reason = verb, reason.strip()
        self._kept: list[tuple[Event, Found]] = []

    def weigh(self, event: Event) -> None:
        """Raises Refused for a placeholder without its value, ForbiddenWords for phrases without a reason."""
        told = event.owner_sees and event.kind in TO_CUSTOMERS or event.kind in BY_OTHERS
        if not told or not event.note or event.actor is None:
            return
        field = "told" if (self._verb, event.kind) == AT_ONCE else "note"
        if left := reply_texts.unfilled(event.note):
            raise Refused(
                _("Not filled in yet: %(names)s. Write what belongs there, or take it out.")
                % {"names": " ".join(left)},
                field=field,
            )
        found = found_in(event.note, event.complaint.estate_id)
        if found and not self._reason:
            raise ForbiddenWords(found, field=field)
        self._kept += [(event, one) for one in found]

    def keep(self, parts: Iterable[Role | CaseRole]) -> None:
        """Write down what was sent all the same, once its entries have their keys."""
        if not self._kept:
            return
        played = set(parts)
        role = next((role.value for role in Role if role in played), "")
        PhraseUse.objects.bulk_create(
            PhraseUse(
                event=event, complaint=event.complaint, phrase_id=one.phrase.pk, written=one.written[:160],
                reason=self._reason, by=event.actor, role=role, at=event.recorded_at,
            )
            for event, one in self._kept
        )  # fmt: skip
