"""Papers of an objection to a regulator's finding: the company's list, what is there of each (X3, X4)."""

from __future__ import annotations

from typing import Any, NoReturn

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from complaints.evidence import State
from complaints.models.case import Complaint
from complaints.models.clocks import Clock
from complaints.models.evidence import Evidence
from complaints.models.vocabulary import Term
from config.framework.history import Versions
from staff.models import User


class ObjectionDocument(Term):
    """A paper an objection brings along; kept under Settings, and what it said before in its versions."""

    history = HistoricalRecords(history_manager=Versions)

    #: The first papers, until the company has its own: code, zh, en. After X3 (law, contract, standards,
    #: codes), X4 (period from the notice, talk early, questions recorded and signed) and 004-1 (evidence).
    FIRST = (
        ("finding", "处理决定或认定书（注明送达日期）", "The finding, with the day it was served"),
        ("objection", "异议申请书", "Written objection"),
        ("facts", "事实说明", "Account of the facts"),
        ("evidence", "证据清单", "List of the evidence"),
        ("basis", "所依据的法规与服务标准", "Law and service standard we rely on"),
        ("contract", "物业服务合同", "Property service contract"),
        ("records", "作业与巡查记录、照片", "Work and inspection records, photos"),
        ("test", "检测报告", "Test report"),
        ("statement", "询问笔录（已读核签字）", "Questions and answers, read over and signed"),
        ("licence", "营业执照", "Business licence"),
        ("authority", "授权委托书", "Letter of authority"),
        ("talk", "与监管部门的沟通记录", "Note of the early talk with the regulator"),
    )
    MORE: dict[str, dict[str, str]] = {}


class ObjectionPaper(models.Model):
    """What is there of one item, for one finding: files, evidence, a file of the case; or not needed.

    `zh` and `en`: how the list called it when the objection went out, or as long as it has not, when it was
    laid down. Who laid it down stands by name. It changes until the objection is filed; its versions stay,
    and `revision` counts them. `laid`: id and digest of each file of this version; those of earlier ones stay
    in `files` and are no longer part of it.
    """

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="objection_papers", db_index=False)
    # The period that runs for this finding: a case may have several, one after another.
    finding = models.ForeignKey(Clock, models.PROTECT, related_name="objection_papers", db_index=False)
    document = models.ForeignKey(ObjectionDocument, models.PROTECT, related_name="+", db_index=False)
    zh = models.CharField(max_length=40)
    en = models.CharField(max_length=60)
    evidence = models.ForeignKey(
        Evidence, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    of_case = models.ForeignKey(
        "Attachment", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    has_files = models.BooleanField(default=False)
    laid = models.JSONField(default=list, blank=True)
    revision = models.PositiveIntegerField(default=1)
    not_needed_because = models.CharField(_("why it is not needed"), max_length=500, blank=True)
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    history = HistoricalRecords(history_manager=Versions)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["finding", "document"], name="objection_paper_once"),
            models.CheckConstraint(
                condition=~Q(not_needed_because="")
                & Q(evidence__isnull=True, of_case__isnull=True, has_files=False)
                | Q(not_needed_because="")
                & (Q(evidence__isnull=False) | Q(of_case__isnull=False) | Q(has_files=True)),
                name="objection_paper_is_there_or_not_needed",
            ),
        ]
        indexes = [models.Index(fields=["complaint"], name="objection_paper_of_case")]

    def __str__(self) -> str:
        return self.en if get_language() == "en" else self.zh

    @property
    def files_laid(self) -> list[Any]:
        """The files of the version that stands; no query where they were read with it."""
        keys = [key for key, _digest in self.laid]
        return sorted((file for file in self.files.all() if file.pk in keys), key=lambda file: file.pk)

    @property
    def is_withdrawn(self) -> bool:
        """Whether it is evidence that was withdrawn: then it is as good as not there."""
        return self.evidence is not None and self.evidence.state == State.WITHDRAWN

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError("A paper of an objection is never deleted.")
