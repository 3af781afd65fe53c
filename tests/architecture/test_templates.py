"""Templates hold no style, script or raw HTML of their own: the content policy forbids it.

Nor do they give one name to a macro and to what a page is given: the macro would hide the latter.
"""

import re

from jinja2 import Environment, nodes

from tests.architecture.tree import File, all_files

FORBIDDEN = {
    "inline script": re.compile(r"<script\b(?![^>]*\bsrc\s*=)", re.IGNORECASE),
    "style element": re.compile(r"<style\b", re.IGNORECASE),
    "style attribute": re.compile(r"\sstyle\s*=\s*[\"'{]", re.IGNORECASE),
    "event attribute": re.compile(r"\son[a-z]+\s*=\s*[\"'{]", re.IGNORECASE),
    "script address": re.compile(r"javascript:", re.IGNORECASE),
    "unescaped value": re.compile(r"\|\s*safe\b"),
    "escaping switched off": re.compile(r"{%-?\s*autoescape\s+false", re.IGNORECASE),
}
# Mail readers ignore linked style sheets, and no content policy applies there.
ALLOWED_IN_MAIL = {"style element", "style attribute"}
# The drawings are literals of this very file; no value from outside reaches them.
ALLOWED_IN_ICONS = {"unescaped value"}
READER = Environment(extensions=["jinja2.ext.i18n", "jinja2.ext.do"], autoescape=True)
ICONS = "web/creneau_web/ui/icons.html"


def breaches(template: str, allowed: frozenset[str] = frozenset()) -> list[str]:
    """Return "line: what" for everything that the content policy would refuse."""
    return [
        f"{template.count(chr(10), 0, found.start()) + 1}: {what}"
        for what, pattern in FORBIDDEN.items()
        if what not in allowed
        for found in pattern.finditer(template)
    ]


def allowed_in(file: File) -> frozenset[str]:
    if file.path == ICONS:
        return frozenset(ALLOWED_IN_ICONS)
    in_mail = not {"mail", "mails"}.isdisjoint(file.folders)
    return frozenset(ALLOWED_IN_MAIL if in_mail else ())


def hidden_names(template: str) -> set[str]:
    """Name the imported macros of a template that stand in it as a value, too."""
    tree = READER.parse(template)
    imported = {
        one[1] if isinstance(one, tuple) else one
        for found in tree.find_all(nodes.FromImport)
        for one in found.names
    }
    called = [one.node for one in tree.find_all(nodes.Call) if isinstance(one.node, nodes.Name)]
    macros = imported & {one.name for one in called}
    # By identity: two names that are written alike are equal.
    callers = {id(one) for one in called}
    values = {one.name for one in tree.find_all(nodes.Name) if id(one) not in callers}
    return macros & values


def test_templates_keep_to_the_content_policy() -> None:
    templates = [file for file in all_files() if file.name.endswith((".html", ".jinja", ".svg"))]
    found = [
        f"{file.path}:{breach}"
        for file in templates
        for breach in breaches(file.text(), allowed_in(file))
    ]
    assert found == []


def test_the_check_of_templates_sees_each_kind() -> None:
    bad = (
        '<script>go()</script><style>p{}</style><p style="x" onclick="y">'
        '<a href="javascript:z">{{ name | safe }}{% autoescape false %}'
    )
    assert len(breaches(bad)) == len(FORBIDDEN)
    mail = File("web/creneau_web/templates/mail/confirmed.html")
    assert breaches('<p style="margin:0">', allowed_in(mail)) == []
    assert breaches('<script type="module"\n  src="/static/app.js"></script>') == []


def test_no_macro_hides_what_a_page_is_given() -> None:
    templates = [file for file in all_files() if file.name.endswith((".html", ".jinja"))]
    found = {file.path: hidden_names(file.text()) for file in templates}
    assert {path: names for path, names in found.items() if names} == {}


def test_the_check_of_names_sees_one_that_is_hidden() -> None:
    head = '{% from "ui.html" import contact, call as phone %}'
    bad = head + "{% if contact.phone %}{{ contact(person) }}{{ phone() or phone }}{% endif %}"
    assert hidden_names(bad) == {"contact", "phone"}
    assert hidden_names(head + "{{ contact(phone=person.contact) }}{{ phone() }}") == set()
