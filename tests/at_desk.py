"""李敏 at the front desk: what the tests of the desk share."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.pictures import picture


@pytest.fixture
def desk(client, office_of_jinxiu, engineering, categories, xiongxia, settings):
    """李敏 at her desk: `desk(...)` sends the form with what she typed."""
    settings.LANGUAGE_CODE = "en"
    client.force_login(office_of_jinxiu.limin)
    client.cookies["django_language"] = "en"

    def send(to: str = "desk", *args, **typed):
        said = {
            "key": "k1", "what": "complaint", "channel": "walk_in", "name": "熊霞", "phone": "13494795057",
            "capacity": "owner_occupier", "where": "2-1-302", "content": "卫生间天花板又漏水了。",
            "language": "zh-hans",
        }  # fmt: skip
        url = to if to.startswith("/") else reverse(to, args=args)
        return client.post(url, {k: v for k, v in (said | typed).items() if v is not None})

    return send


def errors(answer) -> dict[str, list[str]]:
    return {name: list(sentences) for name, sentences in answer.context["form"].errors.items()}


def photo(name: str = "漏水.jpg", data: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data or picture())
