"""What the desk says: reply templates, forbidden phrases, and where one was sent all the same (L4–L7)."""

from __future__ import annotations

from typing import Any, NoReturn

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from complaints.models.case import Complaint
from complaints.models.events import Event
from complaints.models.vocabulary import Category
from complaints.phrases import Kind, Language, Phrase
from complaints.reply_texts import Occasion
from config.framework.history import Versions
from staff.models import Estate, User


class ReplyTemplate(models.Model):
    """A text for one occasion 答复模板, in Chinese and English. Of an estate, or of the whole company.

    An estate's own text stands in the place of the company's of the same key.
    """

    occasion = models.CharField(_("occasion"), max_length=12, choices=Occasion.choices)
    key = models.CharField(
        _("short key"),
        max_length=16,
        help_text=_("Typed after / to insert the text: small letters and digits, slgz for instance."),
        validators=[RegexValidator(r"^[a-z][a-z0-9]*$", _("Small letters and digits, a letter first."))],
    )
    title = models.CharField(_("title in Chinese"), max_length=40)
    title_en = models.CharField(_("title in English"), max_length=60, blank=True)
    category = models.ForeignKey(
        Category, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("category")
    )
    estate = models.ForeignKey(
        Estate, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("estate")
    )
    zh = models.TextField(_("text in Chinese"), blank=True)
    en = models.TextField(_("text in English"), blank=True)
    is_active = models.BooleanField(_("in use"), default=True)
    history = HistoricalRecords(history_manager=Versions)

    class Meta:
        ordering = ["key", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["key"],
                condition=Q(estate=None),
                name="company_key_once",
                violation_error_message=_("The company has a text with this key already."),
            ),
            models.UniqueConstraint(
                fields=["estate", "key"],
                name="estate_key_once",
                violation_error_message=_("The estate has a text with this key already."),
            ),
            models.CheckConstraint(condition=~Q(zh="", en=""), name="a_template_says_something"),
        ]

    def __str__(self) -> str:
        return (self.title_en or self.title) if get_language() == "en" else self.title

    def text(self, language: str) -> str:
        return self.en if language == "en" else self.zh


class ForbiddenPhrase(models.Model):
    """What is not said to a customer 服务忌语, why, and what instead; of an estate or the company."""

    words = models.CharField(
        _("phrase"), max_length=60, help_text=_("Two stars ** stand for a few words: 你要去**部.")
    )
    language = models.CharField(_("language"), max_length=2, choices=Language.choices)
    kind = models.CharField(_("sort"), max_length=10, choices=Kind.choices, default=Kind.FORBIDDEN)
    estate = models.ForeignKey(
        Estate, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("estate")
    )
    why_zh = models.CharField(_("why not, in Chinese"), max_length=200)
    why_en = models.CharField(_("why not, in English"), max_length=300, blank=True)
    instead = models.CharField(
        _("what to say instead"),
        max_length=200,
        blank=True,
        help_text=_("In the language of the phrase, as it can stand in its place."),
    )
    unless = models.TextField(
        _("not meant in"),
        blank=True,
        max_length=1000,
        help_text=_("Longer words that contain the phrase and are right, one a line: 不能随便."),
    )
    is_active = models.BooleanField(_("in use"), default=True)
    history = HistoricalRecords(history_manager=Versions)

    class Meta:
        ordering = ["kind", "language", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["words"],
                condition=Q(estate=None),
                name="company_phrase_once",
                violation_error_message=_("This phrase is on the company's list already."),
            ),
            models.UniqueConstraint(
                fields=["estate", "words"],
                name="estate_phrase_once",
                violation_error_message=_("This phrase is on the estate's list already."),
            ),
        ]

    def __str__(self) -> str:
        return self.words

    @property
    def why(self) -> str:
        return (self.why_en or self.why_zh) if get_language() == "en" else self.why_zh

    @property
    def longer_words(self) -> tuple[str, ...]:
        return tuple(line.strip() for line in self.unless.splitlines() if line.strip())

    def ready(self) -> Phrase:
        """As it is looked for."""
        return Phrase(
            self.pk, self.words, self.language, self.kind, self.why, self.instead, self.longer_words
        )


class PhraseUse(models.Model):
    """A phrase that went out all the same, with the reason. For training: no customer ever reads it.

    `role`: the sender's, as it is counted; `written`: the phrase as it stood there.
    """

    event = models.ForeignKey(Event, models.PROTECT, related_name="+", db_index=False)
    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="+", db_index=False)
    phrase = models.ForeignKey(ForbiddenPhrase, models.PROTECT, related_name="uses")
    written = models.CharField(max_length=160)
    reason = models.TextField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    role = models.CharField(max_length=20, blank=True)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["at", "id"], name="phrase_use_by_time")]

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise TypeError("What was sent was sent: a use of a phrase never changes.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError("Uses of phrases are never deleted.")
