"""Breaks modules one mistake at a time and counts the mistakes no test notices. Started by bin/mutants.

Works in a copy of the tree. What was tried stays in var/mutants/<module>.sqlite, so a run that was stopped
goes on where it was, until the module or its tests change (--again forgets it at once).
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator
from contextlib import chdir, contextmanager
from pathlib import Path

from cosmic_ray.commands.init import init
from cosmic_ray.mutating import mutate_and_test
from cosmic_ray.work_db import WorkDB, use_db
from cosmic_ray.work_item import WorkItem, WorkResult

from tests.mutants.operators import counts, idle_in

ROOT = Path(__file__).resolve().parent.parent.parent
KEPT = ROOT / "var" / "mutants"


def asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bin/mutants", description=__doc__)
    parser.add_argument("modules", nargs="*", help="files as config/mutants.toml names them; none: all")
    parser.add_argument(
        "--sample", type=int, default=0, help="so many mistakes of each module, drawn by the seed"
    )
    parser.add_argument("--seed", type=int, default=random.randrange(10_000))
    parser.add_argument("--minutes", type=float, default=60, help="stop after this time (default 60)")
    parser.add_argument(
        "--pure",
        action="store_true",
        help="only the tests that need neither database nor fixtures of ours: quick",
    )
    parser.add_argument("--again", action="store_true", help="forget what was tried before")
    return parser.parse_args()


@contextmanager
def a_copy_of_the_tree() -> Iterator[Path]:
    """Where mistakes do no harm: what git knows or would add."""
    names = (
        subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT,
            capture_output=True,
            check=True,
        )
        .stdout.decode()
        .split("\0")
    )
    with tempfile.TemporaryDirectory(prefix="mutants") as folder:
        for name in filter(None, names):
            if (ROOT / name).exists():
                (Path(folder) / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, Path(folder) / name)
        with chdir(folder):
            yield Path(folder)


@contextmanager
def processes(copy: Path, modules: list[str], tests: list[str], pure: bool) -> Iterator[dict[str, float]]:
    """The two that ask.py asks: one has the tests collected, one has loaded the libraries alone.

    Gives the seconds each test took without a mistake.
    """
    python = str(ROOT / ".venv" / "bin" / "python")
    schema = "".join(path.read_text() for path in sorted(copy.glob("*/migrations/*.py")))
    ready = str(KEPT / f"ready.{hashlib.sha256(schema.encode()).hexdigest()[:12]}.sqlite3")
    started = []

    def start(name: str, *arguments: str) -> None:
        command = [python, "-m", f"tests.mutants.{name}", *arguments]
        started.append(
            subprocess.Popen(command, cwd=copy, env=os.environ | {"SHOUWEN_READY_DATABASE": ready})
        )
        while not (copy / f"{name}.socket").exists():
            if started[-1].poll() is not None:
                raise SystemExit(f"The process {name} did not start.\n{said(copy)}")
            time.sleep(0.2)

    try:
        start("warm", str(copy / "warm.socket"), ready)
        print("Collecting the tests; unless kept, they run once to learn what each comes by.", flush=True)
        kind = "pure" if pure else "all"
        learned = KEPT / f"learned.{kind}.{version_of(copy)}.json"
        start("collected", str(learned), kind, json.dumps([modules, tests]))
        _comers, seconds, failed = json.loads(learned.read_text())
        for test in failed:
            print(f"{test} fails without any mistake: it is not asked.", flush=True)
        yield seconds
    finally:
        for process in started:
            process.kill()
            process.wait()


def version_of(copy: Path) -> str:
    """Changes with any file that a test may read."""
    files = (path for path in copy.rglob("*") if path.suffix in (".py", ".html", ".po", ".txt", ".toml"))
    content = (f"{path.relative_to(copy)}\n".encode() + path.read_bytes() for path in sorted(files))
    return hashlib.sha256(b"".join(content)).hexdigest()[:12]


def said(copy: Path) -> str:
    out = copy / "collected.out"
    return out.read_text(errors="replace")[-3000:] if out.exists() else ""


def drawn(db: WorkDB, module: str, sample: int, seed: int) -> list[WorkItem]:
    idle = idle_in(Path(module))
    items = [item for item in db.work_items if counts(item.mutations[0], idle)]
    items.sort(
        key=lambda i: (i.mutations[0].start_pos, i.mutations[0].operator_name, i.mutations[0].occurrence)
    )
    chosen = random.Random(seed)
    return chosen.sample(items, min(sample, len(items))) if sample else items


def changed(result: WorkResult) -> list[str]:
    """The lines that differ, as a diff has them."""
    lines = (result.diff or "").splitlines()
    return [line for line in lines if line[:1] in "+-" and line[:3] not in ("+++", "---")]


def try_module(
    module: str, tests: list[str], told: argparse.Namespace, patience: float, end: float
) -> tuple[int, int]:
    """(killed, tried) of one module; prints the mistakes that nobody noticed. `patience` in seconds."""
    asked = json.dumps({"module": module, "tests": tests, "pure": told.pure})
    command = shlex.join([sys.executable, "-I", "-S", "tests/mutants/ask.py", ".", asked])
    content = "".join([*(Path(name).read_text() for name in [module, *tests]), "--pure" * told.pure])
    version = hashlib.sha256(content.encode()).hexdigest()[:12]
    kept = KEPT / f"{module.removesuffix('.py').replace('/', '.')}.{version}.sqlite"
    if told.again:
        kept.unlink(missing_ok=True)
    with use_db(kept) as db:
        if not db.num_work_items:
            init([Path(module)], db, {})
        items = drawn(db, module, told.sample, told.seed)
        before = dict(db.results)
        killed = tried = 0
        survivors = []
        for item in items:
            result = before.get(item.job_id)
            if result is None:
                if time.monotonic() > end:
                    break
                result = mutate_and_test(item.mutations, command, patience)
                db.set_result(item.job_id, result)
            tried += 1
            killed += result.is_killed
            if not result.is_killed:
                survivors.append((item.mutations[0], result))
                print(
                    f"  {module}:{item.mutations[0].start_pos[0]}", *changed(result), sep="\n    ", flush=True
                )
    share = f"{killed / tried:.0%}" if tried else "–"
    left = f", {len(items) - tried} of them not tried for want of time" if tried < len(items) else ""
    print(f"{module}: {killed} of {tried} noticed ({share}); {len(items)} drawn{left}", flush=True)
    return killed, tried


def main() -> None:
    told = asked()
    config = tomllib.loads((ROOT / "config" / "mutants.toml").read_text())["tests"]
    unknown = set(told.modules) - set(config)
    if unknown:
        raise SystemExit(f"config/mutants.toml does not know {', '.join(sorted(unknown))}")
    KEPT.mkdir(parents=True, exist_ok=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))  # so that the processes end too
    end = time.monotonic() + told.minutes * 60
    print(f"seed {told.seed}", flush=True)
    sums = [0, 0]
    chosen = {name: [f"tests/test_{test}.py" for test in config[name]] for name in told.modules or config}
    tests = sorted({name for names in chosen.values() for name in names})
    with a_copy_of_the_tree() as copy, processes(copy, list(config), tests, told.pure) as seconds:
        for module, own in chosen.items():
            took = sum(each for test, each in seconds.items() if test.split("::")[0] in own)
            killed, tried = try_module(module, own, told, 60 + 6 * took, end)
            sums = [sums[0] + killed, sums[1] + tried]
    print(f"{sums[0]} of {sums[1]} noticed")


if __name__ == "__main__":
    main()
