"""The desk's words are kept here: reply templates, forbidden phrases, rules that suggest, step cards and
clauses of law and contract, of the company and of each estate.

Whoever answers for an estate keeps its own; whoever answers for the company keeps all. Nothing is deleted,
only put out of use; what a row said before stays in its versions.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from complaints import first_clauses, first_phrases, first_reply_texts, first_step_cards, phrases, reply_texts
from complaints.actions.suggestions import first_suggestions
from complaints.danger import as_read
from complaints.law import Kind
from complaints.models import Category, Clause, ForbiddenPhrase, ReplyTemplate, StepCard, SuggestionRule
from config.framework.refusals import Refused
from staff.models import User
from staff.permissions import Permissions
from staff.roles import MANAGERS, Role

Row = ReplyTemplate | ForbiddenPhrase | SuggestionRule | StepCard | Clause
#: Who keeps the words where he holds one of these roles.
KEEPERS = MANAGERS | {Role.ADMINISTRATOR}
LONGEST_TEXT = 2000
#: A card is read at a glance, while somebody speaks.
MOST_LINES = 10


def kept_estates(person: Permissions) -> frozenset[int] | None:
    """The estates whose words he keeps; None: those of the whole company, every estate's with them."""
    if person.company & KEEPERS:
        return None
    return frozenset(pk for pk, roles in person.estates.items() if roles & KEEPERS)


def may_keep(person: Permissions, estate: int | None) -> bool:
    """Whether he may change the words of an estate; None: those of the whole company."""
    kept = kept_estates(person)
    return kept is None or estate in kept


@transaction.atomic
def save_words(row: Row, changes: dict[str, Any], *, by: User, seen: int | None = None) -> Row:
    """Add or change a template, a phrase or a rule.

    `seen`: the newest version the change was made on. Raises Refused or ValidationError by field: a key or
    phrase that is there already, a placeholder nobody knows, a phrase that could never be found, and a row
    that somebody else has changed meanwhile.
    """
    if row.pk:
        type(row).objects.select_for_update().get(pk=row.pk)
        if seen is not None and seen != newest_version(row):
            raise Refused(
                _("Somebody else has changed it meanwhile: see below what it says now, and save again.")
            )
    for name, value in changes.items():
        setattr(row, name, value)
    if fault := _fault(row):
        raise fault
    row.full_clean()
    row._history_user = by
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:  # somebody else added the same just now
        raise ValidationError(_("This is there already.")) from None
    return row


def newest_version(row: Row) -> int:
    return int(row.history.order_by("-history_id").values_list("history_id", flat=True).first() or 0)


def _fault(row: Row) -> Refused | None:
    match row:
        case ReplyTemplate():
            return _fault_in_template(row)
        case ForbiddenPhrase():
            return _fault_in_phrase(row)
        case StepCard():
            return _fault_in_card(row)
        case SuggestionRule():
            return _fault_in_rule(row)
        case Clause():
            return _fault_in_clause(row)


def _fault_in_card(row: StepCard) -> Refused | None:
    if not row.zh.strip():
        return Refused(_("Write the lines in Chinese at least."), field="zh")
    for field in ("zh", "en"):
        if len([line for line in getattr(row, field).splitlines() if line.strip()]) > MOST_LINES:
            return Refused(
                _("A card has %(n)s lines at most: it is read while somebody speaks.") % {"n": MOST_LINES},
                field=field,
            )
    return None


def _fault_in_clause(row: Clause) -> Refused | None:
    for field in ("zh", "en"):
        if len(getattr(row, field)) > LONGEST_TEXT:
            return Refused(_("A text has %(n)s characters at most.") % {"n": LONGEST_TEXT}, field=field)
    if row.valid_until and row.valid_until < row.valid_from:
        return Refused(_("It cannot end before it begins."), field="valid_until")
    return None


def _fault_in_rule(row: SuggestionRule) -> Refused | None:
    """Every word could be found, and something follows from it."""
    if not row.each_word:
        return Refused(_("Write one word at least."), field="words")
    if any(len(word) < (3 if word.isascii() else 1) for word in row.each_word):
        sentence = _("A word of letters has three at least; a shorter one would be found everywhere.")
        return Refused(sentence, field="words")
    plain = [as_read(word) for word in row.each_word]
    if any(not any(word in as_read(longer) for word in plain) for longer in row.longer_words):
        return Refused(_("Each of them contains one of the words above."), field="unless")
    if row.category is None and not row.severity:
        return Refused(_("Choose a category, a severity, or both."), field="category")
    return None


def _fault_in_template(row: ReplyTemplate) -> Refused | None:
    for field in ("zh", "en"):
        text = getattr(row, field)
        if wrong := reply_texts.unknown(text):
            return Refused(
                _("There is no placeholder %(names)s. The list beside the form shows those there are.")
                % {"names": " ".join(wrong)},
                field=field,
            )
        if len(text) > LONGEST_TEXT:
            return Refused(_("A text has %(n)s characters at most.") % {"n": LONGEST_TEXT}, field=field)
    if not row.zh.strip() and not row.en.strip():
        return Refused(_("Write the text in one language at least."), field="zh")
    return None


def _fault_in_phrase(row: ForbiddenPhrase) -> Refused | None:
    if row.language not in phrases.Language.values:
        return Refused(_("Choose the language of the phrase."), field="language")
    wrong = phrases.fault_in(row.words, row.language, row.longer_words)
    if wrong is None:
        others = type(row).objects.filter(estate=row.estate_id, language=row.language).exclude(pk=row.pk)
        plain = phrases.bare(row.words, row.language)
        if any(
            phrases.bare(words, row.language) == plain for words in others.values_list("words", flat=True)
        ):
            return Refused(_("This phrase is on the list already."), field="words")
        return None
    field, code = wrong
    sentences = {
        "short": _("Write two letters or characters at least; a shorter phrase would be found everywhere."),
        "gap": _("The two stars stand between words, for what may change there: 你要去**部."),
        "apart": _("Each line holds longer words that contain the phrase."),
    }
    return Refused(sentences[code], field=field)


@transaction.atomic
def first_reply_words(*, by: User) -> int:
    """Write what a company starts with of each sort of words it has none of; how many."""
    written = len(first_suggestions())
    if not ReplyTemplate.objects.exists():
        categories = dict(Category.objects.values_list("code", "pk"))
        for one in first_reply_texts.FIRST:
            row = ReplyTemplate(
                occasion=one.occasion, key=one.key, title=one.title, title_en=one.title_en,
                zh=one.zh, en=one.en, category_id=categories.get(one.category),
            )  # fmt: skip
            row._history_user = by
            row.save()
            written += 1
    if not ForbiddenPhrase.objects.exists():
        for language, kind, several in _first_lists():
            for first in several:
                phrase = ForbiddenPhrase(
                    words=first.words, language=language, kind=kind, why_zh=first.why_zh,
                    why_en=first.why_en, instead=first.instead, unless="\n".join(first.unless),
                )  # fmt: skip
                phrase._history_user = by
                phrase.save()
                written += 1
    if not StepCard.objects.exists():
        for card in first_step_cards.FIRST:
            kept = StepCard(**card._asdict())
            kept._history_user = by
            kept.save()
            written += 1
    if not Clause.objects.exists():
        for article in first_clauses.FIRST:
            clause = Clause(kind=Kind.LAW, **article._asdict())
            clause._history_user = by
            clause.save()
            written += 1
    return written


def _first_lists() -> tuple[tuple[str, str, tuple[first_phrases.First, ...]], ...]:
    zh, en, no, promise = *phrases.Language.values, *phrases.Kind.values
    return (
        (zh, no, first_phrases.ZH),
        (zh, promise, first_phrases.ZH_PROMISES),
        (en, no, first_phrases.EN),
        (en, promise, first_phrases.EN_PROMISES),
    )
