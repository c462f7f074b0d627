"""The shipped proxy, docs/nginx.conf, as a real nginx; only names, paths and ports are replaced."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config.supervise import BASE_DIR
from tests.servers import serving

SAMPLE = "complaints.example.com"
MAIN = """
pid {folder}/nginx.pid;
error_log {folder}/error.log error;
daemon off;
events {{}}
http {{
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    include {folder}/shouwen.conf;
}}
"""


def site(folder: Path, *, web: int, http: int, https: int, name: str, public: str) -> str:
    """The sample as a company fills it in; each replacement must find something.

    `name` is what callers ask for, `public` the host of BASE_URL: with its port where it has one.
    """
    text = (BASE_DIR / "docs/nginx.conf").read_text()
    for said, ours in (
        (r"127\.0\.0\.1:8000", f"127.0.0.1:{web}"),
        (r"listen 80\b", f"listen 127.0.0.1:{http}"),
        (r"listen 443\b", f"listen 127.0.0.1:{https}"),
        (r"/etc/ssl/shouwen", str(folder)),
        (r"/var/log/nginx", str(folder)),
        (rf"server_name {re.escape(SAMPLE)}", f"server_name {name}"),
        (rf"(https://|Host +){re.escape(SAMPLE)}", rf"\g<1>{public}"),
    ):
        text, times = re.subn(said, ours, text)
        assert times, said
    return text


@contextmanager
def proxy(folder: Path, *, web: int, http: int, https: int, name: str, public: str = "") -> Iterator[None]:
    """nginx with a certificate of its own (`fullchain.pem`) and its logs in `folder`."""
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"),
            *("-nodes", "-days", "2", "-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}"),
            *("-keyout", str(folder / "privkey.pem"), "-out", str(folder / "fullchain.pem")),
        ],
        check=True,
        capture_output=True,
    )
    conf = site(folder, web=web, http=http, https=https, name=name, public=public or name)
    (folder / "shouwen.conf").write_text(conf)
    (folder / "nginx.conf").write_text(MAIN.format(folder=folder))
    nginx = shutil.which("nginx") or "/usr/sbin/nginx"  # not on everybody's path
    command = [nginx, "-e", str(folder / "error.log"), "-c", str(folder / "nginx.conf"), "-p", str(folder)]
    with serving("nginx", command, https):
        yield
