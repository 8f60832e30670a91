"""A visitor's network is the connection's, or what the nearest proxies that are ours say."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask, request

from vlms.app import create_app
from vlms.settings import read_settings
from vlms.web.access import public


@public
def whence() -> str:
    return request.remote_addr or ""


def behind(proxies: int, folder: Path) -> Flask:
    settings = read_settings({"VLMS_INSTANCE": str(folder), "VLMS_PROXIES": str(proxies)})
    app = create_app(replace(settings, testing=True))
    app.add_url_rule("/whence", view_func=whence)
    return app


@pytest.mark.parametrize(
    ("proxies", "told", "known"),
    [
        (0, "203.0.113.9", "127.0.0.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "198.51.100.1, 203.0.113.9", "203.0.113.9"),
        (2, "198.51.100.1, 203.0.113.9", "198.51.100.1"),
        (1, None, "127.0.0.1"),
    ],
)
def test_only_our_own_proxies_say_whence_somebody_comes(
    elsewhere: Path, proxies: int, told: str | None, known: str
) -> None:
    headers = {} if told is None else {"X-Forwarded-For": told}
    answer = behind(proxies, elsewhere).test_client().get("/whence", headers=headers)
    assert answer.get_data(as_text=True) == known


def test_no_proxy_makes_another_host_or_scheme(elsewhere: Path) -> None:
    headers = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"}
    app = behind(1, elsewhere)
    app.add_url_rule("/root", view_func=root)
    assert app.test_client().get("/root", headers=headers).get_data(as_text=True) == (
        "http://localhost/"
    )


@public
def root() -> str:
    return request.url_root
