"""Traditional Chinese is complete: no text missing, fuzzy, unused or with other values."""

from __future__ import annotations

import pytest
from babel.messages.catalog import Catalog, Message

from tools import translations

# Words that Taiwan does not use, or that mean something else there.
FOREIGN = ("用戶", "管理器", "支持", "渠道", "續訂", "信息", "數據", "默認", "賬")


def test_every_text_is_translated_with_its_values() -> None:
    fresh = translations.updated(translations.read(), translations.extract())
    wrong = [line for message in fresh if message.id for line in translations.complaints(message)]
    assert not wrong, "\n".join(wrong[:40])


def test_no_translation_is_unused() -> None:
    wanted = translations.extract()
    unused = [m.id for m in translations.read() if m.id and wanted.get(m.id) is None]
    assert not unused


def test_the_compiled_catalogue_is_the_written_one() -> None:
    assert translations.COMPILED.read_bytes() == translations.compiled(translations.read())


def test_the_words_are_those_of_taiwan() -> None:
    found = [
        (message.string, word)
        for message in translations.read()
        for word in FOREIGN
        if word in str(message.string)
    ]
    assert not found


@pytest.mark.parametrize(
    ("text", "translation"),
    [
        ("Hello", ""),
        ("%(count)s codes", "組存取碼"),
        ("Codes", "%(count)s 組"),
        (("%(num)s code", "%(num)s codes"), ("",)),
    ],
)
def test_a_bad_translation_is_found(text: object, translation: object) -> None:
    assert translations.complaints(Message(text, translation))  # type: ignore[arg-type]


def test_an_unused_translation_is_dropped_and_a_known_one_kept() -> None:
    known, wanted = Catalog(), Catalog()
    known.add("Kept", "保留")
    known.add("Gone", "不見")
    wanted.add("Kept")
    fresh = translations.updated(known, wanted)
    assert [(m.id, m.string) for m in fresh if m.id] == [("Kept", "保留")]
