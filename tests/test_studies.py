"""The case library 案例库: taken up, written without names, checked by another person, read (F14, G11)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from complaints import actions
from complaints import studies as rules
from complaints.actions import studies as acts
from complaints.actions.study_rows import acts_on, parts_on
from complaints.models import CaseStudy, Complaint, Notification, Respondent, StudyReading
from complaints.studies import Kind, Part, State
from config.framework.refusals import Refused
from staff.models import Department, User
from staff.permissions import permissions_of
from staff.roles import Role
from tests.case_studies import MORE, TEXTS, written
from tests.cast import march, person


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def leak(case_in, chenfang, zhoujun, sungong) -> Complaint:
    return case_in("acting")


@pytest.fixture
def contractor(jinxiu) -> User:
    firm = Department.objects.create(estate=jinxiu, name="迅达维保", name_en="Lifts", is_contractor=True)
    return person("xunda", "马师", Role.HANDLER, department=firm)


@pytest.fixture
def study(leak, chenfang) -> CaseStudy:
    return acts.begin(leak, by=chenfang, at=march(3))


@pytest.fixture
def published(study, chenfang, zhoujun) -> CaseStudy:
    row = acts.send(written(study, chenfang), by=chenfang, at=march(4))
    return acts.check(row, version=row.version, publish=True, by=zhoujun, at=march(5))


def inbox(user: Any) -> list[str]:
    return list(Notification.objects.filter(user=user).order_by("pk").values_list("kind", flat=True))


def entries(study: CaseStudy) -> list[str]:
    return list(study.entries.order_by("pk").values_list("kind", flat=True))


# Taking it up ---------------------------------------------------------------------------------------------


def test_a_case_is_drafted_without_names(study, leak):
    said = " ".join(getattr(study, name) for name in rules.TEXTS)
    assert study.state == State.DRAFT
    assert study.facts
    assert leak.complainant.name not in said
    assert leak.complainant.phone not in said
    assert study.history.count() == 1
    assert entries(study) == ["begun"]


def test_a_case_is_taken_up_once(study, leak, zhoujun):
    with pytest.raises(Refused, match=study.number):
        acts.begin(leak, by=zhoujun, at=march(3))
    with pytest.raises(IntegrityError), transaction.atomic():
        CaseStudy.objects.create(
            complaint=leak, estate=leak.estate, origin="hand", kind="typical", drafted_at=march(3)
        )


@pytest.mark.parametrize("who", ["limin", "wanggong"])
def test_neither_the_desk_nor_a_handler_takes_one_up(who, leak, request):
    with pytest.raises(Refused):
        acts.begin(leak, by=request.getfixturevalue(who), at=march(3))


def test_what_has_not_begun_teaches_nothing(case_in, chenfang):
    with pytest.raises(Refused, match="begun"):
        acts.begin(case_in("classified"), by=chenfang, at=march(3))


def test_a_restricted_case_is_taken_up_by_a_decider_alone(
    case_in, chenfang, zhoujun, wuzong, auditor, stranger
):
    secret = case_in("acting", facts={"restricted": True})
    with pytest.raises(Refused, match="restricted"):
        acts.begin(secret, by=chenfang, at=march(3))
    study = acts.begin(secret, by=zhoujun, at=march(3))
    row = written(study, zhoujun)
    with pytest.raises(Refused, match="restricted"):
        acts.send(row, by=zhoujun, at=march(4))
    row = acts.allow(row, note="已隐名", by=zhoujun, at=march(4))
    row = acts.send(row, by=zhoujun, at=march(4))
    seen = lambda who: set(CaseStudy.objects.visible_to(permissions_of(who, march(5))))  # noqa: E731
    assert seen(auditor) == set()  # the draft stays in the circle
    acts.check(row, version=row.version, publish=True, by=wuzong, at=march(5))
    assert seen(auditor) == seen(stranger) == {study}


# Writing --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"facts": "王先生家漏水"}, "facts"),
        ({"lesson": "请联系 139 1234 5678"}, "lesson"),
        ({"title": "1-2-101漏水"}, "title"),
        ({"why": "王建军没有检查"}, "why"),
        ({"title": "长" * 81}, "title"),
        ({"deeper": "长" * 2001}, "deeper"),
        ({"kind": "major"}, "kind"),
    ],
)
def test_words_that_name_somebody_are_refused_at_their_field(said, field, study, chenfang):
    with pytest.raises(Refused) as refusal:
        written(study, chenfang, **said)
    assert refusal.value.field == field
    study.refresh_from_db()
    assert study.written_by is None


def test_nobody_writes_over_what_he_has_not_read(study, chenfang, zhoujun):
    written(study, chenfang)
    with pytest.raises(Refused, match="meanwhile"):
        acts.write(study, version=study.version, lesson="另写一句", by=zhoujun, at=march(4))
    study.refresh_from_db()
    assert (study.lesson, study.version) == (TEXTS["lesson"], 2)


def test_what_is_left_out_stays(study, chenfang):
    row = written(study, chenfang)
    row = acts.write(row, version=row.version, lesson="改一句", by=chenfang, at=march(4))
    assert (row.lesson, row.facts) == ("改一句", TEXTS["facts"])
    with pytest.raises(Refused, match="Nothing was changed"):
        acts.write(row, version=row.version, lesson="改一句", by=chenfang, at=march(4))


def test_a_draft_is_written_before_it_is_sent(study, chenfang):
    with pytest.raises(Refused, match="write it first"):
        acts.send(study, by=chenfang, at=march(4))
    row = acts.write(study, version=1, **(TEXTS | {"lesson": ""}), by=chenfang, at=march(4))
    with pytest.raises(Refused, match="Lesson"):
        acts.send(row, by=chenfang, at=march(4))


def test_a_major_one_is_analysed_down_to_what_is_changed(study, chenfang):
    CaseStudy.objects.filter(pk=study.pk).update(kind=Kind.MAJOR)
    row = written(study, chenfang)
    with pytest.raises(Refused, match="Deeper problem, Measures"):
        acts.send(row, by=chenfang, at=march(4))
    row = acts.write(row, version=row.version, by=chenfang, at=march(4), **MORE)
    with pytest.raises(Refused) as refusal:
        acts.write(row, version=row.version, kind="typical", by=chenfang, at=march(4))
    assert refusal.value.field == "kind"
    assert acts.send(row, by=chenfang, at=march(4)).state == State.TO_CHECK


# Checking -------------------------------------------------------------------------------------------------


def test_another_person_checks_it(study, chenfang, zhoujun):
    row = acts.send(written(study, chenfang), by=chenfang, at=march(4))
    assert inbox(zhoujun)[-1] == "study_to_check"
    with pytest.raises(Refused, match="周军"):
        acts.check(row, version=row.version, publish=True, alone_because="我来", by=chenfang, at=march(5))
    row = acts.check(row, version=row.version, publish=True, by=zhoujun, at=march(5))
    assert (row.state, row.edition, row.published_at, row.checked_by) == (
        State.PUBLISHED, 1, march(5), zhoujun,
    )  # fmt: skip
    assert inbox(chenfang)[-1] == "study_published"


def test_whoever_wrote_a_part_before_does_not_check_it(study, chenfang, zhoujun, sungong):
    row = written(study, sungong)
    row = acts.write(row, version=row.version, lesson="另写一句", by=chenfang, at=march(4))
    row = acts.send(row, by=chenfang, at=march(4))
    with pytest.raises(Refused):
        acts.check(row, version=row.version, publish=True, by=sungong, at=march(5))


def test_what_was_written_meanwhile_is_not_published_unread(study, chenfang, zhoujun):
    row = acts.send(written(study, chenfang), by=chenfang, at=march(4))
    old = row.version
    row = acts.check(row, version=old, publish=False, note="请写明原因", by=zhoujun, at=march(5))
    assert (row.state, inbox(chenfang)[-1]) == (State.DRAFT, "study_returned")
    row = acts.write(row, version=row.version, why="另一个原因", by=chenfang, at=march(5))
    acts.send(row, by=chenfang, at=march(5))
    with pytest.raises(Refused, match="meanwhile"):
        acts.check(row, version=old, publish=True, by=zhoujun, at=march(5))


def test_sending_back_says_what_is_missing(study, chenfang, zhoujun):
    row = acts.send(written(study, chenfang), by=chenfang, at=march(4))
    with pytest.raises(Refused) as refusal:
        acts.check(row, version=row.version, publish=False, by=zhoujun, at=march(5))
    assert refusal.value.field == "note"


def test_a_name_that_became_known_later_stops_the_publication(study, leak, chenfang, zhoujun):
    row = acts.send(written(study, chenfang, helped="钱多多当面道歉"), by=chenfang, at=march(4))
    Respondent.objects.create(complaint=leak, name="钱多多")
    with pytest.raises(Refused, match="钱多多") as refusal:
        acts.check(row, version=row.version, publish=True, by=zhoujun, at=march(5))
    assert refusal.value.field == "helped"


def test_the_database_holds_that_another_person_checks(published):
    with pytest.raises(IntegrityError), transaction.atomic():
        CaseStudy.objects.filter(pk=published.pk).update(checked_by=published.written_by)


# Reading --------------------------------------------------------------------------------------------------


def test_everybody_who_works_here_reads_what_is_published(
    study, limin, stranger, auditor, admin, chenfang, zhoujun, contractor
):
    def seen(who: Any) -> bool:
        return CaseStudy.objects.visible_to(permissions_of(who, march(6))).exists()

    assert [seen(one) for one in (limin, auditor, chenfang)] == [True] * 3  # they read the case
    assert not seen(stranger)
    assert not seen(admin)
    row = acts.send(written(study, chenfang), by=chenfang, at=march(4))
    acts.check(row, version=row.version, publish=True, by=zhoujun, at=march(5))
    assert all(seen(one) for one in (limin, stranger, auditor, admin))
    assert not seen(contractor)


def test_reading_is_kept_once_for_each_edition(published, limin, stranger, chenfang, zhoujun):
    for at in (march(6), march(7)):
        acts.read(published, by=limin, at=at)
    acts.read(published, by=stranger, at=march(6))
    assert list(StudyReading.objects.values_list("user", "edition", "read_at").order_by("pk")) == [
        (limin.pk, 1, march(6)), (stranger.pk, 1, march(6)),
    ]  # fmt: skip
    row = acts.revise(published, note="补充深层问题", by=chenfang, at=march(8))
    with pytest.raises(Refused):
        acts.read(row, by=limin, at=march(8))
    row = acts.send(written(row, chenfang, march(8), **MORE), by=chenfang, at=march(8))
    row = acts.check(row, version=row.version, publish=True, by=zhoujun, at=march(9))
    acts.read(row, by=limin, at=march(9))
    assert StudyReading.objects.filter(user=limin).count() == 2
    assert row.edition == 2


def test_who_wrote_an_earlier_edition_may_check_the_next(published, chenfang, zhoujun):
    row = acts.revise(published, note="修订", by=zhoujun, at=march(8))
    row = acts.send(written(row, zhoujun, march(8), **MORE), by=zhoujun, at=march(8))
    assert acts.check(row, version=row.version, publish=True, by=chenfang, at=march(9)).edition == 2


def test_a_stranger_reads_and_does_nothing_else(published, stranger):
    assert parts_on(published, permissions_of(stranger, march(6))) == {Part.READER}
    assert acts_on(published, permissions_of(stranger, march(6))) == ["read"]


def test_whom_the_case_is_about_reads_no_draft(study, leak, chenfang):
    Respondent.objects.create(complaint=leak, name="陈芳", user=chenfang)
    assert not CaseStudy.objects.visible_to(permissions_of(chenfang, march(4))).exists()


def test_a_case_that_is_shut_later_takes_its_study_out_of_sight(published, leak, stranger, chenfang, zhoujun):
    actions.edit(leak, {"restricted": True}, version=leak.version, by=chenfang, at=march(6))
    seen = CaseStudy.objects.visible_to(permissions_of(stranger, march(6)))
    assert not seen.exists()
    published.refresh_from_db()
    assert "allow" in acts_on(published, permissions_of(zhoujun, march(6)))
    acts.allow(published, note="已隐名", by=zhoujun, at=march(6))
    assert seen.exists()


# Not taken up ---------------------------------------------------------------------------------------------


def test_dropping_says_why_and_can_be_undone(study, chenfang):
    with pytest.raises(Refused) as refusal:
        acts.drop(study, note=" ", by=chenfang, at=march(4))
    assert refusal.value.field == "note"
    row = acts.drop(study, note="与另一案例重复", by=chenfang, at=march(4))
    assert row.state == State.DROPPED
    assert acts.resume(row, by=chenfang, at=march(5)).state == State.DRAFT
    assert entries(study) == ["begun", "dropped", "resumed"]


def test_a_major_case_is_left_out_by_the_general_manager_alone(study, chenfang, zhoujun, wuzong):
    CaseStudy.objects.filter(pk=study.pk).update(kind=Kind.MAJOR)
    for who in (chenfang, zhoujun):
        with pytest.raises(Refused, match="General manager"):
            acts.drop(study, note="不必", by=who, at=march(4))
    assert acts.drop(study, note="集团已专题分析", by=wuzong, at=march(4)).state == State.DROPPED


# The table ------------------------------------------------------------------------------------------------

WRITERS = {"study_head", "supervisor", "property_manager", "general_manager"}
#: verb: where it begins, where it leads, whose it is. By hand, a second time.
TABLE = {
    "write": ({"draft"}, set(), WRITERS),
    "send": ({"draft"}, {"to_check"}, WRITERS),
    "check": ({"to_check"}, {"published", "draft"}, WRITERS),
    "recheck": ({"published"}, set(), WRITERS),
    "read": ({"published"}, set(), {"study_reader"}),
    "allow": ({"draft", "to_check", "published"}, set(), {"property_manager", "general_manager"}),
    "revise": ({"published"}, {"draft"}, WRITERS),
    "drop": ({"draft", "to_check"}, {"dropped"}, WRITERS),
    "resume": ({"dropped"}, {"draft"}, WRITERS),
}


def test_the_table_is_what_was_agreed():
    assert {verb: (set(act.sources), set(act.to), set(act.who)) for verb, act in rules.ACTS.items()} == TABLE


def test_who_is_alone_checks_it_himself_and_says_why(leak, zhoujun, chenfang, sungong, wuzong):
    study = acts.begin(leak, by=zhoujun, at=march(3))
    row = acts.send(written(study, zhoujun), by=zhoujun, at=march(4))
    User.objects.filter(pk__in=[chenfang.pk, sungong.pk, wuzong.pk]).update(is_active=False)
    with pytest.raises(Refused) as refusal:
        acts.check(row, version=row.version, publish=True, by=zhoujun, at=march(5))
    assert refusal.value.field == "alone_because"
    row = acts.check(row, version=row.version, publish=True, alone_because="仅一人", by=zhoujun, at=march(5))
    assert row.alone_because == "仅一人"


# Beside a case --------------------------------------------------------------------------------------------


def test_what_both_have_weighs_and_words_weigh_by_their_share():
    case = rules.pairs("电梯关门夹人，Lift door")
    assert rules.pairs("电梯，门!") == {"电梯"}  # a letter alone is no pair
    assert "ft" in case
    assert rules.alike([], case, frozenset()) == 0
    assert rules.alike([], case, case) == rules.ALIKE["words"]
    assert rules.alike(["category", "cause"], frozenset(), case) == 8
    assert rules.alike(["estate"], case, frozenset()) < rules.LEAST_ALIKE  # the estate alone says nothing
    assert rules.alike(["cause", "estate"], case, frozenset()) < rules.LEAST_ALIKE
    assert rules.alike(["cause", "building"], case, frozenset()) >= rules.LEAST_ALIKE
    assert rules.alike(["category"], case, frozenset()) >= rules.LEAST_ALIKE
