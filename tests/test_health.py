"""Are the timers alive: the alarm's address, the administrator's page, the command for cron."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import OperationalError
from django.db.migrations.recorder import MigrationRecorder
from django.utils import translation

from complaints import health, notifications
from complaints.actions import notice_grade
from complaints.management.commands import check_timers
from complaints.models import Deadline, OutboxMessage, SetAside, SweepMark
from complaints.notifications import Notice
from complaints.sweep import TRY_AGAIN_AFTER, sweep
from staff.models import Company
from tests.cast import DAY, HOUR, MINUTE, MONDAY_9AM, march
from tests.looking import all_jobs_done

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def same_clocks(db, monkeypatch):
    """The test's time is not the database's."""
    monkeypatch.setattr(health, "skew", lambda now: timedelta(0))


@pytest.fixture(autouse=True)
def begun(same_clocks):
    """The installation began long ago, until a test says otherwise."""
    return began(MONDAY_9AM - 365 * DAY)


def began(at) -> None:
    MigrationRecorder.Migration.objects.update(applied=at)
    Company.history.update(history_date=at)


def all_swept(now) -> None:
    while sweep(now):
        pass
    while notifications.send_due(now):
        pass
    all_jobs_done(now)


@pytest.fixture
def letter(office_of_jinxiu):
    """One mail waiting since nine."""
    chenfang = office_of_jinxiu.chenfang
    notifications.write(
        [Notice(chenfang, "digest", None, {"count": 1, "important": 0})], at=MONDAY_9AM, source="x"
    )
    return OutboxMessage.objects.get()


def test_all_is_well_right_after_a_sweep(db):
    all_swept(MONDAY_9AM)
    found = health.timers(MONDAY_9AM + 30 * SECOND)
    assert (found.swept, found.unfired, found.unsent, found.failed) == (30 * SECOND, None, None, 0)
    assert not found.is_stale


def test_timers_that_never_ran_are_stale(db):
    assert health.timers(MONDAY_9AM).is_stale


@pytest.mark.parametrize(("age", "stale"), [(120 * SECOND, False), (121 * SECOND, True)])
def test_two_minutes_without_a_sweep_are_too_many(age, stale):
    all_swept(MONDAY_9AM)
    assert health.timers(MONDAY_9AM + age).is_stale is stale


def test_a_level_left_behind_by_a_running_sweep_is_seen(case_in):
    case_in("acting", severity="minor", at=MONDAY_9AM)
    later = march(4, 9)
    notifications.mark("sweep", later)  # it runs, and yet fires nothing
    oldest = Deadline.objects.filter(state=Deadline.State.PENDING).order_by("due_at").first()
    found = health.timers(later)
    assert found.unfired == later - oldest.due_at
    assert found.levels_wait and found.is_stale
    all_swept(later)
    assert not health.timers(later).is_stale


def test_a_message_nobody_sends_is_seen_after_a_quarter_of_an_hour(letter):
    for age, stale in ((15 * MINUTE, False), (16 * MINUTE, True)):
        notifications.mark("sweep", MONDAY_9AM + age)
        all_jobs_done(MONDAY_9AM + age)
        assert health.timers(MONDAY_9AM + age).is_stale is stale


def test_a_message_put_off_after_a_failure_has_waited_since_it_was_written(letter):
    OutboxMessage.objects.update(attempts=5, not_before=MONDAY_9AM + HOUR)
    assert health.timers(MONDAY_9AM + 20 * MINUTE).unsent == 20 * MINUTE


def test_a_message_meant_for_later_is_no_alarm(letter):
    OutboxMessage.objects.update(not_before=MONDAY_9AM + 8 * HOUR)
    assert health.timers(MONDAY_9AM + 7 * HOUR).unsent is None


def test_failed_messages_are_counted_for_a_week(letter):
    OutboxMessage.objects.update(state=OutboxMessage.State.FAILED)
    assert health.timers(MONDAY_9AM + 6 * DAY).failed == 1
    assert health.timers(MONDAY_9AM + 8 * DAY).failed == 0


def test_clocks_that_differ_are_an_alarm(db, monkeypatch):
    all_swept(MONDAY_9AM)
    for apart, stale in ((2 * MINUTE, False), (-3 * MINUTE, True), (HOUR, True)):
        monkeypatch.setattr(health, "skew", lambda now, apart=apart: apart)
        assert health.timers(MONDAY_9AM).is_stale is stale


@pytest.mark.parametrize("job", health.JOBS)
def test_a_job_that_has_not_succeeded_for_a_quarter_of_an_hour_is_shown(
    job, read, office_clock, admin, client
):
    all_swept(office_clock.now)
    SweepMark.objects.filter(job=job).update(last_ok=office_clock.now - 15 * MINUTE)
    assert not health.timers(office_clock.now).is_stale
    office_clock.now += SECOND
    assert health.timers(office_clock.now).is_stale
    with translation.override("en"):
        words = f"fails ({health.JOBS[job]})"
    for page in ("/", "/settings/timers/"):
        assert words in read(admin, page).content.decode()
    client.force_login(admin)
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["late_jobs"]) == (503, [job])


def test_a_job_that_never_succeeded_is_shown_while_sweeps_come(db):
    all_swept(MONDAY_9AM)
    SweepMark.objects.filter(job="digest").delete()
    assert health.timers(MONDAY_9AM).late_jobs == ("digest",)
    assert health.timers(MONDAY_9AM + HOUR).late_jobs == (), "one sentence is enough: no sweep comes"


# The beginning --------------------------------------------------------------------------------------
GRACE = health.STARTING_FOR


@pytest.mark.parametrize(("age", "well"), [(0 * MINUTE, True), (GRACE, True), (GRACE + SECOND, False)])
def test_an_installation_that_has_just_begun_alarms_nobody_for_ten_minutes(
    client, admin, read, office_clock, age, well
):
    began(office_clock.now - age)
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200 if well else 503, {"ok": well})
    client.force_login(admin)
    assert client.get("/healthz").json()["state"] == ("starting" if well else "stale")
    with translation.override("en"):
        assert ("no sweep has run yet" in read(admin, "/").content.decode()) is not well
        page = read(admin, "/settings/timers/").content.decode()
    assert ("the first sweep is awaited" in page) is well
    assert ("no sweep has run yet" in page) is not well
    assert "The clocks are watched and messages go out." not in page


def test_the_beginning_is_the_later_of_the_first_migration_and_begin(db):
    began(MONDAY_9AM - DAY)
    assert not health.timers(MONDAY_9AM).is_starting
    company = Company.objects.first() or Company(name="甲")
    company.save()
    Company.history.update(history_date=MONDAY_9AM - MINUTE)
    assert health.timers(MONDAY_9AM).is_starting and not health.timers(MONDAY_9AM).is_stale


def test_a_later_upgrade_is_no_new_beginning(db):
    began(MONDAY_9AM - DAY)
    newest = MigrationRecorder.Migration.objects.order_by("-pk").first()
    MigrationRecorder.Migration.objects.filter(pk=newest.pk).update(applied=MONDAY_9AM)
    assert health.timers(MONDAY_9AM).is_stale


def test_what_swept_once_and_stopped_alarms_at_once_however_young_it_is(db):
    began(MONDAY_9AM)
    all_swept(MONDAY_9AM)
    assert not health.timers(MONDAY_9AM + health.SWEEP_IS_LATE).is_stale
    assert health.timers(MONDAY_9AM + health.SWEEP_IS_LATE + SECOND).is_stale


def test_jobs_that_wait_for_their_first_turn_alarm_nobody_in_the_beginning(db):
    began(MONDAY_9AM)
    notifications.mark("sweep", MONDAY_9AM)
    assert not health.timers(MONDAY_9AM).is_stale
    notifications.mark("sweep", MONDAY_9AM + GRACE + MINUTE)
    assert set(health.timers(MONDAY_9AM + GRACE + MINUTE).late_jobs) == set(health.JOBS)


def test_a_deadline_nobody_was_told_of_is_an_alarm_from_the_first_minute_on(case_in):
    case_in("acting", severity="minor", at=MONDAY_9AM)
    began(march(4, 9))
    assert health.timers(march(4, 9)).is_starting and health.timers(march(4, 9)).is_stale


def test_a_running_installation_is_not_asked_when_it_began(db, monkeypatch):
    all_swept(MONDAY_9AM)
    monkeypatch.setattr(health, "begun_at", None)
    assert not health.timers(MONDAY_9AM).is_starting


# The doors ------------------------------------------------------------------------------------------


def test_the_alarms_address_says_what_is_wrong(
    client, case_in, admin, office_clock, django_assert_max_num_queries
):
    assert client.get("/healthz").status_code == 503
    case_in("acting", severity="minor", at=MONDAY_9AM)
    all_swept(office_clock.now)
    with django_assert_max_num_queries(6):
        answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"ok": True})
    client.force_login(admin)
    said = client.get("/healthz").json()
    assert (said["ok"], said["last_sweep_seconds"]) == (True, 0)
    assert (said["oldest_unfired_level_seconds"], said["failed_messages"]) == (None, 0)
    office_clock.now += 3 * MINUTE
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["last_sweep_seconds"]) == (503, 180)


def test_the_alarms_address_says_when_the_database_is_gone(client, monkeypatch):
    def gone(now):
        raise OperationalError("server closed the connection")

    monkeypatch.setattr("complaints.views.office.health.timers", gone)
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (503, {"ok": False})


def test_figures_are_for_those_who_answer_for_it(client, office_clock, admin, zhoujun, limin):
    all_swept(office_clock.now)
    for person, may in ((None, False), (limin, False), (zhoujun, True), (admin, True)):
        if person:
            client.force_login(person)
        for answer in (client.get("/healthz"), client.get("/healthz?x=1")):
            assert (set(answer.json()) == {"ok"}) is not may, person
            assert answer["Cache-Control"] == "no-store"


def test_cron_is_told_by_the_exit_code(db, capsys):
    with translation.override("en"), pytest.raises(SystemExit) as end:
        call_command("check_timers")
    assert end.value.code == 1
    assert "no sweep has run yet" in capsys.readouterr().err


def test_cron_hears_nothing_while_all_is_well(db, capsys, monkeypatch):
    monkeypatch.setattr(check_timers.timezone, "now", lambda: MONDAY_9AM)
    all_swept(MONDAY_9AM)
    call_command("check_timers")
    assert capsys.readouterr() == ("", "")


def test_the_page_shows_the_figures_to_those_who_answer_for_it(read, office_clock, admin, zhoujun, limin):
    page = read(admin, "/settings/timers/").content.decode()
    assert "no sweep has run yet" in page and "every 30 seconds" in page
    all_swept(office_clock.now)
    assert (
        "The clocks are watched and messages go out." in read(zhoujun, "/settings/timers/").content.decode()
    )
    assert read(limin, "/settings/timers/").status_code == 403


# Grades that cannot be weighed ----------------------------------------------------------------------


def test_a_grade_that_cannot_be_weighed_is_shown_until_it_can(
    read, case_in, admin, client, monkeypatch, office_clock
):
    """A case whose grade chokes is set aside; the others of the same moment are raised."""
    poisoned, sound = case_in("acting", at=march(2, 9)), case_in("acting", at=march(2, 9))
    a_week_on = march(9, 9)
    weigh = notice_grade.facts_of

    def choke(row, limits):
        if row.pk == poisoned.pk:
            raise ValueError("poison")
        return weigh(row, limits)

    monkeypatch.setattr(notice_grade, "facts_of", choke)
    all_swept(a_week_on)
    while notice_grade.raise_due(a_week_on):
        pass
    sound.refresh_from_db()
    assert sound.grade == "hot"
    found = health.timers(a_week_on)
    assert (found.grades_aside, found.is_stale) == (1, True)
    office_clock.now = a_week_on
    client.force_login(admin)
    assert "The notice grade of 1 case cannot be weighed" in read(admin, "/settings/timers/").content.decode()
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["grades_set_aside"]) == (503, 1)
    assert SetAside.objects.get().error == "poison"

    monkeypatch.undo()
    monkeypatch.setattr(health, "skew", lambda now: timedelta(0))
    assert notice_grade.raise_due(a_week_on + MINUTE) == 0, "tried again only after a while"
    later = a_week_on + TRY_AGAIN_AFTER
    while notice_grade.raise_due(later):
        pass
    all_swept(later)
    assert health.timers(later).grades_aside == 0 and not health.timers(later).is_stale


def test_grades_that_nobody_weighs_are_stale(case_in):
    case_in("acting", at=march(2, 9))
    late = march(9, 9) + health.GRADE_IS_LATE
    all_swept(late)
    assert (health.timers(late).unweighed, health.timers(late).is_stale) == (health.GRADE_IS_LATE, False)
    all_swept(late + SECOND)
    assert health.timers(late + SECOND).is_stale


def test_a_case_set_aside_that_was_closed_meanwhile_alarms_nobody(case_in):
    case = case_in("closed", at=march(2, 9))
    all_swept(march(2, 12))
    SetAside.objects.create(complaint=case, since=march(2, 10), until=march(2, 13), error="x")
    assert health.timers(march(2, 12)).set_aside == 0
