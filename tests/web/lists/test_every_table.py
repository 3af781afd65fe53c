"""Whatever is drawn as a table stands on the list that all share, or says why not (C-68)."""

import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from creneau_web.app import Application, handlers_of

from tests.web.lists.no_lists import AND_MORE, TEMPLATES

ROOT = Path(__file__).parents[3]
SHARED = "web/creneau_web/ui/"
# A table, or a way from page to page, of one's own making.
OWN = re.compile(r"<table\b|\bdata_table\((?!.*listing\.columns)|\bpagination\(|rel=\"next\"")
ON_THE_LIST = re.compile(r"list_table\(listing|data_table\(.*listing\.columns")
WAYS = ("export_menu(listing", "list_filters(listing", "list_tabs(kept")
LISTED = re.compile(r"list_page\(\s*\"([^\"]+)\"")


def templates() -> Iterator[tuple[str, str]]:
    for path in sorted(ROOT.glob("web/creneau_web/**/*.html")):
        yield str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")
    for path in sorted(ROOT.glob("plugins/*/creneau_*/templates/**/*.html")):
        yield str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")


def own(text: str) -> bool:
    return OWN.search(re.sub(r"\{%-? from .*?%\}", "", text)) is not None


def test_a_table_of_one_s_own_says_why_it_is_no_list() -> None:
    found = {name for name, text in templates() if own(text) and not name.startswith(SHARED)}
    assert found - AND_MORE.keys() == TEMPLATES.keys()
    assert found >= AND_MORE.keys()


def test_a_page_around_a_list_has_its_filters_its_searches_and_its_ways_out() -> None:
    for name, text in templates():
        on_the_list = ON_THE_LIST.search(text) or name in AND_MORE
        if on_the_list and not name.startswith(SHARED):
            assert [way for way in WAYS if way not in text] == [], name


async def test_a_page_around_a_list_has_a_way_out(app: Application) -> None:
    """Each route whose module draws a list has one beside it by which the list leaves."""
    routes = [(route.path, handler) for route, handler in handlers_of(app.tenant_app)]
    exports = {
        path.removesuffix("/export") for path, _handler in routes if path.endswith("/export")
    }
    lists = {
        path
        for path, handler in routes
        if "GET" in handler.http_methods and LISTED.search(inspect.getsource(handler.fn))
    }
    assert lists
    assert lists - exports == set()


@pytest.mark.parametrize(
    "written",
    [
        '{% call data_table(_("Agents"), columns) %}',
        '<table class="table">',
        "{{ pagination(1, 2) }}",
        '<a rel="next" href="?page=2">',
    ],
)
def test_a_table_of_one_s_own_is_found(written: str) -> None:
    assert own(written)
    assert not own('{% from "ui/content.html" import data_table, pagination %}')
    assert not own('{% call data_table(_("Agents"), listing.columns) %}')
    assert not own('{% call list_table(listing, _("Agents")) %}')
