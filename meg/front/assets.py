"""Build what the pages take from npm into `build/static`: `python -m meg.front.assets`.

GOV.UK Frontend's stylesheet and script, without the GDS Transport font and the crown: they belong to GOV.UK alone.
Nothing of it is ever committed.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
FONT_FACE = re.compile(r"@font-face\s*\{[^}]*\}")
PICTURE = re.compile(r"url\(/assets/[^)]*\)")
FONT_NAME = re.compile(r"""["']?GDS Transport["']?,\s*""")
SOURCE_MAP = re.compile(r"(/\*# sourceMappingURL=.*?\*/|//# sourceMappingURL=\S+)\s*")


def stylesheet(text: str) -> str:
    """GOV.UK Frontend's CSS without its fonts, its crest and the address of a map that is not there."""
    for unwanted, instead in ((FONT_FACE, ""), (FONT_NAME, ""), (PICTURE, "none"), (SOURCE_MAP, "")):
        text = unwanted.sub(instead, text)
    return text


def script(text: str) -> str:
    """GOV.UK Frontend's JavaScript without the address of a map that is not there."""
    return SOURCE_MAP.sub("", text)


def build(packages: Path, into: Path) -> list[Path]:
    """Write the built files. Returns their paths.

    Raises: FileNotFoundError, where `packages` (node_modules) lacks what `package.json` asks for.
    """
    source = packages / "govuk-frontend" / "dist" / "govuk"
    pages = into / "static" / "govuk"
    pages.mkdir(parents=True, exist_ok=True)
    css, js = pages / "govuk-frontend.min.css", pages / "govuk-frontend.min.js"
    css.write_text(stylesheet((source / css.name).read_text()))
    js.write_text(script((source / js.name).read_text()))
    return [css, js]


if __name__ == "__main__":
    try:
        build(CHECKOUT / "node_modules", CHECKOUT / "build")
    except FileNotFoundError as missing:
        sys.exit(f"{missing.filename} is not there: run `make env`, which installs what package.json names.")
