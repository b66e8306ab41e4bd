"""Repairs of form, one after the other: each takes a proof and gives it back, unchanged or mended with its record.

What a repair needs for it is told in evidence.py. A new one is a module with a function of this shape, and a line here.
"""

from __future__ import annotations

from collections.abc import Callable

from juesuan_extract.knowledge.catalog import Catalog
from juesuan_extract.repair.misplaced import set_figures_right
from juesuan_extract.repair.pairing import pair_labels
from juesuan_extract.repair.second_reader import read_again
from juesuan_extract.repair.unknown_names import read_unknown_names
from juesuan_extract.verify.proof import Proof

# the file's bytes, or None where no other reader may be asked
Repairer = Callable[[Proof, bytes | None, Catalog], Proof]

REPAIRS: tuple[Repairer, ...] = (pair_labels, read_unknown_names, read_again, set_figures_right)
