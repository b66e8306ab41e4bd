"""How probable an amount is, by the evidence for it: the classes of schemas/confidence.yaml and how they are found."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from itertools import product
from typing import Annotated, NamedTuple, get_args, get_type_hints

from pydantic import Field, ValidationInfo, field_validator, model_validator

from juesuan_extract.knowledge.messages import Words
from juesuan_extract.knowledge.specs import Strict
from juesuan_extract.model.fact import Evidence

# the words for each feature, the best first
WORDS: dict[str, tuple[str, ...]] = {name: get_args(hint) for name, hint in get_type_hints(Evidence).items()}

Pattern = tuple[str | None, ...]  # of evidence, feature by feature; None: whatever it is
EVERYTHING: Pattern = (None,) * len(WORDS)
Counted = Annotated[tuple[int, int], Field(description="right, of")]


class EvidenceClass(Strict):
    """Cells with the same evidence. is_: their words by feature, a feature that is left out may be anything;
    plain, misread: how many were right, and of how many, in documents read as they are and in those misread."""

    is_: dict[str, str] = Field(alias="is")
    probability: float = Field(gt=0, lt=1)
    plain: Counted
    misread: Counted

    @model_validator(mode="after")
    def _possible(self) -> EvidenceClass:
        for name, word in self.is_.items():
            if word not in WORDS.get(name, ()):
                raise ValueError(f"{name}: {word} is no evidence")
        if any(right > of for right, of in (self.plain, self.misread)):
            raise ValueError("more are right than there are")
        return self

    @property
    def pattern(self) -> Pattern:
        """Its words in the order of the evidence."""
        return tuple(self.is_.get(name) for name in Evidence._fields)


class Reason(NamedTuple):
    """A word of the evidence that isn't the best one, and what it means."""

    feature: str
    word: str
    zh: str
    en: str


class ConfidenceRules(Strict):
    """schemas/confidence.yaml. ladder: the features in the order in which they are left out until a class is found;
    ordered: those in which a later word never makes a cell surer, all else equal."""

    features: dict[str, dict[str, Words]]
    ladder: tuple[str, ...]
    ordered: tuple[str, ...]
    fitted: dict[str, str | int | float]
    classes: tuple[EvidenceClass, ...]

    @field_validator("features")
    @classmethod
    def _explained(cls, features: dict[str, dict[str, Words]]) -> dict[str, dict[str, Words]]:
        if {name: set(words) for name, words in features.items()} != {n: set(w) for n, w in WORDS.items()}:
            raise ValueError("it must explain " + "; ".join(f"{n}: {', '.join(w)}" for n, w in WORDS.items()))
        return features

    @field_validator("ladder")
    @classmethod
    def _whole(cls, ladder: tuple[str, ...]) -> tuple[str, ...]:
        if sorted(ladder) != sorted(WORDS):
            raise ValueError(f"it must name each of {', '.join(WORDS)} once")
        return ladder

    @field_validator("ordered")
    @classmethod
    def _known_features(cls, ordered: tuple[str, ...]) -> tuple[str, ...]:
        if lacking := set(ordered) - set(WORDS):
            raise ValueError(f"{', '.join(sorted(lacking))} is no feature")
        return ordered

    @field_validator("classes")
    @classmethod
    def _on_the_ladder(cls, classes: tuple[EvidenceClass, ...], info: ValidationInfo) -> tuple[EvidenceClass, ...]:
        ladder = info.data.get("ladder", ())
        seen: set[Pattern] = set()
        for number, one in enumerate(classes):
            left = tuple(name for name in ladder if name not in one.is_)
            if left != ladder[: len(left)]:
                raise ValueError(f"number {number} leaves out {', '.join(left)}, which is not how the ladder begins")
            if one.pattern in seen:
                raise ValueError(f"number {number} stands twice")
            seen.add(one.pattern)
        if EVERYTHING not in seen:
            raise ValueError("the class of all evidence, {}, is missing")
        return classes

    @cached_property
    def _by_pattern(self) -> dict[Pattern, float]:
        return {c.pattern: c.probability for c in self.classes}

    @cached_property
    def _known(self) -> dict[Evidence, float]:
        return {}

    def probability(self, evidence: Evidence) -> float:
        """That an amount with this evidence equals what is printed in its row and column.

        The probability of its class, or the least that better words in the ordered features would give it: no doubt
        makes a cell surer, also where its class is a wide one because few cells are like it. The class of everything
        else has no say in that; it stands for what was not counted.
        """
        found = self._known.get(evidence)  # a document has thousands of cells and a few dozen kinds of evidence
        if found is None:
            better = (
                WORDS[n][: WORDS[n].index(w) + 1] if n in self.ordered else (w,)
                for n, w in zip(WORDS, evidence, strict=True)
            )
            classes = {self.class_of(Evidence._make(words)) for words in product(*better)}
            counted = classes - {EVERYTHING} or classes
            found = min(self._by_pattern[c] for c in counted | {self.class_of(evidence)})
            self._known[evidence] = found
        return found

    def class_of(self, evidence: Evidence) -> Pattern:
        """The closest class: all features, then one less and so on up the ladder; the last class is everything."""
        return next(pattern for pattern in patterns(evidence, self.ladder) if pattern in self._by_pattern)

    def reasons(self, evidence: Evidence) -> tuple[Reason, ...]:
        """What keeps the evidence from being the best there is."""
        return tuple(
            Reason(name, word, self.features[name][word].zh, self.features[name][word].en)
            for name, word in evidence._asdict().items()
            if word != WORDS[name][0]
        )


def patterns(evidence: Evidence, ladder: tuple[str, ...]) -> Iterator[Pattern]:
    """The evidence with fewer and fewer features, those of the ladder left out in turn."""
    for dropped in range(len(ladder) + 1):
        without = frozenset(ladder[:dropped])
        yield tuple(None if name in without else word for name, word in evidence._asdict().items())
