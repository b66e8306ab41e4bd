"""Who is compared."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
ENVIRONMENTS = ROOT / ".venv-peers"
OURS = "juesuan-extract"
EMPTY = "empty"  # an environment with nothing but pip


class Peer(NamedTuple):
    """A reader. environment: whose requirements it needs; module: what a user imports first."""

    name: str
    adapter: str
    environment: str
    distribution: str
    module: str

    @property
    def python(self) -> Path:
        """The interpreter of its environment."""
        return python_of(self.environment)


def python_of(environment: str) -> Path:
    """The interpreter of an environment, present or not."""
    return ENVIRONMENTS / environment / "bin" / "python"


def requirements_of(environment: str) -> Path:
    """The pinned packages of an environment."""
    return Path(__file__).with_name(f"requirements-{environment}.txt")


PEERS = (
    Peer(OURS, "ours", OURS, "juesuan-extract", "juesuan_extract"),
    Peer("tablers", "tablers", "tablers", "tablers", "tablers"),
    Peer("camelot lattice, vector", "camelot_vector", "camelot", "camelot-py", "camelot"),
    Peer("camelot lattice", "camelot_combined", "camelot", "camelot-py", "camelot"),
    Peer("tabula-java", "tabula", "tabula", "tabula-py", "tabula"),
    Peer("PyMuPDF", "pymupdf", "pymupdf", "PyMuPDF", "pymupdf"),
    Peer("pdfplumber", "plumber", "pdfplumber", "pdfplumber", "pdfplumber"),
    Peer("img2table", "img2table", "img2table", "img2table", "img2table"),
)
