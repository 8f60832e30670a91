"""Guesses codes, as somebody would for whom nothing was counted."""

from __future__ import annotations

import random
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.support.making import make_organisation
from tests.support.making_codes import make_agreement, make_codes, make_line, make_product
from vlms.codes.custody import Custody
from vlms.codes.models import Code
from vlms.codes.rules.code_text import make_codes as make_texts
from vlms.core.work import Work

SYMBOLS = 26


def stock_of(work: Work, count: int) -> list[str]:
    """So many codes that are there to be guessed; their texts."""
    texts = guesses(random.Random(1), count)
    line = make_line(
        work, make_agreement(work, make_organisation(work, "contoso")), make_product(work), count
    )
    make_codes(work, line, count, texts=texts)
    return texts


def guesses(chance: random.Random, count: int) -> list[str]:
    """Texts that could be codes: their checks are right."""
    return make_texts(chance.randbytes(SYMBOLS * count))


def hits(session: Session, custody: Custody, texts: Sequence[str]) -> int:
    """How many of them are codes, looked up one by one as each door does."""
    wanted = (select(Code.id).where(Code.text_index == index) for index in custody.index_all(texts))
    return sum(session.scalar(one) is not None for one in wanted)
