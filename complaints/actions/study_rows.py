"""A case study held for one act: locked, its rule asked, changed, and written with entry and messages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from complaints import notifications
from complaints import studies as rules
from complaints.actions.study_drafts import searched
from complaints.models import CaseStudy, Complaint, Respondent, StudyEntry
from complaints.restricted_access import CaseReaders, named_readers
from complaints.statuses import Outcome
from complaints.studies import Kind, Part
from config.framework.refusals import Refused
from staff.models import User
from staff.permissions import Permissions, permissions_of
from staff.roles import Role
from staff.stand_ins import StandIns


def parts_on(study: CaseStudy, person: Permissions) -> frozenset[Role | Part]:
    """The roles a person has in its estate and on its case; who does not read the case reads the study."""
    if person.is_contractor or not person.within():
        return frozenset()
    parts: set[Role | Part] = {Part.READER}
    if Complaint.objects.visible_to(person).filter(pk=study.complaint_id).exists():
        parts |= person.roles_at(study.estate_id)
        department = study.complaint.department_id
        if department in person.headed_departments() and department not in person.outside:
            parts.add(Part.HEAD)
    return frozenset(parts)


def fault_in(study: CaseStudy, verb: str) -> Refused | None:
    """What of its case stands against an act."""
    if verb in ("send", "check", "recheck", "revise") and study.is_shut:
        return Refused(_("The case is restricted: a property manager lets it into the library first."))
    if verb in ("send", "check") and study.complaint.outcome == Outcome.VOID:
        return Refused(_("The case is a wrong entry: do not take it up."))
    if verb == "recheck" and not study.is_to_recheck:
        return Refused(_("Its case was not reopened since it was published."))
    if verb == "recheck" and study.complaint.closed_at is None:
        return Refused(_("Its case is still open: check it once more when the case is closed."))
    if verb == "allow" and not study.complaint.restricted:
        return Refused(_("The case is not restricted."))
    if verb == "allow" and study.allowed_at:
        return Refused(_("It was let into the library already."))
    return None


def refusal_of(study: CaseStudy, verb: str, person: Permissions) -> Refused | None:
    """Why this person cannot do it now: the one answer for act, page and API."""
    fault = rules.refusal(verb, study.state, parts_on(study, person), major=study.kind == Kind.MAJOR)
    return fault or fault_in(study, verb)


def acts_on(study: CaseStudy, person: Permissions) -> list[str]:
    """What he may do about it now, as the acts themselves would say. One query."""
    verbs = rules.possible(study.state, parts_on(study, person), major=study.kind == Kind.MAJOR)
    return [verb for verb in verbs if fault_in(study, verb) is None]


class HeldStudy:
    """One locked study, and what this act does to it. Raises a Refused before anything is written."""

    def __init__(
        self, study: CaseStudy, verb: str, *, by: User, at: datetime, version: int | None = None
    ) -> None:
        """`version`: the one that was read, where the act is about its words."""
        self.row = held(study.pk)
        self.by, self.at = by, at
        self._notices: list[notifications.Notice] = []
        self._entry: StudyEntry | None = None
        if fault := refusal_of(self.row, verb, permissions_of(by, at)):
            raise fault
        if version is not None and version != self.row.version:
            raise Refused(_("Somebody else has written in it meanwhile. Read it as it is now."))

    @cached_property
    def stand_ins(self) -> StandIns:
        return StandIns.load(self.at, [self.row.estate])

    def set(self, **changes: Any) -> None:
        for name, value in changes.items():
            setattr(self.row, name, value)

    def record(self, kind: str, note: str = "", **params: Any) -> None:
        """Its entry. Parameters are codes, ids and ISO times."""
        self._entry = StudyEntry(
            study=self.row, at=self.at, actor=self.by, kind=kind, params=params, note=note.strip()
        )

    def notify(self, people: Iterable[User | None], kind: str, **params: Any) -> None:
        """Tell people, the deputy for the absent; whoever acts knows what he did."""
        present = self.stand_ins.present(
            [one for one in people if one], without_access(self.row, self.stand_ins)
        )
        told = dict.fromkeys(one for one in present if one != self.by)
        self._notices += notices(self.row, told, kind, params)

    def reach(self, role: Role) -> list[User]:
        """Who answers for its estate as this, and reads the case."""
        return self.stand_ins.reach(
            role, self.row.estate_id, department=self.row.complaint.department_id,
            barred=without_access(self.row, self.stand_ins),
        )[1]  # fmt: skip

    def commit(self) -> CaseStudy:
        """The study with its version; then entry and messages."""
        save(self.row, self.by, self.at)
        if self._entry:
            self._entry.save()
        notifications.write(
            self._notices, at=self.at, source=f"al{self.row.pk}:{self._entry.pk if self._entry else self.at}"
        )
        return self.row


def held(pk: int) -> CaseStudy:
    """The row, locked."""
    return (
        CaseStudy.objects.select_for_update(no_key=True, of=("self",))
        .select_related("estate", "complaint", "category__parent", "cause", "written_by", "sent_by")
        .get(pk=pk)
    )


def save(study: CaseStudy, by: User | None, at: datetime) -> None:
    study.words = searched(study)
    study._history_user, study._history_date = by, at
    study.save()


def without_access(study: CaseStudy, stand_ins: StandIns) -> frozenset[int]:
    """Who is told nothing of it before it is published: who does not read its case."""
    return without_access_of([study], stand_ins)[study.pk]


def without_access_of(studies: Sequence[CaseStudy], stand_ins: StandIns) -> dict[int, frozenset[int]]:
    """The same of several, by study. One query, three where a case is restricted."""
    cases = [study.complaint for study in studies]
    about: dict[int, set[int]] = defaultdict(set)
    rows = Respondent.objects.filter(complaint__in=cases, user__isnull=False)
    for case, user in rows.values_list("complaint", "user"):
        about[case].add(user)
    restricted = [case.pk for case in cases if case.restricted]
    named = named_readers(restricted) if restricted else {}
    return {
        study.pk: frozenset(about[case.pk])
        | CaseReaders(case, stand_ins, named.get(case.pk, ())).without_access
        for study, case in zip(studies, cases, strict=True)
    }


def notices(
    study: CaseStudy, people: Iterable[User], kind: str, params: dict[str, Any]
) -> list[notifications.Notice]:
    """The messages about a study; of no case, as whoever is told of a published one may not know it."""
    estate = study.estate
    said = {"study": study.pk, "al": study.number, "estate": estate.name, "zone": estate.zone.key} | params
    return [notifications.Notice(person, kind, None, said) for person in people]
