from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from vlms.orders.quote_answer import COLUMNS
from vlms.orders.quote_cli import quote

HEADER = ",".join(COLUMNS)
GOOD = "120.00,USD,10,2024-10-15,2024-07-01,2025-06-30,,,12"
OPTIONS = {
    "--unit-price": "120.00",
    "--currency": "USD",
    "--quantity": "10",
    "--ordered-on": "2024-10-15",
    "--term-start": "2024-07-01",
    "--term-end": "2025-06-30",
}


def ask(*flags: str, **changed: str | None) -> Result:
    """Run the command with OPTIONS, some changed (`quantity="0"`) or left out (None)."""
    options = {**OPTIONS, **{"--" + k.replace("_", "-"): v for k, v in changed.items()}}
    words = [word for name, value in options.items() if value is not None for word in (name, value)]
    return CliRunner().invoke(quote, [*words, *flags], catch_exceptions=False)


def answer(*flags: str, **changed: str | None) -> dict[str, Any]:
    result = ask("--json", *flags, **changed)
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def answers_of(content: bytes, tmp_path: Path) -> list[dict[str, Any]]:
    path = tmp_path / "cases.csv"
    path.write_bytes(content)
    result = CliRunner().invoke(quote, ["--file", str(path), "--json"], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_one_quote_is_one_object_with_its_trace() -> None:
    found = answer()
    assert found["months"] == 8
    assert found["unit_price"] == "120.00"
    assert found["quantity"] == 10
    assert found["amount"] == "800.00"
    assert (found["charge_start"], found["charge_end"]) == ("2024-10-15", "2025-06-30")
    assert (found["refused"], found["reason"]) == (None, None)
    assert found["formula"] == "120.00 × 10 × 8 / 12 = 800.00"
    assert found["valid_until"] == "2024-11-01"
    assert "half-up" in found["rounding"]


@pytest.mark.parametrize(
    ("currency", "amount"), [("USD", "800.00"), ("TWD", "800"), ("KWD", "800.000")]
)
def test_the_amount_has_the_currency_s_decimals(currency: str, amount: str) -> None:
    assert answer(currency=currency)["amount"] == amount


@pytest.mark.parametrize(
    ("flags", "changed", "refused", "months"),
    [
        ((), {"ordered_on": "2025-07-01"}, "O1", None),
        (("--twelve-months",), {}, "O2", None),
        ((), {"ordered_on": "2025-06-15"}, "P2", 0),
    ],
)
def test_a_refusal_is_an_answer(
    flags: tuple[str, ...], changed: dict[str, str], refused: str, months: int | None
) -> None:
    found = answer(*flags, **changed)
    assert (found["refused"], found["months"]) == (refused, months)
    assert found["reason"]
    assert found["way_out"]
    assert found["amount"] is None
    assert found.keys() == answer().keys()


def test_a_refusal_offers_the_next_period() -> None:
    found = answer(ordered_on="2025-01-10", anchor_end="2025-01-20")
    assert found["next_period"] == {"start": "2025-01-21", "end": "2025-06-30"}


def test_without_a_cap_more_than_twelve_months_are_counted() -> None:
    assert answer(term_end="2026-06-30", cap_months="0")["months"] == 20
    assert answer(term_end="2026-06-30", cap_months="12")["months"] == 12
    assert answer(term_end="2026-06-30")["months"] == 12


@pytest.mark.parametrize(
    ("changed", "field", "words"),
    [
        ({"quantity": "0"}, "quantity", "at least 1"),
        ({"quantity": "-3"}, "quantity", "at least 1"),
        ({"quantity": "1000000000"}, "quantity", "999,999"),
        ({"quantity": "9" * 5000}, "quantity", "cannot be read"),
        ({"quantity": "１０"}, "quantity", 'half-width characters: "10"'),
        ({"quantity": "١٠"}, "quantity", "half-width"),
        ({"quantity": "1e3"}, "quantity", "whole number"),
        ({"quantity": "10.5"}, "quantity", "whole number"),
        ({"quantity": ""}, "quantity", "missing"),
        ({"quantity": None}, "quantity", "--quantity"),
        ({"unit_price": "1.00001"}, "unit_price", "four decimals"),
        ({"unit_price": "-1"}, "unit_price", "negative"),
        ({"unit_price": "1,200"}, "unit_price", "without separators"),
        ({"unit_price": "１２０．００"}, "unit_price", '"120.00"'),
        ({"unit_price": "NaN"}, "unit_price", "cannot be read"),
        ({"unit_price": "1000000000"}, "unit_price", "too large"),
        ({"unit_price": "999999999", "quantity": "999999"}, "quantity", "15 digits"),
        ({"currency": "usd"}, "currency", "capitals"),
        ({"currency": "XYZ"}, "currency", "unknown"),
        ({"ordered_on": "2025-02-30"}, "ordered_on", "calendar"),
        ({"ordered_on": "20241015"}, "ordered_on", "2025-06-30"),
        ({"ordered_on": "2024-W42-2"}, "ordered_on", "cannot be read"),
        ({"ordered_on": "２０２４-10-15"}, "ordered_on", '"2024-10-15"'),
        ({"term_end": "2024-06-30"}, "term_end", "before its first day"),
        ({"anchor_end": "soon"}, "anchor_end", '"soon"'),
        ({"cap_months": "6"}, "cap_months", "12, or 0"),
        ({"currency": "U\udcff\x00"}, "currency", "\\udcff"),
    ],
)
def test_what_cannot_be_read_gets_a_sentence_and_exit_code_2(
    changed: dict[str, str | None], field: str, words: str
) -> None:
    result = ask("--json", **changed)
    assert result.exit_code == 2
    found = json.loads(result.stdout)
    assert found["field"] == field
    assert words in found["error"]
    assert words in result.stderr
    assert ask(**changed).stdout == ""


def test_without_json_a_person_reads_every_fact() -> None:
    result = ask()
    assert result.exit_code == 0
    for fact in ("USD 800.00", "120.00 × 10 × 8 / 12", "2025-06-30", "2024-11-01", "half-up"):
        assert fact in result.stdout
    assert "2025-03-01" in ask(anchor_end="2025-03-01").stdout
    assert "O2" in ask("--twelve-months").stdout


def test_a_file_is_answered_line_by_line_and_bad_lines_do_not_stop_it(tmp_path: Path) -> None:
    lines = [
        HEADER,
        GOOD,
        "120.00,USD,１０,2024-10-15,2024-07-01,2025-06-30,,,12",
        "",
        "120.00,USD,10,2024-10-15,2024-07-01,2025-06-30,true,,12",
        "120.00,USD,10,2024-10-15,2024-07-01,2026-06-30,FALSE,,",
        "120.00,USD,10",
        '120.00,"USD,10,2024-10-15,2024-07-01,2025-06-30,,,12',
        GOOD + ",",
        GOOD.replace("USD", "U\0D"),
        "x" * 20_000,
        GOOD.replace("10,", '"10",', 1),
    ]
    found = answers_of("\n".join(lines).encode(), tmp_path)
    assert [one["line"] for one in found] == [2, 3, 5, 6, 7, 8, 9, 10, 11, 12]
    assert [one.get("months", "error") for one in found] == [
        8,
        "error",
        None,
        20,
        *["error"] * 5,
        8,
    ]
    assert found[2]["refused"] == "O2"


@pytest.mark.parametrize(
    "content",
    [
        f"{HEADER}\n{GOOD}\n".encode(),
        f"\ufeff{HEADER}\r\n{GOOD}\r\n".encode(),
        f"{HEADER}\r{GOOD}".encode(),
        f"Note,{HEADER.upper()}\n課程,{GOOD}\n".encode(),
        f'"unit_price"{HEADER.removeprefix("unit_price")}\n{GOOD}'.encode(),
    ],
    ids=["plain", "excel", "old line ends", "another column", "quoted"],
)
def test_a_header_is_known_by_its_names(content: bytes, tmp_path: Path) -> None:
    (found,) = answers_of(content, tmp_path)
    assert (found["line"], found["amount"]) == (2, "800.00")


def test_a_line_in_another_encoding_is_a_bad_line(tmp_path: Path) -> None:
    content = f"{HEADER}\n".encode() + "１".encode("big5") + f"{GOOD}\n{GOOD}\n".encode()
    bad, good = answers_of(content, tmp_path)
    assert "UTF-8" in bad["error"]
    assert good["months"] == 8


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "lacks the columns unit_price"),
        (f"{HEADER.replace(',anchor_end', '')}\n{GOOD}".encode(), "lacks the column anchor_end"),
        (HEADER.replace(",", ";").encode(), "lacks the columns"),
        (f"{HEADER},quantity\n{GOOD},1".encode(), "quantity twice"),
        (f"{HEADER}\n{GOOD}".encode("utf-16"), "not UTF-8"),
        (b"\0" * 10_000, "longer than any quote"),
        (b'"' + HEADER.encode(), "told apart"),
    ],
    ids=["empty", "column", "semicolons", "twice", "utf-16", "zeros", "quote"],
)
def test_a_file_without_our_header_is_refused_as_a_whole(
    content: bytes, words: str, tmp_path: Path
) -> None:
    path = tmp_path / "cases.csv"
    path.write_bytes(content)
    result = CliRunner().invoke(quote, ["--file", str(path), "--json"], catch_exceptions=False)
    assert result.exit_code == 2
    assert words in json.loads(result.stdout)["error"]
    assert words in result.stderr


@pytest.mark.parametrize("name", ["missing.csv", "."])
def test_a_file_that_cannot_be_opened_is_named(name: str, tmp_path: Path) -> None:
    words = ["--file", str(tmp_path / name), "--json"]
    result = CliRunner().invoke(quote, words, catch_exceptions=False)
    assert result.exit_code == 2
    assert "cannot be opened" in json.loads(result.stdout)["error"]


def test_a_file_and_single_values_do_not_go_together() -> None:
    result = ask("--file", "cases.csv")
    assert result.exit_code == 2
    assert "--unit-price" in result.stderr


def test_a_file_comes_from_standard_input_and_is_readable_without_json() -> None:
    lines = [HEADER, GOOD, GOOD.replace("10,", "0,", 1), GOOD.replace("-10-15", "-10-15", 1)]
    lines.append(GOOD.replace("2024-10-15", "2025-06-15"))
    result = CliRunner().invoke(quote, ["--file", "-"], input="\n".join(lines))
    assert result.exit_code == 0
    first, second, _third, fourth = result.stdout.splitlines()
    assert first.startswith("2: 120.00 × 10 × 8 / 12 = 800.00 USD")
    assert second.startswith("3: The quantity must be at least 1.")
    assert fourth.startswith("5: P2: ")


@settings(max_examples=60)
@given(st.lists(st.text(max_size=12), min_size=9, max_size=9) | st.binary(max_size=60))
def test_whatever_a_file_holds_each_line_is_an_object(noise: list[str] | bytes) -> None:
    row = ",".join(noise).encode("utf-8", "replace") if isinstance(noise, list) else noise
    content = f"{HEADER}\n".encode() + row + f"\n{GOOD}\n".encode()
    result = CliRunner().invoke(
        quote, ["--file", "-", "--json"], input=content, catch_exceptions=False
    )
    assert result.exit_code == 0
    *others, last = [json.loads(line) for line in result.stdout.splitlines()]
    assert all("error" in one for one in others)
    assert last["amount"] == "800.00"


def test_quoting_loads_neither_web_nor_database() -> None:
    heavy = ("flask", "sqlalchemy", "wtforms", "babel", "rich", "cryptography")
    code = (
        "import sys, vlms.orders.quote_cli; "
        f"print([name for name in {heavy!r} if name in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
