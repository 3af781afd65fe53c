"""The macros and layouts: what the content policy asks of them, and that names lead somewhere."""

import re
from pathlib import Path

import pytest
from creneau_web import assets
from creneau_web.ui.samples import sample_context

PACKAGE = assets.ROOT / "creneau_web"
TEMPLATES = sorted([*PACKAGE.glob("ui/*.html"), *PACKAGE.glob("templates/**/*.html")])
EACH = pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.stem)


@EACH
def test_no_template_carries_a_style_or_a_script_of_its_own(template: Path) -> None:
    html = template.read_text("utf-8")
    assert not re.findall(r"\sstyle\s*=|<style|\son[a-z]+\s*=\s*[\"']|javascript:", html)
    assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", html))


@EACH
def test_every_static_file_that_a_template_names_is_there(template: Path) -> None:
    assets.build()
    for path in re.findall(r"static\(\"([^\"]+)\"\)", template.read_text("utf-8")):
        assert (PACKAGE / "static" / path).is_file()


@EACH
def test_every_icon_that_a_template_names_is_drawn(template: Path) -> None:
    drawn = set(
        re.findall(r'^  "([a-z-]+)":', (PACKAGE / "ui/icons.html").read_text(), re.MULTILINE)
    )
    html = template.read_text("utf-8")
    named = set(re.findall(r"(?:icon\(|icon_name=)\"([a-z-]+)\"", html))
    assert named <= drawn


def test_the_sample_day_holds_times_before_and_after_now() -> None:
    context = sample_context()
    agenda, now = context["agenda"], context["now"]
    assert isinstance(agenda, list)
    assert {item.starts_at > now for item in agenda} == {True, False}
