"""Many documents: found, converted in processes that may die, written in order."""

from juesuan_extract.batch.convert import Interrupted, Progress, Summary, convert
from juesuan_extract.batch.workers.local import LocalProcesses
from juesuan_extract.batch.workers.task import Executor, Outcome, Serial, Task
from juesuan_extract.say.notice import Notice

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
