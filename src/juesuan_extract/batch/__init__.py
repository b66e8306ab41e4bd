"""Many documents: found, converted in processes that may die, written in order."""

from juesuan_extract.batch.local import LocalProcesses
from juesuan_extract.batch.notices import Notice
from juesuan_extract.batch.run import Interrupted, Progress, Summary, convert
from juesuan_extract.batch.task import Executor, Outcome, Serial, Task

__all__ = [
    "Executor",
    "Interrupted",
    "LocalProcesses",
    "Notice",
    "Outcome",
    "Progress",
    "Serial",
    "Summary",
    "Task",
    "convert",
]
