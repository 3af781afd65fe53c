"""What a mail's HTML may do when the demo shows it: look like itself, and nothing else."""

import base64
import hashlib
from html.parser import HTMLParser

from creneau_web.security import CONTENT_POLICY


class Styles(HTMLParser):
    """Collects every style that a mail carries, as the browser will compare it."""

    def __init__(self) -> None:
        """Start with none."""
        super().__init__(convert_charrefs=True)
        self.found: set[str] = set()
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a style attribute, and the beginning of a style element."""
        self.found.update(value for name, value in attrs if name == "style" and value)
        self._inside = tag == "style"

    def handle_data(self, data: str) -> None:
        """Note what stands in a style element."""
        if self._inside:
            self.found.add(data)

    def handle_endtag(self, tag: str) -> None:
        """Leave a style element."""
        self._inside = self._inside and tag != "style"


def content_policy(html: str) -> str:
    """Write the content policy for one mail: its own styles by their digests, no script, no fetch."""
    styles = Styles()
    styles.feed(html)
    digests = " ".join(sorted(f"'sha256-{_digest(style)}'" for style in styles.found))
    allowed = f"'unsafe-hashes' {digests}" if digests else "'none'"
    return (
        f"default-src 'none'; img-src data:; style-src {allowed}; base-uri 'none';"
        " form-action 'none'; frame-ancestors 'self';"
        " sandbox allow-popups allow-top-navigation-by-user-activation"
    )


def page_with(html: str, *, framed: bool = False) -> str:
    """Write the content policy of a page of ours that holds a mail in a frame, or is in one itself.

    What is in the frame follows the page's policy: the mail's own styles are added by their digests.
    """
    styles = Styles()
    styles.feed(html)
    digests = " ".join(sorted(f"'sha256-{_digest(style)}'" for style in styles.found))
    policy = CONTENT_POLICY.replace("style-src 'self'", f"style-src 'self' {digests}")
    return policy.replace("frame-ancestors 'none'", "frame-ancestors 'self'") if framed else policy


def _digest(style: str) -> str:
    return base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
