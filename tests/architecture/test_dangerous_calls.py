"""What is dangerous however carefully it is called stands nowhere in the product.

No unpickling, no evaluating, no shell, no markup made of what somebody typed, no weak digest or
chance for secrets, no connection that trusts everybody.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from tests.support.sources import ROOT, dotted, product_sources

BANNED_MODULES = frozenset(
    {"pickle", "cPickle", "dill", "shelve", "marshal", "random", "telnetlib", "xml.sax", "imp"}
)
# The standard parsers resolve entities; those of defusedxml and our lxml settings do not.
XML_MODULES = frozenset({"xml.etree.ElementTree", "xml.dom.minidom", "xml.dom.pulldom"})
BANNED_CALLS = frozenset(
    {
        "eval",
        "exec",
        "compile",
        "__import__",
        "os.system",
        "os.popen",
        "yaml.load",
        "yaml.unsafe_load",
        "hashlib.md5",
        "hashlib.sha1",
        "tempfile.mktemp",
        "render_template_string",
        "flask.render_template_string",
        "ssl._create_unverified_context",
    }
)
# Each was read.
MARKUP = {"vlms/web/panels.py": "what a template has made, which escapes"}
_NEVER_ON = {"shell": "a shell is started", "resolve_entities": "entities are resolved"}
_NEVER_OFF = {
    "verify": "nobody's certificate is checked",
    "check_hostname": "nobody's name is checked",
    "autoescape": "nothing is escaped",
}
SAFE_FILTER = re.compile(r"\|\s*safe\b|\{%-?\s*autoescape\s+false", re.IGNORECASE)
# A digest that another program prescribes; no secret hangs on it.
PRESCRIBED: dict[str, str] = {}


def dangers(path: str, tree: ast.Module) -> Iterator[str]:
    """What a module does that nobody should, one sentence each."""
    for node in ast.walk(tree):
        for sentence in (*_imports(node), *_calls(path, node)):
            yield f"{path}:{getattr(node, 'lineno', 0)}: {sentence}"


def _imports(node: ast.AST) -> Iterator[str]:
    names: list[str] = []
    if isinstance(node, ast.Import):
        names = [alias.name for alias in node.names]
    elif isinstance(node, ast.ImportFrom):
        names = [node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)]
    for name in names:
        if name in BANNED_MODULES or name in XML_MODULES:
            yield f"{name} is imported"


def _calls(path: str, node: ast.AST) -> Iterator[str]:
    if not isinstance(node, ast.Call):
        return
    called = dotted(node.func)
    if called in BANNED_CALLS and path not in PRESCRIBED:
        yield f"{called} is called"
    if called.rpartition(".")[2] == "Markup" and path not in MARKUP and not _is_plain(node):
        yield "markup is made of what is no constant"
    for keyword in node.keywords:
        sentence = _keyword(keyword.arg or "", keyword.value)
        if sentence is not None:
            yield sentence


def _keyword(name: str, value: ast.expr) -> str | None:
    if name in _NEVER_ON and not _is(value, False):
        return _NEVER_ON[name]
    return _NEVER_OFF[name] if name in _NEVER_OFF and _is(value, False) else None


def _is_plain(call: ast.Call) -> bool:
    return all(isinstance(one, ast.Constant) for one in call.args) and not call.keywords


def _is(node: ast.expr, value: object) -> bool:
    return isinstance(node, ast.Constant) and node.value is value


def test_nothing_dangerous_is_called() -> None:
    found = [one for path, tree in product_sources().items() for one in dangers(path, tree)]
    assert found == []


def test_what_was_read_is_still_there() -> None:
    assert {path for path in (*MARKUP, *PRESCRIBED) if not (ROOT / path).exists()} == set()


def test_no_template_lets_a_text_through_unescaped() -> None:
    found = [
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "templates").rglob("*.*")
        if SAFE_FILTER.search(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_no_script_of_ours_makes_markup_of_texts() -> None:
    sinks = re.compile(r"(inner|outer)HTML|insertAdjacentHTML|document\.write|\beval\(|Function\(")
    found = [
        path.name
        for path in (ROOT / "static" / "app").glob("*.js")
        if sinks.search(path.read_text(encoding="utf-8"))
    ]
    assert found == []


@pytest.mark.parametrize(
    "source",
    [
        "import pickle",
        "from random import choice",
        "import xml.etree.ElementTree",
        "from xml.etree import ElementTree",
        "eval(typed)",
        "exec(typed)",
        "import os\nos.system(typed)",
        "yaml.load(body)",
        "subprocess.run(typed, shell=True)",
        "subprocess.run(typed, shell=chosen)",
        "requests.get(url, verify=False)",
        "hashlib.md5(secret)",
        "Markup(typed)",
        "Markup(f'<b>{typed}</b>')",
        "markupsafe.Markup('<b>%s</b>' % typed)",
        "etree.XMLParser(resolve_entities=True)",
        "Environment(autoescape=False)",
        "render_template_string(typed)",
    ],
)
def test_a_danger_is_found(source: str) -> None:
    """The controls."""
    assert list(dangers("vlms/orders/service.py", ast.parse(source)))


@pytest.mark.parametrize(
    "source",
    ["Markup('<br>')", "re.compile('x')", "subprocess.run(['a'])", "hashlib.sha256(body)"],
)
def test_what_is_harmless_passes(source: str) -> None:
    assert not list(dangers("vlms/orders/service.py", ast.parse(source)))


@pytest.mark.parametrize(
    "source", ["{{ name|safe }}", "{{ name | safe }}", "{% autoescape false %}"]
)
def test_an_unescaped_text_in_a_template_is_found(source: str) -> None:
    assert SAFE_FILTER.search(source)
    assert not SAFE_FILTER.search("{{ name|safely }}")
