"""Acts on the ticked cases of the queue: what is offered, what is asked, and who may."""

import re

import pytest

from complaints.models import Complaint
from staff.models import User
from tests.case_pages import text
from tests.cast import OPINION
from tests.markup import markup

pytestmark = pytest.mark.django_db


def test_a_handler_accepts_several_at_once(write, read, case_in, wanggong) -> None:
    ticked = [case_in("classified").number for _ in range(2)]
    said = {"do": "accept", "number": ticked, "query": "view=work&marks=urgent"}
    asked = write(wanggong, "/cases/bulk/", said)
    assert asked.status_code == 200 and all(f"Opinion on {number}" in text(asked) for number in ticked)
    said |= {"sent": "1", "note": OPINION}
    answer = write(wanggong, "/cases/bulk/", said)
    assert answer.status_code == 302 and answer["Location"] == "/cases/?view=work&marks=urgent"
    assert {case.status for case in Complaint.objects.all()} == {"acting"}
    assert "2 cases accepted." in read(wanggong, "/cases/").content.decode()


def test_one_refusal_stops_no_other(write, read, case_in, wanggong) -> None:
    done, waiting = case_in("acting"), case_in("classified")
    said = {"do": "accept", "number": [done.number, waiting.number], "sent": "1", "note": OPINION}
    answer = write(wanggong, "/cases/bulk/", said)
    assert answer["Location"] == "/cases/bulk/done/"
    page = text(read(wanggong, "/cases/bulk/done/"))
    assert "1 case accepted. 1 refused." in page
    assert f"{done.number}</span><span>“Accept” is not possible" in page and ">Done</span>" in page
    assert "1 case accepted." in text(read(wanggong, "/cases/"))


def test_the_first_receiver_is_transferred_with_a_reason(write, case_in, chenfang, limin, laozhao) -> None:
    cases = [case_in("acting"), case_in("received")]
    said = {"do": "transfer", "number": [case.number for case in cases]}
    assert "Transfer first receiver" in markup(write(chenfang, "/cases/bulk/", said))
    said |= {"sent": "1", "person": f"{laozhao.pk}-0"}
    asked = write(chenfang, "/cases/bulk/", said | {"note": ""})
    assert asked.status_code == 422 and f'value="{laozhao.pk}-0" selected' in markup(asked)
    write(chenfang, "/cases/bulk/", said | {"note": "换班"})
    assert set(Complaint.objects.values_list("first_receiver", flat=True)) == {laozhao.pk}


def test_only_the_desk_of_the_estate_is_offered_as_first_receiver(
    write, case_in, chenfang, limin, wanggong, auditor, admin, wuzong, stranger
) -> None:
    said = {"do": "transfer", "number": [case_in("acting").number]}
    page = write(chenfang, "/cases/bulk/", said).content.decode()
    offered = {user for user in User.objects.all() if f">{user}<" in page}
    assert offered == {limin, chenfang, User.objects.get(username="zhoujun")}


def test_a_transfer_refused_for_all_keeps_what_was_typed(write, case_in, chenfang, limin) -> None:
    case = case_in("acting")
    said = {"do": "transfer", "number": [case.number], "sent": "1", "person": f"{limin.pk}-0", "note": "换班"}
    answer = write(chenfang, "/cases/bulk/", said)
    page = markup(answer)
    assert answer.status_code == 422 and f"{case.number}: 李敏 is already the first receiver." in page
    assert "换班</textarea>" in page


def test_several_cases_are_classified_and_delivered_at_once(
    write, walk_in, chenfang, wanggong, engineering, categories
) -> None:
    fresh, known = walk_in(), walk_in(category=categories["lifts"])
    plain = walk_in(category=None)
    Complaint.objects.filter(pk=known.pk).update(severity="major")
    said = {"do": "classify", "number": [fresh.number, known.number, plain.number], "sent": "1"}
    said |= {"handler": f"{wanggong.pk}-{engineering.pk}", "severity": "minor"}
    asked = write(chenfang, "/cases/bulk/", said)
    assert asked.status_code == 422  # one has no category yet
    write(chenfang, "/cases/bulk/", said | {"category": categories["noise"].pk})
    found = Complaint.objects.order_by("pk").values_list("status", "severity", "category__code", "handler")
    assert list(found) == [
        ("classified", "minor", "repairs", wanggong.pk),
        ("classified", "major", "lifts", wanggong.pk),
        ("classified", "minor", "noise", wanggong.pk),
    ]


@pytest.mark.parametrize(
    ("status", "person", "acts"),
    [
        ("recorded", "chenfang", ["classify", "transfer", "remind"]),
        ("recorded", "limin", ["classify"]),
        ("classified", "chenfang", ["transfer", "remind"]),
        ("classified", "wanggong", ["accept"]),
        ("acting", "wanggong", []),
    ],
)
def test_the_bar_offers_what_is_possible_on_the_cases_listed(
    read, case_in, office_of_jinxiu, status, person, acts
) -> None:
    case_in(status)
    page = markup(read(getattr(office_of_jinxiu, person), "/cases/?view=open"))
    assert re.findall(r'name="do" value="(\w+)"', page) == acts
    assert "item-check" in page  # their sheets can be printed in any case


def test_nobody_transfers_or_accepts_what_is_not_his(
    write, case_in, limin, laozhao, auditor, stranger
) -> None:
    case = case_in("classified")
    for person in (limin, auditor, stranger):
        said = {"number": case.number, "person": laozhao.pk, "note": "换班"}
        for do in ("accept", "transfer"):
            write(person, "/cases/bulk/", said | {"do": do})
    case.refresh_from_db()
    assert (case.status, case.first_receiver) == ("classified", limin)
