"""What stands on the console of bin/run: log-ins that can be found again, and e-mails a line each."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.management import call_command

from complaints.management.demo import company
from staff import actions as office
from staff.roles import Role


def test_an_e_mail_is_one_line_with_its_link(capsys):
    mail = EmailMultiAlternatives(
        "延期待审批",
        "“处理完毕”延期待审批。\n\nhttp://127.0.0.1:8000/approvals/7/\n",
        to=["jingli@demo.invalid"],
        connection=get_connection("config.console.Lines"),
    )
    mail.attach_alternative("<p>延期</p>", "text/html")
    assert mail.send() == 1
    said = capsys.readouterr().out
    assert said == "E-mail to jingli@demo.invalid: 延期待审批 http://127.0.0.1:8000/approvals/7/\n"


@pytest.mark.django_db
def test_the_log_ins_are_printed_again_with_what_each_is_for_as_the_readme_has_them(capsys):
    office.add_user(username="qiantai.jx", name="李敏")
    call_command("demo", "--logins")
    said, readme = capsys.readouterr().out, Path("README.md").read_text()
    named = {role for _login, role, _purpose in company.logins()}
    assert named == set(Role) - {Role.STEWARD}
    for login, _role, purpose in company.logins():
        assert login in said and purpose in said and f"`{login}`" in readme
    assert company.password() in said and "manage.py demo --logins" in readme
