"""Where things are in the repository."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[2]
PDFS = ROOT / "fixtures" / "pdfs"
DOCS = ROOT / "docs"
SHARED = ROOT.parent / "shared"  # published documents, cases and scans, which are not in the repository
