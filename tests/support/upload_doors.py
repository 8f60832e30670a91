"""Every page through which a file comes in, found in the application itself."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product
from types import CodeType, FunctionType
from typing import Any

from bs4 import BeautifulSoup, Tag
from flask import Flask
from sqlalchemy import select
from werkzeug.routing import Rule
from wtforms.fields.core import UnboundField

from tests.support.owning import owner_engine
from tests.support.pages import CheckingClient, values_of
from vlms.core.db import Base
from vlms.core.permissions import permissions_of
from vlms.demo.cast import MEMBERS, ORGANISATIONS, PASSWORD
from vlms.web.forms import Form
from vlms.web.uploads import UploadField

# Records of which an address may name any, by the name of its id.
MOST_RECORDS = 40


@dataclass
class Door:
    """A form with a file, on a page that somebody of the demo may open."""

    endpoint: str
    email: str
    address: str
    files: tuple[str, ...]
    fields: dict[str, Any]
    client: CheckingClient
    page: str

    def post(self, body: Any, filename: str, mimetype: str | None = None) -> Any:
        """Send the form with this file in its first field for one."""
        file = (body, filename, mimetype) if mimetype else (body, filename)
        data = {**self.fields, self.files[0]: file}
        answer = self.client.post(self.address, data=data, content_type="multipart/form-data")
        # The client's own copy of what it has sent.
        answer.request.environ["wsgi.input"].close()
        if answer.status_code == 302:
            self._open_again()
        return answer

    def _open_again(self) -> None:
        """What was sent once is not taken a second time: the next file goes into a new form."""
        again = _door(self.client, self.endpoint, self.email, self.page)
        self.fields = again.fields if again else self.fields


def upload_forms() -> set[type[Form]]:
    """The forms that have a field for a file."""
    return {form for form in _below(Form) if any(_is_upload(form, name) for name in dir(form))}


def _below(kind: type[Any]) -> Iterator[type[Any]]:
    for each in kind.__subclasses__():
        yield each
        yield from _below(each)


def _is_upload(form: type[Form], name: str) -> bool:
    field = getattr(form, name, None)
    return isinstance(field, UnboundField) and issubclass(field.field_class, UploadField)


def forms_behind(app: Flask) -> dict[str, set[type[Form]]]:
    """The forms with files that a view which takes posts makes, itself or by what it calls."""
    forms, found = upload_forms(), {}
    for rule in app.url_map.iter_rules():
        if "POST" in (rule.methods or ()):
            seen: set[Any] = set()
            _reach(app.view_functions[rule.endpoint], seen, forms)
            if behind := seen & forms:
                found[rule.endpoint] = behind
    return found


def _reach(function: Callable[..., Any], seen: set[Any], forms: set[type[Form]]) -> None:
    plain = inspect.unwrap(function)
    if plain in seen:
        return
    seen.add(plain)
    for name in _names_in(plain.__code__):
        known = plain.__globals__.get(name)
        if isinstance(known, FunctionType) and known.__module__.startswith("vlms."):
            _reach(known, seen, forms)
        elif isinstance(known, type) and known in forms:
            seen.add(known)


def _names_in(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names_in(constant)


def open_doors(app: Flask, wanted: set[str]) -> dict[str, Door]:
    """Each of these pages as the first of the demo's members to whom it shows its form."""
    rules = {rule.endpoint: rule for rule in app.url_map.iter_rules() if rule.endpoint in wanted}
    found: dict[str, Door] = {}
    for email, _name, slug, role in MEMBERS:
        allowed = permissions_of(frozenset({role}))
        open_to_them = [
            endpoint
            for endpoint in sorted(wanted - set(found))
            if getattr(app.view_functions[endpoint], "access", None) in allowed
        ]
        if not open_to_them:
            continue
        client = app.test_client()
        assert isinstance(client, CheckingClient)
        client.sign_in(email, PASSWORD)
        for endpoint in open_to_them:
            for address in _addresses(app, rules[endpoint], slug):
                if door := _door(client, endpoint, email, address):
                    found[endpoint] = door
                    break
    return found


def _addresses(app: Flask, rule: Rule, slug: str) -> Iterator[str]:
    """Its address for every record that it may be of; and of every organisation, for operators."""
    ids = sorted(rule.arguments - {"organisation"})
    adapter = app.url_map.bind("localhost")
    for keys in product(*map(_keys_of, ids)):
        values = {"organisation": slug, **dict(zip(ids, keys, strict=True))}
        yield adapter.build(rule.endpoint, values)
    for facts in ORGANISATIONS if not ids else ():
        yield adapter.build(rule.endpoint, {"organisation": slug}) + f"?of={facts.slug}"


def _keys_of(name: str) -> list[Any]:
    table = Base.metadata.tables[name.removesuffix("_id")]
    with owner_engine().connect() as connection:
        return list(connection.scalars(select(table.c.id).limit(MOST_RECORDS)))


def _door(client: CheckingClient, endpoint: str, email: str, address: str) -> Door | None:
    answer = client.get(address)
    if answer.status_code != 200:
        return None
    page = BeautifulSoup(answer.text, "html.parser")
    file = page.select_one("form[method=post] input[type=file]")
    form = file.find_parent("form") if file else None
    if form is None or not all(one.select("option") for one in form.select("select")):
        return None
    names = tuple(str(one["name"]) for one in form.select("input[type=file]"))
    goal = str(form.get("action") or address)
    return Door(endpoint, email, goal, names, _filled(form), client, address)


def _filled(form: Tag) -> dict[str, Any]:
    """What the page offers, with the first choice of each list and the first tick."""
    values = values_of(form)
    for select_ in form.select("select[name]"):
        options = [str(o["value"]) for o in select_.select("option[value]") if o["value"]]
        if not values[str(select_["name"])] and options:
            values[str(select_["name"])] = options[0]
    for box in form.select("input[type=checkbox][value]"):
        if box["name"] == "products":
            values.setdefault("products", str(box["value"]))
    return {**values, **({"provider": "Certiport"} if "provider" in values else {})}
