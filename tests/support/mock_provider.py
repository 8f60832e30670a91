"""oidc-provider-mock as a program of its own on 127.0.0.1: a provider that others have written.

It goes by the machine's clock, so a test that uses it sets its own to that.
"""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlencode, urlsplit

_SECONDS, _PAUSE = 30, 0.1


@contextmanager
def mock_provider(subject: str, email: str) -> Iterator[str]:
    """One that knows this person; gives its issuer."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    claims = {"sub": subject, "email": email, "email_verified": True}
    words = ("-m", "oidc_provider_mock", "--port", str(port), "--user-claims", json.dumps(claims))
    program = subprocess.Popen(
        [sys.executable, *words],
        env={**os.environ, "NO_COLOR": "1"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait(program, port)
        yield f"http://127.0.0.1:{port}"
    finally:
        program.terminate()
        program.wait(_SECONDS)


def authorize(address: str, subject: str, *, denies: bool = False) -> str:
    """Press the button of its page, as a browser would; the address that it leads back to."""
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=_SECONDS)
    body = urlencode({"action": "deny"} if denies else {"sub": subject})
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", f"{parts.path}?{parts.query}", body, kind)
    with connection.getresponse() as answered:
        back = answered.getheader("Location") or ""
    connection.close()
    assert back, answered.status
    return back


def _wait(program: subprocess.Popen[bytes], port: int) -> None:
    for _time in range(int(_SECONDS / _PAUSE)):
        assert program.poll() is None, "the mock did not start"
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            threading.Event().wait(_PAUSE)
        else:
            return
    raise AssertionError("the mock does not answer")
