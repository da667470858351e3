"""docs/: the reference has what the packages export today, and every link leads somewhere."""

import re
from pathlib import Path

import pytest

from docs import reference

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", ROOT / "export/README.md"]
PAGES += sorted((ROOT / "docs").glob("*.md")) + sorted((ROOT / "benchmarks").glob("*.md"))


def test_reference_is_current():
    assert (ROOT / "docs/reference.md").read_text() == reference.page(), "python -m docs.reference writes it anew."


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    links = re.findall(r"\]\(([^)#\s]+)", page.read_text())
    assert not [link for link in links if "://" not in link and not (page.parent / link).exists()]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_files_that_pages_name_exist(page):
    files = re.findall(r"`((?:keras_gan|zoo|export|tests|benchmarks|docs)/[a-z0-9_/.]*)`", page.read_text())
    assert not [file for file in files if not (ROOT / file).exists()]
