"""Out of office: who stands in, what becomes of the cases, and the way back (domain.md 1)."""

from __future__ import annotations

import pytest

from staff import actions as office
from staff.models import Absence
from staff.permissions import permissions_of
from staff.roles import Role
from tests.cast import march

pytestmark = pytest.mark.django_db
NOON = march(2, 12)
PEOPLE = "/settings/people/"
AWAY = {"starts_at": "2026-03-02T13:00", "ends_at": "2026-03-06T18:00"}


def test_everybody_notes_his_own_absence_with_a_deputy(write, read, sungong, wanggong) -> None:
    write(sungong, "/profile/absences/", AWAY | {"deputy": wanggong.pk})
    absence = sungong.absences.get()
    assert (absence.starts_at, absence.ends_at, absence.deputy) == (march(2, 13), march(6, 18), wanggong)
    assert Role.DEPARTMENT_HEAD in permissions_of(wanggong, march(3)).everywhere()
    assert "Deputy 王建军" in read(sungong, "/profile/").content.decode()
    write(sungong, f"/profile/absences/{absence.pk}/back/")
    assert not Absence.objects.exists() and Absence.history.filter(history_type="-").exists()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"ends_at": "2026-03-02T12:00"}, "must end after it starts"),
        ({"ends_at": ""}, "required"),
        ({"ends_at": "soon"}, "valid date"),
    ],
)
def test_an_absence_that_cannot_be_is_refused_in_words(write, limin, changes, sentence) -> None:
    answer = write(limin, "/profile/absences/", AWAY | changes)
    assert answer.status_code == 422 and sentence in answer.content.decode()
    assert 'value="2026-03-02 13:00"' in answer.content.decode()
    assert not Absence.objects.exists()


def test_nobody_names_a_deputy_from_another_estate_or_ends_anothers_absence(
    write, limin, laozhao, stranger
) -> None:
    assert write(limin, "/profile/absences/", AWAY | {"deputy": stranger.pk}).status_code == 422
    absence = office.leave_office(laozhao, starts_at=march(3), ends_at=march(4), deputy=limin, by=laozhao)
    assert write(limin, f"/profile/absences/{absence.pk}/back/").status_code == 404


def offered(response) -> dict[str, list[str]]:
    """The deputies of the form, by the heading they stand under."""
    _nobody, *groups = response.context["absence"].fields["deputy"].choices
    return {str(heading): [label for _pk, label in people] for heading, people in groups}


def test_only_who_can_stand_in_is_offered_with_place_and_role(
    read, admin, zhoujun, wanggong, sungong, limin, stranger, auditor, wuzong
) -> None:
    assert offered(read(admin, f"{PEOPLE}{wanggong.pk}/")) == {
        "锦绣花园": ["李敏 (Front desk)", "周军 (Property manager)"],
        "锦绣花园 · Engineering": ["孙志远 (Department head)"],
        "The whole company": ["吴海涛 (General manager)"],
    }
    assert offered(read(zhoujun, f"{PEOPLE}{wanggong.pk}/")) == {}
    office.leave_office(limin, starts_at=NOON, ends_at=march(9), deputy=None, by=zhoujun)
    assert "李敏 (Front desk, away)" in offered(read(wanggong, "/profile/"))["锦绣花园"]


def test_the_open_cases_of_who_goes_away_are_named_to_who_may_read_them(
    read, case_in, admin, zhoujun, wanggong
) -> None:
    case = case_in("acting")
    for asks, path in ((zhoujun, f"{PEOPLE}{wanggong.pk}/"), (wanggong, "/profile/")):
        page = read(asks, path).content.decode()
        assert "1 open case stays" in page and case.number in page
    page = read(admin, f"{PEOPLE}{wanggong.pk}/").content.decode()
    assert "1 open case stays" in page and case.number not in page


def test_an_absence_to_come_is_cancelled_and_nobody_is_back(read, write, zhoujun, limin) -> None:
    absence = office.leave_office(limin, starts_at=march(9), ends_at=march(10), deputy=None, by=zhoujun)
    page = read(zhoujun, f"{PEOPLE}{limin.pk}/").content.decode()
    assert "Cancel the absence" in page and "Back at work" not in page
    write(zhoujun, f"{PEOPLE}{limin.pk}/absences/{absence.pk}/back/")
    assert "The absence is cancelled." in read(zhoujun, f"{PEOPLE}{limin.pk}/").content.decode()
    assert not Absence.objects.exists()


def test_a_manager_notes_the_absence_of_a_colleague(write, read, zhoujun, limin, laozhao) -> None:
    write(zhoujun, f"{PEOPLE}{limin.pk}/absences/", AWAY)
    absence = limin.absences.get()
    assert absence.history.get().history_user == zhoujun
    office.return_to_office(absence, at=march(2, 11), by=zhoujun)
    absent = office.leave_office(limin, starts_at=march(2, 8), ends_at=march(4), deputy=laozhao, by=limin)
    assert "deputy 赵国强" in read(zhoujun, PEOPLE).content.decode()
    write(zhoujun, f"{PEOPLE}{limin.pk}/absences/{absent.pk}/back/")
    assert limin.absences.get().ends_at == NOON
