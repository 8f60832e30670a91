"""Money (P3): Decimal in rules, integer minor units in tables, the currency beside it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from fractions import Fraction

# ISO 4217 active codes; those not named in _MINOR_DIGITS have two decimals.
_CURRENCIES = frozenset(
    """
    AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BOV BRL BSD
    BTN BWP BYN BZD CAD CDF CHE CHF CHW CLF CLP CNY COP COU CRC CUP CVE CZK DJF DKK DOP DZD
    EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD
    IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL
    MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN
    PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN
    SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD USN UYI UYU UYW UZS VED VES
    VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWG
    """.split()
)
_MINOR_DIGITS = {
    **dict.fromkeys(
        "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split(), 0
    ),
    **dict.fromkeys("BHD IQD JOD KWD LYD OMR TND".split(), 3),
    **dict.fromkeys("CLF UYW".split(), 4),
    "TWD": 0,  # P3: handled without decimals, as in practice.
}
UNIT_PRICE_DIGITS = 4
_EXACT = Context(prec=60, rounding=ROUND_HALF_UP)


def is_currency(code: str) -> bool:
    """Whether `code` is an active ISO 4217 code, in capitals."""
    return code in _CURRENCIES


def currencies() -> list[str]:
    """All known codes, sorted."""
    return sorted(_CURRENCIES)


def minor_digits(currency: str) -> int:
    """Decimals of the currency's minor unit (P3): USD 2, TWD 0, KWD 3."""
    if currency not in _CURRENCIES:
        raise ValueError(f"unknown currency {currency!r}")
    return _MINOR_DIGITS.get(currency, 2)


def round_half_up(exact: Fraction, digits: int) -> Decimal:
    """An exact value rounded half-up (away from zero) to `digits` decimals."""
    scaled = abs(exact) * 10**digits
    units = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    with localcontext(_EXACT):
        return Decimal(-units if exact < 0 else units).scaleb(-digits)


@dataclass(frozen=True, order=True)
class Money:
    """An amount in minor units of one currency; adding another currency is an error."""

    minor: int
    currency: str

    @classmethod
    def of(cls, amount: Decimal, currency: str) -> Money:
        """From an amount that is exact in the currency; ValueError when it is not."""
        with localcontext(_EXACT):
            scaled = amount.scaleb(minor_digits(currency))
        if scaled != int(scaled):
            raise ValueError(f"{amount} has more decimals than {currency}")
        return cls(int(scaled), currency)

    @property
    def amount(self) -> Decimal:
        with localcontext(_EXACT):
            return Decimal(self.minor).scaleb(-minor_digits(self.currency))

    def __add__(self, other: Money) -> Money:
        if other.currency != self.currency:
            raise ValueError(f"{self.currency} and {other.currency} are never added up")
        return Money(self.minor + other.minor, self.currency)

    def __str__(self) -> str:
        return f"{self.currency} {self.amount:,f}"

    @property
    def in_chinese(self) -> str:
        """As readers in Taiwan write it: `NT$1,234`; other currencies by their code."""
        return f"NT${self.amount:,f}" if self.currency == "TWD" else str(self)
