"""Words the company may edit, and the versions of its rules."""

from __future__ import annotations

import re
from typing import Any, NoReturn

from django.db import models
from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from complaints.policy import Policy, complete
from config.framework.history import Versions
from staff.models import User


class Term(models.Model):
    """A word in two languages."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    zh = models.CharField(_("Chinese"), max_length=40)
    en = models.CharField(_("English"), max_length=60)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        abstract = True
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return self.en if get_language() == "en" else self.zh

    @property
    def also_called(self) -> str:
        """What type-ahead finds it by besides its word: its code, and the word in the other language."""
        return f"{self.code} {self.zh if get_language() == 'en' else self.en}"


class Category(Term):
    """What a complaint is about (C2, K18): a category, or with a `parent` a sub-category."""

    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("category")
    )
    history = HistoricalRecords(history_manager=Versions)


class Cause(Term):
    """Why it came to the complaint (C1), including neighbour conflict 邻里冲突."""

    history = HistoricalRecords(history_manager=Versions)


class ExtensionReason(Term):
    """Why more time is needed; extensions know it by its code."""

    history = HistoricalRecords(history_manager=Versions)

    #: The first words, until the company has its own: code, zh, en.
    FIRST = (
        ("parts", "配件或材料订货", "Parts or material on order"),
        ("contractor", "外包单位排期", "Contractor's schedule"),
        ("weather", "天气原因", "Weather"),
        ("customer", "客户时间或入户原因", "Customer's time or access"),
        ("third_party", "第三方或主管部门", "Third party or authority"),
        ("complex", "情况复杂，需勘查", "Complex matter, survey needed"),
        ("funds", "资金或维修资金流程", "Funds or maintenance-fund procedure"),
        ("other", "其他", "Other"),
    )
    MORE: dict[str, dict[str, str]] = {}


class DangerWord(Term):
    """A word that makes every door ask whether people are in danger (`complaints.danger.words_in`)."""

    unless = models.CharField(
        _("excepted words"),
        max_length=200,
        blank=True,
        help_text=_("Longer words that contain it and tell of no danger, with commas between: 困难, 困扰."),
    )
    history = HistoricalRecords(history_manager=Versions)

    @property
    def longer_words(self) -> list[str]:
        return [word.strip() for word in re.split("[,，、;；\n]", self.unless) if word.strip()]

    #: The first words, until the company has its own: code, zh, en.
    FIRST = (
        ("trapped", "被困", "trapped"),
        ("stuck", "困在", "stuck in"),
        ("stuck-people", "困人", "stuck inside"),
        ("caught", "困住", "caught in"),
        ("stuck-so-many", "困了", "people stuck"),
        ("stuck-still", "困着", "still stuck"),
        ("shut-in-lift", "关在电梯", "shut in the lift"),
        ("fire", "着火", "fire"),
        ("burning", "起火", "burning"),
        ("on-fire", "失火", "on fire"),
        ("blaze", "火灾", "blaze"),
        ("smoke", "冒烟", "smoke"),
        ("thick-smoke", "浓烟", "thick smoke"),
        ("gas-leak", "漏气", "gas leak"),
        ("gas-escapes", "燃气泄漏", "leaking gas"),
        ("gas-smell", "煤气味", "smell of gas"),
        ("gas-odour", "燃气味", "gas odour"),
        ("live-wire", "漏电", "live wire"),
        ("electric-shock", "触电", "electric shock"),
        ("fainted", "晕倒", "fainted"),
        ("passed-out", "昏倒", "passed out"),
        ("on-the-ground", "倒地", "on the ground"),
        ("unconscious", "昏迷", "unconscious"),
        ("bleeding", "流血", "bleeding"),
        ("injured", "受伤", "injured"),
        ("fell", "摔伤", "fell"),
        ("drowning", "落水", "drowning"),
        ("drowned", "溺水", "drowned"),
        ("fell-down", "坠落", "fell from"),
        ("fight", "打架", "fight"),
        ("knife", "持刀", "knife"),
        ("explosion", "爆炸", "explosion"),
        ("collapse", "坍塌", "collapse"),
        ("falling-object", "高空坠物", "falling object"),
        ("jump", "跳楼", "jump off"),
        ("cannot-get-out", "困", "cannot get out"),
    )
    #: What else the first words say.
    MORE: dict[str, dict[str, str]] = {
        "cannot-get-out": {
            "unless": "困难、困扰、困惑、困境、困倦、困乏、困局、困窘、犯困、贫困、穷困、春困、疲困"
        },
    }


class PolicyVersion(models.Model):
    """One version of the service levels; never changed (domain.md 4)."""

    number = models.PositiveIntegerField(unique=True)
    data = models.JSONField(default=dict)
    note = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(number__gte=1), name="policy_numbers_from_one")]

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise TypeError("A policy version never changes; the next one says it otherwise.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError("Policy versions are never deleted: clocks go by them.")

    @cached_property
    def policy(self) -> Policy:
        return Policy(self.number, complete(self.data))
