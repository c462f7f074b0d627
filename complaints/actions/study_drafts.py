"""What a case study says before anybody has written in it: what stands in its case, without names (F14).

Lessons are not made up: what the case does not hold stays empty, and is asked for before it is checked.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from complaints.actions.public_people import known_of
from complaints.models import (
    Bulletin,
    CaseStudy,
    CauseAnalysis,
    Complaint,
    Cycle,
    Event,
    FollowUp,
    MeasureCase,
    MeasureRound,
    Revisit,
)
from complaints.public_words import Known, without_names
from complaints.studies import LONGEST, TEXTS, Kind, Origin, is_major

#: The beginning of a complaint, which tells one from another in a list.
SENTENCE = re.compile(r"[^，。；！？,;!?\n]{1,40}")
#: A text is cut at the end of a sentence, if one lies behind this share of it.
CUT_AFTER = 0.6


class Drafts:
    """The words of several cases' studies. A constant number of queries."""

    def __init__(self, cases: Collection[Complaint]) -> None:
        pks = [case.pk for case in cases]
        self.known = known_of(pks)
        self.cycles: dict[int, list[Cycle]] = defaultdict(list)
        for cycle in Cycle.objects.filter(complaint__in=pks).order_by("number"):
            self.cycles[cycle.complaint_id].append(cycle)
        self.bulletins: dict[int, list[Bulletin]] = defaultdict(list)
        for bulletin in Bulletin.objects.filter(complaint__in=pks).order_by("issue"):
            self.bulletins[bulletin.complaint_id].append(bulletin)
        self.acted: dict[int, list[str]] = defaultdict(list)
        acts = Event.objects.filter(complaint__in=pks, kind="acted").exclude(note="").order_by("at", "pk")
        for pk, note in acts.values_list("complaint", "note"):
            self.acted[pk].append(note)
        self.analyses: dict[int, list[CauseAnalysis]] = defaultdict(list)
        written = CauseAnalysis.objects.filter(complaint__in=pks, written_at__isnull=False)
        for analysis in written.order_by("pk"):
            self.analyses[analysis.complaint_id].append(analysis)
        self._read_measures(pks)
        self._read_ends(pks)

    def _read_measures(self, pks: list[int]) -> None:
        self.roots: dict[int, list[str]] = defaultdict(list)
        self.measures: dict[int, list[str]] = defaultdict(list)
        self.effects: dict[int, list[str]] = defaultdict(list)
        rows = list(
            MeasureCase.objects.filter(complaint__in=pks, measure__round__gte=1)
            .exclude(measure__state="withdrawn")
            .values_list("complaint", "measure", "measure__root_cause", "measure__what")
            .order_by("measure")
        )
        found = MeasureRound.objects.filter(measure__in={row[1] for row in rows}, effective=True)
        findings = dict(found.values_list("measure", "finding"))
        for pk, measure, root, what in rows:
            self.roots[pk].append(root)
            self.measures[pk].append(what)
            if measure in findings:
                self.effects[pk].append(f"{what} {findings[measure]}")

    def _read_ends(self, pks: list[int]) -> None:
        self.said: dict[int, list[Revisit]] = defaultdict(list)
        for revisit in (
            Revisit.objects.filter(cycle__complaint__in=pks).select_related("cycle").order_by("pk")
        ):
            self.said[revisit.cycle.complaint_id].append(revisit)
        self.opinions: dict[int, list[str]] = defaultdict(list)
        for pk, words in FollowUp.objects.filter(complaint__in=pks).order_by("pk").values_list(
            "complaint", "words"
        ):  # fmt: skip
            self.opinions[pk].append(words)

    def kind(self, case: Complaint) -> Kind:
        """Major by its case; recurring where it came back or others complain of the same; else typical."""
        major = any(one.kind == Bulletin.Kind.MAJOR for one in self.bulletins[case.pk])
        if major or is_major(case.severity, case.grade):
            return Kind.MAJOR
        again = len(self.cycles[case.pk]) > 1 or {"same", "second"} & {*case.grade_reasons}
        return Kind.REPEAT if again or case.repeat_of_id else Kind.TYPICAL

    def origin(self, case: Complaint) -> Origin:
        if self.kind(case) == Kind.MAJOR:
            return Origin.MAJOR
        return Origin.HOT if self.bulletins[case.pk] else Origin.REOPENED

    def texts(self, case: Complaint) -> dict[str, str]:
        """Each of its texts, in the company's language, cut to its length."""
        with translation.override(settings.LANGUAGE_CODE):
            said = self._said(case)
        known = self.known[case.pk]
        return {name: _tidy(said.get(name, ""), known, LONGEST[name]) for name in TEXTS}

    def _said(self, case: Complaint) -> dict[str, str]:
        pk = case.pk
        rounds, analyses = self.cycles[pk], self.analyses[pk]
        first = SENTENCE.match(case.content.strip())
        about = [str(case.category)] if case.category else []
        title = " · ".join([*about, *([first[0]] if first else [])])
        why = [str(case.cause)] if case.cause else []
        why += [f"{label}{_(': ')}{words}" for one in analyses for label, words in one.aspects]
        why += [one.department_opinion for one in rounds if one.department_opinion]
        handling = [*self.acted[pk], *(one.result for one in rounds if one.result)]
        if not handling:
            handling = [one.measures or one.state for one in self.bulletins[pk] if one.measures or one.state]
        return {
            "title": title,
            "facts": case.content,
            "why": _lines(why),
            "handling": _lines(handling),
            "helped": _lines(self._helped(pk)),
            "lesson": _lines(self._lessons(rounds, self.opinions[pk])),
            "deeper": _lines(self.roots[pk]),
            "measures": _lines(self.measures[pk]),
        }

    def _helped(self, pk: int) -> list[str]:
        """What was found effective, and what the customer said of the result he was content with."""
        content = [one.remarks for one in self.said[pk] if one.is_satisfied]
        return [*self.effects[pk], *content]

    @staticmethod
    def _lessons(rounds: list[Cycle], opinions: list[str]) -> list[str]:
        """That it came back, and why; what was still wrong when the customer was asked."""
        again = [
            _("Round %(n)s: %(why)s") % {"n": one.number, "why": one.get_why_display()}
            for one in rounds
            if one.number > 1
        ]
        return [*again, *(_("Brought up afterwards: %(words)s") % {"words": words} for words in opinions)]


def _lines(said: Iterable[str]) -> str:
    """Each once, as lines."""
    return "\n".join(dict.fromkeys(words.strip() for words in said if words.strip()))


def _tidy(text: str, known: Known, longest: int) -> str:
    """Without names, and no longer than it may be: cut where a sentence ends, if that leaves most of it."""
    text = without_names(text[: 4 * longest], known).strip()
    if len(text) <= longest:
        return text
    text = text[:longest]
    end = max(text.rfind(mark) for mark in "。！？；\n.") + 1
    return text[:end].strip() if end > CUT_AFTER * longest else f"{text[:-1].rstrip()}…"


def searched(study: CaseStudy) -> str:
    """What it is found by: its words, and category and cause in both languages."""
    terms = [term for term in (study.category, study.cause, study.category and study.category.parent) if term]
    said = [getattr(study, name) for name in TEXTS]
    return "\n".join([*said, *(f"{term.zh} {term.en}" for term in terms)]).lower()
