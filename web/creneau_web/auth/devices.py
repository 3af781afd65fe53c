"""What a browser calls itself, in words that its owner recognises (C-70)."""

from typing import Final

# The first that is named counts: browsers name those that they descend from as well.
BROWSERS: Final = (
    ("edg", "Edge"),
    ("opr/", "Opera"),
    ("samsungbrowser", "Samsung Internet"),
    ("firefox", "Firefox"),
    ("fxios", "Firefox"),
    ("crios", "Chrome"),
    ("chromium", "Chromium"),
    ("chrome", "Chrome"),
    ("safari", "Safari"),
)
SYSTEMS: Final = (
    ("iphone", "iPhone"),
    ("ipad", "iPad"),
    ("android", "Android"),
    ("windows", "Windows"),
    ("mac os", "Mac"),
    ("cros", "ChromeOS"),
    ("linux", "Linux"),
)


def device_of(user_agent: str) -> str:
    """Name browser and system, as "Firefox, Windows"; empty when neither is known."""
    named = user_agent.lower()
    found = [_first(named, BROWSERS), _first(named, SYSTEMS)]
    return ", ".join(name for name in found if name)


def _first(named: str, known: tuple[tuple[str, str], ...]) -> str:
    return next((name for mark, name in known if mark in named), "")
