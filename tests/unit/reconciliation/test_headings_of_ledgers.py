"""Headings of ledgers as they are kept in Taiwan."""

from __future__ import annotations

from vlms.reconciliation.rules.file_layouts import guessed_columns


def test_headings_of_ledgers_in_taiwan_are_guessed() -> None:
    titles = (
        "日期",
        "訂單編號",
        "客戶簡稱",
        "產品名稱",
        "數量",
        "未稅單價",
        "銷售額",
        "營業稅額",
        "合計",
    )
    assert guessed_columns(titles).titles == {
        "ordered_on": "日期",
        "order_number": "訂單編號",
        "customer": "客戶簡稱",
        "product": "產品名稱",
        "quantity": "數量",
        "unit_price": "未稅單價",
        "net": "銷售額",
        "tax": "營業稅額",
        "gross": "合計",
    }
