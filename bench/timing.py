"""Medians of alternating runs: on a machine that others use as well, neighbours in time are what can be compared."""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Callable, Mapping
from functools import partial
from math import ceil
from statistics import median

Work = Callable[[], object]
Timer = Callable[[], float]  # seconds

_SHORTEST = 0.3  # seconds of a run
_PATIENCE = 60.0  # seconds without a word to whoever waits


class Timings:
    """Seconds that the work took in every run, by side; run n of one side stands beside run n of the others."""

    def __init__(self, seconds: Mapping[str, list[float]]) -> None:
        self._seconds = seconds

    def median(self, side: str) -> float:
        """The median run of a side in seconds."""
        return median(self._seconds[side])

    def ratio(self, slow: str, fast: str) -> float:
        """The median over the rounds of how many times as long the slow side takes."""
        return median(a / b for a, b in zip(self._seconds[slow], self._seconds[fast], strict=True))

    def __add__(self, other: Timings) -> Timings:
        """Round by round, as if both had been one task."""
        return Timings(
            {
                side: [a + b for a, b in zip(own, other._seconds[side], strict=True)]
                for side, own in self._seconds.items()
            }
        )


def alternate(sides: Mapping[str, Work], rounds: int, progress: Progress) -> Timings:
    """Every side once to warm up, then in turn for `rounds` rounds.

    A run begins with no garbage to collect and lasts at least 0.3 s, short work being repeated within it, so that
    no side pays for what another left behind, garbage or a cold processor cache.
    """
    timers = {}
    for name, work in sides.items():
        progress.say(f"warming up, {name}")
        timers[name] = partial(seconds_of, work, repeats_for(seconds_of(work)))
    return alternate_timers(timers, rounds, progress)


def alternate_timers(timers: Mapping[str, Timer], rounds: int, progress: Progress) -> Timings:
    """The seconds of warm sides that time themselves: A, B, …, A, B, … for `rounds` rounds."""
    seconds: dict[str, list[float]] = {name: [] for name in timers}
    for number in range(1, rounds + 1):
        for name, timer in timers.items():
            progress.say(f"round {number} of {rounds}, {name}")
            seconds[name].append(timer())
    return Timings(seconds)


def seconds_of(work: Work, times: int = 1) -> float:
    """How long some work takes, the mean of several times."""
    gc.collect()
    started = time.perf_counter()
    for _ in range(times):
        work()
    return (time.perf_counter() - started) / times


def repeats_for(seconds: float) -> int:
    """How often work of this length is done in one run."""
    return max(1, ceil(_SHORTEST / seconds))


class Progress:
    """Says on standard error where the run is, once it has taken over a minute."""

    def __init__(self) -> None:
        self._started = self._said = time.monotonic()
        self.topic = ""

    def say(self, step: str) -> None:
        """Note a step; a line is printed at most every ten seconds."""
        now = time.monotonic()
        if now - self._started > _PATIENCE and now - self._said > _PATIENCE / 6:
            self._said = now
            print(f"{now - self._started:4.0f} s  {self.topic}: {step}", file=sys.stderr, flush=True)
