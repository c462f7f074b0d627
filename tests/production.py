"""An installation as docs/production.md describes it: production settings, an empty PostgreSQL, a Redis, a
mail server, and nginx with TLS in front. Everything is a real program on a free port of this machine.
"""

from __future__ import annotations

import os
import pty
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.mailbox import Mailbox, mailbox
from tests.proxy import proxy
from tests.servers import free_port, postgresql, redis

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 400  # seconds; on a busy machine a start compresses static files for a while


@dataclass
class Installation:
    """Its address, its environment, its console so far and the mails it has sent."""

    url: str
    env: dict[str, str]
    console: Path
    post_office: Mailbox
    supervisor: subprocess.Popen[bytes]

    def said(self) -> str:
        return self.console.read_text(errors="replace")

    def on_a_terminal(self, command: list[str], answers: list[tuple[str, str]]) -> str:
        """Type each answer once its question stands there; all that the terminal has shown."""
        master, slave = pty.openpty()
        process = subprocess.Popen(
            command, cwd=ROOT, env=self.env, stdin=slave, stdout=slave, stderr=slave, start_new_session=True
        )
        os.close(slave)
        shown, answered, waiting = b"", 0, list(answers)
        end = time.monotonic() + 60
        try:
            while time.monotonic() < end:
                if select.select([master], [], [], 0.2)[0]:
                    try:
                        shown += os.read(master, 4096)
                    except OSError:  # the other end is closed
                        break
                if waiting and waiting[0][0].encode() in shown[answered:]:
                    answered = len(shown)
                    os.write(master, waiting.pop(0)[1].encode() + b"\n")
            ended = process.poll() is not None or process.wait(5) is not None
        except subprocess.TimeoutExpired:
            ended = False
        finally:
            process.kill()
            process.wait()
            os.close(master)
        text = shown.decode(errors="replace")
        assert ended and process.returncode == 0 and not waiting, text
        return text


@contextmanager
def installation() -> Iterator[Installation]:
    """Started as the guide says, with nobody in it yet."""
    folder = Path(tempfile.mkdtemp(prefix="shouwen-production-"))
    folder.chmod(0o711)  # PostgreSQL's own user has to pass through
    port, tls = free_port(), free_port()
    with ExitStack() as running:
        running.callback(shutil.rmtree, folder, ignore_errors=True)
        post_office = running.enter_context(mailbox())
        database = running.enter_context(postgresql(folder))
        queue = running.enter_context(redis(folder))
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("SHOUWEN_", "DJANGO_"))}
        env = clean | {
            "SHOUWEN_MODE": "production", "SHOUWEN_DEMO": "False", "SHOUWEN_VAR": str(folder / "var"),
            "SECRET_KEY": "of-the-test-alone-" * 4, "BASE_URL": f"https://localhost:{tls}",
            "DATABASE_URL": database, "REDIS_URL": queue, "EMAIL_URL": post_office.url,
            "DEFAULT_FROM_EMAIL": "shouwen@example.com", "MEDIA_ROOT": str(folder / "media"),
            "PORT": str(port), "TRUSTED_PROXIES": "1", "SECURE_SSL_REDIRECT": "False",
            "WEB_CONCURRENCY": "1", "WORKER_CONCURRENCY": "1",
        }  # fmt: skip
        running.enter_context(
            proxy(folder, web=port, http=free_port(), https=tls, name="localhost", public=f"localhost:{tls}")
        )
        console = folder / "console"
        supervisor = running.enter_context(_supervisor(env, console))
        found = Installation(env["BASE_URL"], env, console, post_office, supervisor)
        end = time.monotonic() + PATIENCE
        while "Shouwen is ready" not in found.said():
            assert supervisor.poll() is None and time.monotonic() < end, found.said()
            time.sleep(0.2)
        yield found


@contextmanager
def _supervisor(env: dict[str, str], console: Path) -> Iterator[subprocess.Popen[bytes]]:
    with console.open("w") as out:
        command = [sys.executable, "config/supervise.py"]  # what bin/run starts once all is installed
        process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=out, stderr=out)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(40)
        except subprocess.TimeoutExpired:
            process.kill()  # its children end with it
            process.wait()
