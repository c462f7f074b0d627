"""Somebody at the API."""

from __future__ import annotations

from rest_framework.test import APIClient


def client_of(user) -> APIClient:
    client = APIClient(headers={"accept-language": "en"})
    client.force_authenticate(user)
    return client


def intake(category, **said):
    return {
        "content": "电梯停运三天", "name": "熊霞", "phone": "13494795057", "capacity": "owner_occupier",
        "where": "2-1-302",
        "category": category.code, "recorded": True, "channel": "phone",
    } | said  # fmt: skip


def take(client, category, key="k1", estate="JX", **said):
    return client.post(
        f"/api/v1/cases/?estate={estate}",
        intake(category, **said),
        format="json",
        headers={"idempotency-key": key},
    )
