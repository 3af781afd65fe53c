"""Somebody who has a keyboard and nothing else."""

from playwright.async_api import Page

LONGEST_WAY = 120
# What a screen reader would say of the focus, and whether somebody who sees finds it.
FOCUSED = """() => {
  const here = document.activeElement;
  const label = here.labels && here.labels.length ? here.labels[0].innerText : null;
  const shown = [here, here.closest('label')].some(
    (part) => part && getComputedStyle(part).outlineStyle !== 'none');
  return [(label || here.getAttribute('aria-label') || here.innerText || '').trim(), shown];
}"""


async def tab_to(page: Page, name: str) -> None:
    """Press Tab until what has the focus begins with a name; every stop must be seen."""
    passed: list[str] = []
    for _ in range(LONGEST_WAY):
        await page.keyboard.press("Tab")
        said, seen = await page.evaluate(FOCUSED)
        assert seen, f"the focus on {said!r} cannot be seen"
        if read(said).startswith(read(name)):
            return
        passed.append(said)
    raise AssertionError(f"no way to {name!r} by keyboard, only {passed}")


def read(text: str) -> str:
    """Give a text as somebody reads it, whatever kind of space stands in it."""
    return text.replace("\n", " ").replace("\u00a0", " ")


async def press(page: Page, name: str) -> None:
    """Go to a link or a button and press Enter."""
    await tab_to(page, name)
    async with page.expect_navigation():
        await page.keyboard.press("Enter")


async def write(page: Page, name: str, text: str) -> None:
    """Go to a field and type."""
    await tab_to(page, name)
    await page.keyboard.type(text)
