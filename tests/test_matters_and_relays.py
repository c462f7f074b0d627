"""At their edges: what is the same matter or a repeat, what an edit may say, how long a relay waits."""

from __future__ import annotations

from datetime import timedelta

import pytest

from complaints import actions
from complaints.actions import relays
from complaints.models import Complaint, Notification, Relay
from config.framework.refusals import Refused
from staff.permissions import permissions_of
from staff.roles import Role
from tests.cast import HOUR, MINUTE, march, person

pytestmark = pytest.mark.django_db
NINE, TEN, NOON, SECOND = march(2, 9), march(2, 10), march(2, 12), timedelta(seconds=1)


def refused_for(act, *args, **said) -> str | None:
    with pytest.raises(Refused) as refusal:
        act(*args, **said)
    return refusal.value.field


@pytest.fixture
def call(walk_in):
    """Somebody else each time."""

    def take(n: int, at=NINE, **said) -> Complaint:
        caller = actions.Person(name=f"业主{n}", phone=f"1380000000{n}")
        return walk_in(at + n * MINUTE, **({"person": caller} | said))

    return take


# The same ----------------------------------------------------------------------------------------------


def test_the_same_matter_is_another_case_of_the_estate_and_kind(call, cuihu, office_of_jinxiu):
    said = {"by": office_of_jinxiu.limin, "at": NOON}
    first, second, other, nameless = call(1), call(2), call(3), call(4, category=None)
    Complaint.objects.filter(pk=other.pk).update(estate=cuihu)
    other.refresh_from_db()
    for case, to in ((first, first), (first, other), (nameless, nameless), (nameless, first)):
        assert refused_for(actions.confirm_same, case, to=to, **said) == "number"
    actions.confirm_same(second, to=first, **said)
    assert refused_for(actions.confirm_same, first, to=second, **said) == "number"
    Complaint.objects.update(category=None)
    assert refused_for(actions.confirm_same, nameless, to=first, **said) == "number"


def test_whoever_is_not_the_first_of_a_matter_leaves_the_others_as_they_were(call, office_of_jinxiu):
    people, (a, b, c) = office_of_jinxiu, (call(n) for n in range(3))
    for other in (b, c):
        actions.confirm_same(other, to=a, by=people.limin, at=NOON)
    actions.part_matter(b, note="另一部电梯", by=people.chenfang, at=NOON + HOUR)
    matters = Complaint.objects.order_by("pk").values_list("matter", flat=True)
    assert list(matters) == [a.pk, None, a.pk]
    a.refresh_from_db()
    assert a.changed_at == NOON  # nothing of it was written again


def test_a_repeat_points_to_what_was_registered_before_or_at_that_moment(call, cuihu, office_of_jinxiu):
    said = {"by": office_of_jinxiu.limin, "at": NOON}
    first, second, third = call(1), call(1), call(2)
    assert actions.link(second, to=first, **said).repeat_of == first
    assert refused_for(actions.link, first, to=third, **said) == "number"
    Complaint.objects.filter(pk=first.pk).update(estate=cuihu)
    first.refresh_from_db()
    assert refused_for(actions.link, third, to=first, **said) == "number"


# Edits -------------------------------------------------------------------------------------------------


def test_an_edit_says_what_cannot_be_and_where(case_in, walk_in, office_of_jinxiu):
    limin, case = office_of_jinxiu.limin, case_in("acting")
    actions.join(walk_in(), lead=case, by=limin, at=NOON)
    case.refresh_from_db()

    def edit(**changes) -> str | None:
        return refused_for(actions.edit, case, changes, version=case.version, by=limin, at=NOON)

    assert edit(content=" \n") == "content"
    assert edit(is_collective=False) == "is_collective"
    assert edit(status="closed") is None and edit(phone="13800000000、13900000000") == "phone"
    assert (
        refused_for(actions.edit, case, {"place": "x"}, version=case.version + 1, by=limin, at=NOON) is None
    )


def test_only_who_becomes_a_reporter_has_asked_by_that(walk_in, office_of_jinxiu):
    limin = office_of_jinxiu.limin
    case = walk_in(person=actions.Person(name="张", capacity="reporter"))
    Complaint.objects.filter(pk=case.pk).update(media_asked=False)  # taken back as wrong
    case.refresh_from_db()
    case = actions.edit(
        case, {"capacity": "reporter", "place": "东门"}, version=case.version, by=limin, at=NOON
    )
    assert not case.media_asked
    other = walk_in()
    other = actions.edit(other, {"capacity": "tenant"}, version=other.version, by=limin, at=NOON)
    assert not other.media_asked
    assert actions.edit(other, {"capacity": "reporter"}, version=other.version, by=limin, at=NOON).media_asked


# Relays ------------------------------------------------------------------------------------------------


@pytest.fixture
def passed(jinxiu, wanggong, office_of_jinxiu):
    def pass_on(at=TEN, **said) -> Relay:
        return actions.pass_on(estate=jinxiu, by=wanggong, at=at, **({"words": "灯坏了"} | said))

    return pass_on


def test_what_is_passed_on_has_words_and_not_too_many(passed):
    assert passed(words="长" * 4000).words == "长" * 4000
    assert refused_for(passed, words="长" * 4001) == "words"
    assert refused_for(passed, words=" ") == "words"
    assert refused_for(passed, phone="13800000000、13900000000") == "phone"


def test_it_waits_half_an_hour_and_then_four_more(passed):
    passed()
    told = Notification.objects.filter(kind="relay_waits")
    for at, reminded in (
        (TEN + 30 * MINUTE - SECOND, 0), (TEN + 30 * MINUTE, 1), (TEN + 30 * MINUTE, 0),
        (TEN + 270 * MINUTE - SECOND, 0), (TEN + 270 * MINUTE, 1),
    ):  # fmt: skip
        assert relays.remind_due(at) == reminded, at
    assert list(told.values_list("user__username", flat=True)) == ["chenfang", "chenfang"]


def test_it_is_settled_by_whoever_has_taken_it_and_for_its_own_estate(passed, limin, chenfang, cuihu):
    row, said = passed(), {"at": march(2, 11)}
    stranger = person("both", "两处前台", Role.FRONT_DESK)
    note = actions.take_note(by=stranger, estate=cuihu, kind="repair", words="灯", **said)
    with pytest.raises(Refused):
        relays.keep_as_note(row, note, by=stranger, **said)
    relays.take(row, by=limin, **said)
    with pytest.raises(Refused):
        relays.settle(row, because="已修好", by=chenfang, **said)
    assert refused_for(relays.settle, row, because=" ", by=limin, **said) == "because"
    row = relays.settle(row, because="已修好", by=limin, **said)
    assert (row.taken_by, row.taken_at, row.settled_at, row.remind_at) == (
        limin, march(2, 11), march(2, 11), None,
    )  # fmt: skip
    with pytest.raises(Refused):
        relays.settle(row, because="已修好", by=limin, **said)


def test_what_is_passed_on_is_shown_to_its_own_desks(passed, limin, stranger, auditor, jinxiu):
    row = passed()
    head_desk = person("head", "总部前台", Role.FRONT_DESK)
    looks_on = person("looks", "审计员", Role.AUDITOR, estate=jinxiu)
    for user, seen in ((limin, [row]), (head_desk, [row]), (stranger, []), (auditor, []), (looks_on, [])):
        held = permissions_of(user, march(2, 11))
        assert list(relays.for_desk(held)) == list(relays.shown_to(held)) == seen, user
