"""`juesuan load`: the outputs of a conversion as tables of a database."""

from __future__ import annotations

from juesuan_extract.database.load import Loaded, load

__all__ = ["Loaded", "load"]
