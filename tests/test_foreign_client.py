"""A client that another's tool makes from the schema does a case's whole life, by public answers alone."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command
from rest_framework.authtoken.models import Token

from complaints.models import Complaint
from tests.case_pages import photo
from tests.cast import OPINION

PACKAGE = "client_of_strangers"


@pytest.fixture(scope="session")
def schema(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("schema") / "schema.yml"
    call_command("spectacular", "--validate", "--fail-on-warn", file=str(path))
    return path


def test_the_schema_is_right_by_its_own_rules(schema: Path) -> None:
    assert "openapi: 3." in schema.read_text()


@pytest.fixture(scope="session")
def client_made(schema: Path, tmp_path_factory) -> str:
    """The package, generated and importable."""
    folder = tmp_path_factory.mktemp("made")
    settings = folder / "config.json"
    settings.write_text(json.dumps({"package_name_override": PACKAGE, "post_hooks": []}))
    tool = Path(sys.executable).with_name("openapi-python-client")
    done = subprocess.run(
        [
            tool, "generate", "--path", schema, "--output-path", folder / "out", "--config", settings,
            "--fail-on-warning",
        ],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    sys.path.insert(0, str(folder / "out"))
    return PACKAGE


@pytest.fixture
def made(client_made: str) -> Callable[[str], ModuleType]:
    return lambda name: importlib.import_module(f"{client_made}.{name}")


@pytest.fixture
def as_(made, live_server, transactional_db) -> Callable[..., Any]:
    """Call one operation as a person, by his token; the parsed answer, which must have this status."""

    def call(user: Any, operation: str, *args: Any, status: int = 200, **said: Any) -> Any:
        client = made("client").AuthenticatedClient(
            base_url=live_server.url, token=Token.objects.get_or_create(user=user)[0].key, prefix="Token",
            headers={"Accept-Language": "en"},
        )  # fmt: skip
        with client:
            answer = made(f"api.{operation}").sync_detailed(*args, client=client, **said)
        assert answer.status_code == status, answer.content.decode()
        return answer.parsed

    return call


@pytest.fixture
def office(office_of_jinxiu, engineering, categories, home) -> SimpleNamespace:
    return office_of_jinxiu


def test_a_case_goes_from_intake_to_its_end_by_public_answers_alone(as_, made, office) -> None:
    models = made("models")
    me = as_(office.limin, "me.me")
    [estate] = [code for code in me.roles.to_dict() if code != "*"]
    [unit] = as_(office.limin, "units.units_list", estate=estate, q="2-1-302").results
    category = next(
        row for row in as_(office.limin, "categories.categories_list").results if row.en == "Lifts"
    )
    image = made("types").File(payload=photo().file, file_name="lift.jpg", mime_type="image/jpeg")
    intake = models.IntakeWithFiles(
        content="电梯停运三天", name="熊霞", phone="13494795057", capacity=models.CapacityEnum.OWNER_OCCUPIER,
        where=unit.code, category=category.code, recorded=True, channel=models.ChannelEnum.PHONE,
        files=[image],
    )  # fmt: skip
    sent = {"body": intake, "estate": estate, "idempotency_key": "a1"}
    case = as_(office.limin, "cases.cases_create", status=201, **sent)
    again = as_(office.limin, "cases.cases_create", status=201, **sent)
    assert (again.number, [file.name for file in case.files]) == (case.number, ["lift.jpg"])
    assert (case.status.value, case.severity, case.category) == ("recorded", None, category.code)

    def do(user: Any, verb: str, **said: Any) -> Any:
        shown = as_(user, "cases.cases_read", case.number)
        assert verb in {move.value for move in shown.moves}, verb
        name = "".join(part.title() for part in verb.split("_"))
        done = as_(user, f"cases.cases_{verb}", case.number, body=getattr(models, name)(**said))
        read = as_(user, "cases.cases_read", case.number)
        assert (read.status, read.version) == (done.status, done.version)
        return done

    people = as_(office.chenfang, "staff.staff_list", estate=estate).results
    handler = next(row for row in people if row.name == "王建军")
    done = do(
        office.chenfang, "classify", severity=models.SeverityEnum.IMPORTANT, category=category.code,
        handler=handler.username, handler_department=handler.department,
    )  # fmt: skip
    assert (done.status.value, done.handler) == ("classified", handler.username)
    assert done.next_due_kind is not None
    steps = [do(office.wanggong, "accept", note=OPINION).status.value]
    steps.append(do(office.wanggong, "handle", note="已修复", evidence="照片").status.value)
    method = models.ReplyMethodEnum.PHONE
    steps.append(do(office.limin, "reply", note="电梯已恢复运行。", method=method).status.value)
    by_phone = models.RevisitMethodEnum.PHONE
    end = do(office.chenfang, "revisit", satisfaction=models.SatisfactionEnum.VALUE_5, method=by_phone)
    steps.append(end.status.value)
    assert steps == ["acting", "handled", "replied", "closed"]
    assert (end.outcome.value, end.next_due_kind, end.closed_at is not None) == ("resolved", None, True)
    assert Complaint.objects.count() == 1


def test_an_error_reads_as_the_schema_says(as_, made, office, walk_in) -> None:
    case = walk_in()
    models = made("models")
    problem = as_(
        office.wanggong, "cases.cases_accept", case.number, body=models.Accept(note="好"), status=409
    )
    assert (problem.code.value, problem.status) == ("wrong_status", 409)
    missing = as_(office.limin, "cases.cases_read", "JX-2026-999999", status=404)
    assert missing.code.value == "not_found"
    facts = models.PatchedFacts if hasattr(models, "PatchedFacts") else models.Facts
    late = as_(
        office.limin, "cases.cases_edit", case.number, body=facts(content="新"), if_match='"99"', status=409
    )
    assert (late.code.value, late.version) == ("edit_conflict", case.version)


def test_an_order_that_is_known_is_chased_by_what_the_problem_says(as_, made, office, home) -> None:
    models = made("models")
    order = {
        "content": "电梯停运三天", "name": "熊霞", "capacity": models.CapacityEnum.OWNER_OCCUPIER,
        "channel": models.ChannelEnum.HOTLINE, "external_number": "GD2026-1",
    }  # fmt: skip

    def take(key: str, status: int, **more: Any) -> Any:
        body = models.Intake(**order, **more)
        return as_(
            office.limin, "cases.cases_create", status=status, body=body, estate="JX", idempotency_key=key
        )

    case = take("b1", 201)
    problem = take("b2", 409)
    [known] = problem.cases
    assert (problem.code.value, known.number, known.status.value) == ("known_order", case.number, "received")
    assert known.url.endswith(f"/api/v1/cases/{case.number}/")
    as_(office.limin, "cases.cases_chase", known.number, body=models.Chase(note="热线再催"))
    other = take("b2", 201, new_matter=True)
    assert other.number != case.number
