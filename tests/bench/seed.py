"""A company with n cases, written by SQL under the same constraints as every row."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from complaints.actions.current_policy import current_policy
from complaints.actions.first_vocabulary import first_words
from complaints.case_numbers import compose
from complaints.health import JOBS
from complaints.management.demo.company import PEOPLE, homes
from complaints.models import Complaint, SweepMark
from config.framework.bulk_insert import first_version
from owners.models import Unit
from staff import actions as office
from staff.models import Estate, User
from staff.roles import Role

ESTATES = 20
#: Share of the cases that are still open.
OPEN_SHARE = 50
WORDS = (
    "电梯停运三天没人修", "卫生间天花板漏水", "地库车位被占", "楼上半夜吵闹", "楼道垃圾没人清",
    "水压太小热水器打不着", "催费短信发错了", "门禁坏了陌生人随便进", "草坪枯了没人浇水", "保安态度恶劣",
)  # fmt: skip

CASES = """
INSERT INTO complaints_complaint (
  number, estate_id, received_at, registered_at, backdated_because, channel, status, outcome, closed_at,
  severity, grade, validity, invalid_because, unit_id, building_id, place, content, headcount,
  category_id, kind, demand, remedy_asked, urgent, injury, media_asked, media_exposed,
  media_threatened, lawsuit_started, lawsuit_threatened, outside_help, under_warranty, restricted,
  identity_hidden, delay, external_number, external_unit, first_receiver_id, awaits_claim, handler_id,
  department_id, accountable_id, is_collective, next_due_at, next_due_kind, cycle_number, version, changed_at,
  grade_reasons, grade_overruled, abnormal, signed)
SELECT
  'S' || lpad(i::text, 12, '0'), e.id, r.at, r.at, '',
  (ARRAY['walk_in','phone','phone','wechat','hotline'])[1 + i %% 5],
  CASE WHEN i %% %(open)s = 0 THEN (ARRAY['recorded','classified','acting','acting','handled','replied'])[1 + (i / %(open)s) %% 6]
       ELSE 'closed' END,
  CASE WHEN i %% %(open)s = 0 THEN '' ELSE 'resolved' END,
  CASE WHEN i %% %(open)s = 0 THEN NULL ELSE r.at + r.took END,
  s.severity, CASE WHEN i %% 40 = 2 THEN 'important' ELSE 'general' END, 'valid', '', u.id, u.building_id, '',
  (%(words)s::text[])[1 + i %% 10] || '，' || u.name || '，单号' || i, 1, c.id, 'problem', 'improve', '',
  false, false, false, false, false, false, false, false, false, false, i %% 97 = 0, 'ours', '', '',
  p.desk, false, p.handler, p.department, p.head, false,
  CASE WHEN i %% %(open)s = 0 THEN r.at + s.days END,
  CASE WHEN i %% %(open)s = 0 THEN 'resolve' ELSE '' END, 1, 4,
  r.at + CASE WHEN i %% %(open)s = 0 THEN interval '0' ELSE r.took END, '{}', '{}', '', 0
FROM generate_series(1, %(n)s) AS g(i)
CROSS JOIN LATERAL (SELECT CASE WHEN i %% %(open)s = 0
    THEN %(now)s::timestamptz - ((i %% 5000) || ' minutes')::interval
    ELSE %(now)s::timestamptz - interval '9 days' - ((i::bigint * 7919) %% %(minutes)s || ' minutes')::interval END AS at,
    CASE WHEN i %% 200 = 7 THEN interval '200 hours' ELSE ((360 + (i::bigint * 7907) %% 5400) || ' minutes')::interval END AS took) r
CROSS JOIN LATERAL (SELECT (ARRAY['minor','minor','important','major'])[1 + i %% 4] AS severity,
    (ARRAY['1 day','1 day','3 days','10 days'])[1 + i %% 4]::interval AS days) s
JOIN bench_people p ON p.n = i %% %(estates)s
JOIN staff_estate e ON e.id = p.estate
JOIN bench_units u ON u.estate_id = e.id AND u.n = (i / %(estates)s) %% p.units
JOIN bench_categories c ON c.n = i %% (SELECT count(*) FROM bench_categories)
"""
REST = (
    """INSERT INTO complaints_complainant (complaint_id, name, name_key, phone, last4, capacity, language, no_texts, representative)
       SELECT id, '业主' || id %% 5000, '业主' || id %% 5000, '138' || lpad((id %% 100000000)::text, 8, '0'), lpad((id %% 10000)::text, 4, '0'),
              'owner_occupier', 'zh-hans', false, '' FROM complaints_complaint""",
    """INSERT INTO complaints_cycle (complaint_id, number, started_at, why, handled_at, handled_by_id, result,
              evidence, replied_at, replied_by_id, reply_method, reply, accepted, ended_at, department_opinion)
       SELECT id, 1, received_at, 'received', received_at + (closed_at - received_at) * 0.4,
              handler_id, CASE WHEN outcome <> '' THEN '已修复' ELSE '' END, '', received_at + (closed_at - received_at) * 0.5,
              first_receiver_id, CASE WHEN outcome <> '' THEN 'phone' ELSE '' END,
              CASE WHEN outcome <> '' THEN '已处理完毕，感谢您的信任。' ELSE '' END, NULL, closed_at, ''
       FROM complaints_complaint""",
    """INSERT INTO complaints_clock (complaint_id, cycle_id, kind, policy_id, severity, first_severity, "limit", started_at, first_due_at,
              due_at, revision, extended, stopped_at, breached_at)
       SELECT c.id, y.id, k.kind, %(policy)s, c.severity, '', k.amount, t.started, t.due, t.due, 1, false, t.stopped,
              CASE WHEN t.stopped > t.due THEN t.due END
       FROM complaints_complaint c JOIN complaints_cycle y ON y.complaint_id = c.id
       CROSS JOIN (VALUES ('deliver', '30 service minutes', interval '30 minutes'),
                          ('resolve', '3 days', interval '3 days'),
                          ('revisit', '3 days', interval '3 days')) AS k(kind, amount, long)
       CROSS JOIN LATERAL (SELECT CASE k.kind WHEN 'revisit' THEN y.replied_at ELSE c.received_at END AS started,
              CASE k.kind WHEN 'revisit' THEN y.replied_at ELSE c.received_at END + k.long AS due,
              CASE k.kind WHEN 'deliver' THEN c.received_at + interval '20 minutes' WHEN 'resolve' THEN y.handled_at
              ELSE c.closed_at END AS stopped) t
       WHERE k.kind <> 'revisit' OR c.outcome <> ''""",
    """INSERT INTO complaints_revisit (cycle_id, at, by_id, method, exception, satisfaction, remarks)
       SELECT y.id, c.closed_at, c.accountable_id, 'phone', '', 3 + c.id %% 3, ''
       FROM complaints_cycle y JOIN complaints_complaint c ON c.id = y.complaint_id WHERE c.outcome <> ''""",
)
#: What the sweep and the pages of a case read, and no figure.
BESIDE = (
    """INSERT INTO complaints_deadline (clock_id, revision, level, due_at, state, fired_at)
       SELECT k.id, 1, l.level, k.due_at + l.after, CASE WHEN k.stopped_at IS NULL AND k.due_at + l.after > %(now)s THEN 'pending'
              WHEN k.stopped_at IS NULL THEN 'fired' ELSE 'cancelled' END,
              CASE WHEN k.stopped_at IS NULL AND k.due_at + l.after <= %(now)s THEN k.due_at + l.after END
       FROM complaints_clock k CROSS JOIN (VALUES ('warning', interval '-18 hours'), ('over', interval '0'),
              ('day_over', interval '1 day')) AS l(level, after)""",
    """INSERT INTO complaints_event (complaint_id, at, recorded_at, actor_id, by_customer, kind, params, note, owner_sees)
       SELECT c.id, c.received_at + v.after, c.received_at + v.after, c.first_receiver_id, false, v.kind,
              v.params::jsonb || jsonb_build_object('category', c.category_id, 'person',
              CASE v.kind WHEN 'registered' THEN c.first_receiver_id ELSE c.handler_id END), v.note, v.seen
       FROM complaints_complaint c CROSS JOIN (VALUES
         (interval '0', 'registered', '{"channel": "phone"}', '', true),
         (interval '1 minute', 'recorded', '{}', '', false),
         (interval '20 minutes', 'classified', '{"severity": "minor"}', '', false),
         (interval '20 minutes', 'delivered', '{}', '', true),
         (interval '2 hours', 'accepted', '{}', '', true),
         (interval '20 hours', 'acted', '{}', '上门查看并维修', true)) AS v(after, kind, params, note, seen)""",
)


def company(now: datetime, dice: Any) -> None:
    """Twenty estates with homes and the people a case needs."""
    admin = office.add_user(username="bench-admin", name="管理员")
    first_words(by=admin)
    since = now - timedelta(days=500)
    manager = office.add_user(username="manager", name="总经理")
    office.post(manager, Role.GENERAL_MANAGER, at=since)
    for number in range(ESTATES):
        estate = office.open_estate(code=f"E{number:02}", name=f"第{number}小区", service_phone="0", by=admin)
        departments = {}
        for login, role, key, names in PEOPLE:
            scope: dict[str, Any] = {"estate": estate}
            if key:
                if key not in departments:
                    departments[key] = office.add_department(estate, name=key, by=admin)
                scope = {"department": departments[key]}
            person = office.add_user(
                username=f"{login}.{number}", name=names[0], email=f"{login}.{number}@bench.invalid"
            )
            office.post(person, role, at=since, **scope)
        homes(estate, 4, 2, 11, 4, by=admin, at=since, dice=dice)


def cases(n: int, now: datetime, *, days: int = 410, for_figures: bool = False) -> None:
    """n cases with complainants, cycles, clocks, levels, events and revisits; the timers have just run.

    They came in so many days and took between 6 and 96 hours, one in 200 longer than it might. `for_figures`:
    without levels and events, which are two thirds of the rows.
    """
    SweepMark.objects.bulk_create(SweepMark(job=job, last_ok=now) for job in ("sweep", "send", *JOBS))
    values = {
        "n": n, "now": now, "open": OPEN_SHARE, "estates": ESTATES, "words": list(WORDS),
        "minutes": days * 24 * 60, "policy": current_policy().pk,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        connection.connection.wait.seconds = 3600  # what it takes to write a million cases in one statement
        cursor.execute(
            "CREATE TEMP TABLE bench_units AS SELECT id, estate_id, building_id, name,"
            " row_number() OVER (PARTITION BY estate_id ORDER BY id) - 1 AS n FROM owners_unit WHERE building_id IS NOT NULL"
        )
        cursor.execute(
            "CREATE TEMP TABLE bench_categories AS SELECT id, row_number() OVER (ORDER BY id) - 1 AS n"
            " FROM complaints_category WHERE parent_id IS NOT NULL"
        )
        cursor.execute(
            "CREATE TEMP TABLE bench_people (n int, estate bigint, units int, desk bigint, handler bigint, head bigint, department bigint)"
        )
        for number, estate in enumerate(Estate.objects.order_by("pk")):
            user = {u.username.split(".")[0]: u for u in User.objects.filter(username__endswith=f".{number}")}
            department = user["gongcheng"].postings.get().department_id
            units = Unit.objects.filter(estate=estate, building__isnull=False).count()
            row = [
                number,
                estate.pk,
                units,
                user["qiantai"].pk,
                user["gongcheng"].pk,
                user["gczg"].pk,
                department,
            ]
            cursor.execute("INSERT INTO bench_people VALUES (%s, %s, %s, %s, %s, %s, %s)", row)
        cursor.execute("ANALYZE bench_units")
        cursor.execute(CASES, values)
        for statement in REST if for_figures else (*REST, *BESIDE):
            cursor.execute(statement, values)
        _number(cursor, n)
        # Each with a version: a past month is told by what its cases were then.
        written = now - timedelta(days=3 * 365)
        cursor.execute(first_version(Complaint).format(source="complaints_complaint"), [written, None])
        cursor.execute("ANALYZE")


def _number(cursor: Any, n: int) -> None:
    """True numbers for the newest thousand of the first estate, so that a search can type one."""
    cursor.execute(
        "SELECT id, row_number() OVER (ORDER BY id) FROM complaints_complaint"
        " WHERE estate_id = (SELECT min(id) FROM staff_estate) ORDER BY id DESC LIMIT 1000"
    )
    rows = [(compose("E00", 2026, serial), pk) for pk, serial in cursor.fetchall()]
    cursor.executemany("UPDATE complaints_complaint SET number = %s WHERE id = %s", rows)
    cursor.execute(
        "INSERT INTO complaints_numberseries (estate_id, year, last) SELECT id, extract(year from now()), %s FROM staff_estate"
        " ON CONFLICT DO NOTHING",
        [n],
    )


def overdue(many: int, now: datetime) -> int:
    """Make `many` pending levels due: the sweep's load."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE complaints_clock SET stopped_at = NULL WHERE id IN (SELECT id FROM complaints_clock WHERE kind = 'resolve' ORDER BY id LIMIT %s)",
            [many],
        )
        cursor.execute(
            "UPDATE complaints_deadline SET state = 'pending', fired_at = NULL, due_at = %s WHERE level = 'over' AND clock_id IN"
            " (SELECT id FROM complaints_clock WHERE kind = 'resolve' ORDER BY id LIMIT %s)",
            [now - timedelta(minutes=1), many],
        )
        return cursor.rowcount
