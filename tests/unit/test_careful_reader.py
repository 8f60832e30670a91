"""The client's look at every page: each fault is found, and a good page has none."""

from __future__ import annotations

import pytest

from tests.support.pages import check_page

GOOD = (
    '<html lang="en"><title>Orders</title><h1 id="top">Orders</h1>'
    '<form method="post"><input type="hidden" name="csrf_token">'
    '<label for="note">Note</label><input id="note" name="note"></form>'
    '<label>Day <select name="day"></select></label><textarea aria-label="Why"></textarea>'
    '<form method="get"></form><script src="/own.js"></script></html>'
)


def test_a_good_page_has_no_fault() -> None:
    check_page(GOOD)


@pytest.mark.parametrize(
    ("part", "instead", "told"),
    [
        ("<title>Orders</title>", "", "no title"),
        ("<title>Orders</title>", "<title> · </title>", "an empty title"),
        ('<h1 id="top">Orders</h1>', "", "0 h1"),
        ('<h1 id="top">Orders</h1>', "<h1>A</h1><h1>B</h1>", "2 h1"),
        (' lang="en"', "", "no language"),
        ('<input type="hidden" name="csrf_token">', "", "without CSRF token"),
        ('method="get"', 'method="POST"', "without CSRF token"),
        ('<script src="/own.js">', "<script>alert(1)", "inline script"),
        ("</html>", "<style>a {}</style></html>", "inline style"),
        ('id="top"', 'style="top: 0"', "inline style"),
        ('id="top"', 'onclick="x()"', "inline handlers"),
        ('id="top"', 'id="note"', "double ids"),
        ('for="note"', 'for="other"', "has no label"),
        (' aria-label="Why"', "", "has no label"),
        ("<label>Day", "<label></label>", "has no label"),
    ],
)
def test_each_fault_is_found(part: str, instead: str, told: str) -> None:
    assert part in GOOD
    with pytest.raises(AssertionError, match=told):
        check_page(GOOD.replace(part, instead, 1))
