"""YAML files with the line on which each of their values stands."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from juesuan_extract.errors import SchemaError

YamlPath = tuple[str | int, ...]  # keys and numbers of items from the top: ("columns", "total", "headings", 2)
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Marked:
    """A YAML file. lines: line of each place, from 1; repeated: keys that stand twice in one mapping."""

    path: Path
    data: Any
    lines: dict[YamlPath, int] = field(default_factory=dict)
    repeated: tuple[YamlPath, ...] = ()

    def line(self, *place: str | int) -> int:
        """The line of a place, or of what is nearest above it in the tree."""
        for end in range(len(place), 0, -1):
            if place[:end] in self.lines:
                return self.lines[place[:end]]
        return 1


def read_marked(path: Path) -> Marked:
    """A YAML file with its lines; raises SchemaError with the line of what is no YAML."""
    try:
        with path.open(encoding="utf-8") as file:
            loader = LOADER(file)
            node = loader.get_single_node()
            data = None if node is None else loader.construct_document(node)
    except OSError as error:
        raise _wrong(path, 0, error.strerror or str(error)) from error
    except UnicodeDecodeError as error:
        raise _wrong(path, 0, f"not UTF-8: {error.reason}") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        reason = f"no YAML: {getattr(error, 'problem', None) or error}"
        raise _wrong(path, mark.line + 1 if mark else 0, reason) from error
    lines: dict[YamlPath, int] = {}
    repeated: list[YamlPath] = []
    _walk(node, (), lines, repeated)
    return Marked(path, data, lines, tuple(repeated))


def _wrong(path: Path, line: int, reason: str) -> SchemaError:
    error = SchemaError(f"{path}:{line}: {reason}" if line else f"{path}: {reason}")
    error.line, error.reason = line, reason
    return error


def _walk(node: Any, at: YamlPath, lines: dict[YamlPath, int], repeated: list[YamlPath]) -> None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            place = (*at, str(key.value))
            if place in lines:
                repeated.append(place)
            lines[place] = key.start_mark.line + 1
            _walk(value, place, lines, repeated)
    elif isinstance(node, yaml.SequenceNode):
        for number, item in enumerate(node.value):
            lines[(*at, number)] = item.start_mark.line + 1
            _walk(item, (*at, number), lines, repeated)
