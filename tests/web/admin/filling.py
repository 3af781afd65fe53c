"""Filling in a form of settings as somebody does who sees it in a browser."""

import re
from collections.abc import Mapping
from html import unescape
from typing import Any

import httpx

from tests.web.stage import Visitor

INPUT = re.compile(r"<input\b[^>]*>")
ATTRIBUTE = re.compile(r'\b(name|value|type)="([^"]*)"')
TEXTAREA = re.compile(r'<textarea[^>]*name="([^"]+)"[^>]*>([^<]*)</textarea>')
SELECT = re.compile(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', re.DOTALL)
CHOSEN = re.compile(r'<option value="([^"]*)" selected>')
IN_PAGE = re.compile(r'<form class="form.*?</form>', re.DOTALL)


def fields_of(page: str) -> dict[str, Any]:
    """Read what a page's form would send as it stands."""
    found = IN_PAGE.search(page)
    assert found, page
    fields: dict[str, Any] = {}
    for tag in INPUT.findall(found[0]):
        told = {name: unescape(value) for name, value in ATTRIBUTE.findall(tag)}
        if told.get("type") in {"checkbox", "radio"} and " checked" not in tag:
            continue
        fields.setdefault(told["name"], []).append(told.get("value", ""))
    for name, text in TEXTAREA.findall(found[0]):
        fields[name] = unescape(text)
    for name, options in SELECT.findall(found[0]):
        fields[name] = next(iter(CHOSEN.findall(options)), "")
    fields.pop("csrf_token", None)
    return fields


async def retyped(visitor: Visitor, path: str, changes: Mapping[str, Any]) -> httpx.Response:
    """Open a page, change some fields and send the form to its address."""
    page = await visitor.get(path)
    assert page.status_code == 200, page.text
    return await again(visitor, path, page.text, changes)


async def again(
    visitor: Visitor, path: str, page: str, changes: Mapping[str, Any]
) -> httpx.Response:
    """Send the form of a page that was answered, with some fields changed."""
    return await visitor.submit(path, {**fields_of(page), **changes})


async def shown_after(visitor: Visitor, answer: httpx.Response) -> str:
    """Follow a saved form to the next page."""
    assert answer.status_code == 303, answer.text
    return (await visitor.get(answer.headers["location"])).text
