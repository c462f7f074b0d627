"""One exchange with a gateway ends in time, whatever its network does."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from threading import Event

import pytest

from complaints.channels import web
from tests import gateways
from tests.gateways import Gateway, gateway


@pytest.fixture
def outside(monkeypatch) -> Iterator[Gateway]:
    monkeypatch.setattr(web, "TIMEOUT", 1.0)
    with gateway() as server:
        yield server


@pytest.fixture
def look_up(monkeypatch):
    """Names take their time; tells when one was found."""
    found, real = Event(), socket.getaddrinfo

    def take(seconds: float) -> Event:
        def slowly(*asked, **how):
            time.sleep(seconds)
            try:
                return real(*asked, **how)
            finally:
                found.set()

        monkeypatch.setattr(socket, "getaddrinfo", slowly)
        return found

    return take


def lasts(outside: Gateway) -> float:
    """Seconds until an exchange was given up."""
    began = time.monotonic()
    with pytest.raises(OSError):
        web.exchange(outside.url, {})
    return time.monotonic() - began


@pytest.mark.parametrize("how", [gateways.dribble, gateways.dribble_words])
def test_a_gateway_that_dribbles_is_cut_off(how, outside):
    outside.script.append(how)
    assert lasts(outside) < 3


def test_a_name_that_is_looked_up_too_long_is_left_behind_and_nothing_is_sent_later(outside, look_up):
    found = look_up(2)
    assert lasts(outside) < 1.8
    assert found.wait(5)
    time.sleep(0.2)
    assert outside.asked == []


def test_the_time_to_connect_counts_into_the_whole(outside, look_up):
    look_up(0.8)
    outside.script.append(gateways.dribble)
    assert lasts(outside) < 1.6
