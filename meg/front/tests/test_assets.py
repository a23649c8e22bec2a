"""What is taken from npm: without what belongs to GOV.UK alone, and without an address that leads nowhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles.finders import get_finders
from django.contrib.staticfiles.storage import ManifestStaticFilesStorage

from meg.config.home import CHECKOUT
from meg.front.assets import build, script, stylesheet

OURS = CHECKOUT / "meg" / "front" / "static"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    into = tmp_path_factory.mktemp("build")
    build(CHECKOUT / "node_modules", into)
    return into / "static"


def test_the_stylesheet_has_no_font_no_crest_and_no_address(built: Path) -> None:
    css = (built / "govuk" / "govuk-frontend.min.css").read_text()
    assert ".govuk-button{" in css
    for gone in ("@font-face", "GDS Transport", "url(", "/assets/", "sourceMappingURL"):
        assert gone not in css
    assert "font-family:arial,sans-serif" in css


def test_the_script_is_a_module_without_a_map(built: Path) -> None:
    js = (built / "govuk" / "govuk-frontend.min.js").read_text()
    assert "initAll" in js
    assert "sourceMappingURL" not in js


def test_rules_beside_what_is_taken_away_stay() -> None:
    css = '@font-face{font-family:"GDS Transport";src:url(/assets/a.woff2)}a{color:red}b{mask:url(/assets/c.svg) top}'
    assert stylesheet(css + "\n/*# sourceMappingURL=a.css.map */\n") == "a{color:red}b{mask:none top}\n"
    assert script("go()\n//# sourceMappingURL=a.js.map\n") == "go()\n"


def test_building_says_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="govuk-frontend"):
        build(tmp_path / "node_modules", tmp_path)


def test_every_address_in_our_own_files_is_there(built: Path) -> None:
    """Stylesheets' url() and scripts' imports, relative to the file they stand in."""
    for file in (*OURS.rglob("*.css"), *OURS.rglob("*.js")):
        text = file.read_text()
        named = re.findall(r"""url\(["']?([^)"']+)|(?:from|import) ["'](\.[^"']+)["']""", text)
        for address in (one or other for one, other in named):
            if not address.startswith(("data:", "#")):
                beside = file.parent.relative_to(OURS) / address
                assert any((root / beside).resolve().exists() for root in (OURS, built)), (file.name, address)


class Manifest(ManifestStaticFilesStorage):
    support_js_module_import_aggregation = True


def test_names_with_a_fingerprint_can_be_given_to_everything(tmp_path: Path) -> None:
    """A manifest fails on the first address that leads nowhere; imports between scripts are renamed with the files."""
    storage = Manifest(location=tmp_path, base_url="/static/")
    found = {path: (held, path) for finder in get_finders() for path, held in finder.list([])}
    for path, (held, _) in found.items():
        with held.open(path) as file:
            storage.save(path, file)
    for name, hashed, outcome in storage.post_process(found):
        assert not isinstance(outcome, Exception), (name, hashed, outcome)
    script = (tmp_path / storage.stored_name("meg/meg.js")).read_text()
    assert re.search(r"govuk-frontend\.min\.[0-9a-f]{12}\.js", script)
