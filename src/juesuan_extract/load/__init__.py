"""`juesuan load`: the outputs of a conversion as tables of a database."""

from __future__ import annotations

from juesuan_extract.load.run import Loaded, load

__all__ = ["Loaded", "load"]
