"""What the log is told of an error."""

from __future__ import annotations

import pytest

from vlms.core.errors import frames_of

SECRET = "lin@" + "contoso.example"


def _broken() -> None:
    try:
        raise KeyError(SECRET)
    except KeyError as error:
        raise ValueError(SECRET) from error


def test_the_log_learns_where_an_error_came_from_but_not_what_it_said() -> None:
    with pytest.raises(ValueError, match=SECRET) as caught:
        _broken()
    told = frames_of(caught.value)
    assert told.count("in _broken") == 2
    assert "from KeyError" in told
    assert SECRET not in told
