"""Everything that can go wrong, drawn as a tree.

    PratiqueError                    one line, advice, an exit code
    ├── UsageError                   2  the command line or an option is wrong
    ├── InputError                   4  the input is missing, unreadable, corrupt or not to be trusted
    │   ├── NoSuchInputError            nothing there
    │   ├── NotAnImageError             readable, but no container image
    │   ├── CorruptImageError           breaks its format or its own digests
    │   └── LimitError                  asks for more than `limits.py` allows
    ├── AdvisoryError                3  advisories could not be fetched or read
    ├── DeadlineError                3  time was up before anything could be said
    └── FileError                       says something about one file of an image: becomes an `Unknown`
        └── UnreadableFileError
    InvalidVersionError (ValueError)    a text that its version scheme does not know

Exit codes: 0 admit, 1 deny, 2 usage, 3 unknown, 4 input.
"""


class PratiqueError(Exception):
    """What the user may see of an error: one line, and advice."""

    exit_code = 3
    usual_advice = ""
    """What to do where the place that raises it knows nothing better."""

    def __init__(self, message: str, advice: str = "") -> None:
        super().__init__(message)
        self.advice = advice or self.usual_advice


class UsageError(PratiqueError):
    """The command line or an option is wrong."""

    exit_code = 2


class InputError(PratiqueError):
    """The input is missing, unreadable, corrupt or not to be trusted."""

    exit_code = 4


class NoSuchInputError(InputError):
    """There is nothing under that name."""

    usual_advice = "was all of the image saved? save or copy it again"


class NotAnImageError(InputError):
    """It can be read, but it is no container image."""

    usual_advice = "pratique reads docker and OCI archives, OCI layout folders and root file systems"


class CorruptImageError(InputError):
    """It breaks its format or its own digests."""

    usual_advice = "the image is damaged or was tampered with: pull or save it again, and do not run it"


class LimitError(InputError):
    """It asks for more than `pratique.limits` allows."""

    usual_advice = "no image in use comes near this bound: do not run it"


class AdvisoryError(PratiqueError):
    """Advisories could not be fetched or read."""

    exit_code = 3


class DeadlineError(PratiqueError):
    """Time was up before anything could be said."""

    usual_advice = "give it more with --timeout"


class FileError(PratiqueError):
    """Something about one file of an image; it becomes an `Unknown` of the report."""


class UnreadableFileError(FileError):
    """A file that an analyzer claimed and could not read."""


class InvalidVersionError(ValueError):
    """A text that its version scheme does not know."""
