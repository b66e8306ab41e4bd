"""The errors a user may meet. Each carries advice and the exit status of the command."""

from __future__ import annotations


class JuesuanError(Exception):
    """Base of all errors of this package.

    advice: what to do about it, one sentence. exit_code: exit status of the command line (see the output contract).
    """

    exit_code = 1
    advice = ""

    def __init__(self, message: str, advice: str = "") -> None:
        super().__init__(message)
        self.advice = advice or type(self).advice


class UnreadableDocument(JuesuanError):
    """The file is no PDF, is damaged, or can't be opened; it costs its own row and nothing else."""

    advice = "open the file in a viewer; download it again if it is damaged"


class Unavailable(UnreadableDocument):
    """The content could not be had at all: no file, no permission, a disk error. Nothing is known of the document."""

    advice = "check the disk and the path"


class PasswordRequired(UnreadableDocument):
    """The PDF is encrypted and the empty password does not open it."""

    advice = "save a copy without the password"


class NoTextLayer(UnreadableDocument):
    """Pages are pictures without text, so that tables on them can't be read."""

    advice = "add a text layer with an OCR program, then convert the copy"


class LimitExceeded(UnreadableDocument):
    """The document is beyond a limit that no published account comes near (page size, number of lines)."""

    advice = "check that this is the published file"


class SchemaError(JuesuanError):
    """A knowledge file under schemas/ is wrong; the message names file and place.

    line: where, from 1; 0: the file as a whole. reason: the message without the file.
    """

    exit_code = 2
    line = 0
    reason = ""
    advice = "mend the file named; `juesuan schemas check` lists all that is wrong"


class UsageError(JuesuanError):
    """The command or function was called with something it can't take."""

    exit_code = 2


class LoadError(JuesuanError):
    """An output folder or a database isn't as it should be; the message names the file, or the table and the row."""

    advice = "nothing was loaded"
