"""Every error the assistant raises on purpose.

AssistantError
├── SettingsError            a setting is wrong; the start stops
├── UnknownLanguageError     not one of the four languages
├── ContentError             shipped or stored content is not well formed
├── ContentUnavailableError  an answer or the store cannot be had now
├── ModelError               no trained model, or one that does not load
├── UnsafeStartError         the service would keep something it must not keep
├── StateError               a sealed state cannot be used
│   └── ExpiredStateError    it was good once
├── SituationError           a testers' file is not well formed
├── RefusedError             a request that is not answered now
│   ├── BadRequestError      the contract does not allow it
│   ├── LimitedError         too many from one address
│   └── BusyError            more ask than can be answered
└── EditingError             staff may not do this, or not now
    └── ConflictError        somebody else has saved it meanwhile
"""

from __future__ import annotations


class AssistantError(Exception):
    """The root of all errors below."""


class SettingsError(AssistantError):
    """Raised when an environment variable has a value that cannot be used."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name} {reason}")
        self.name = name


class UnknownLanguageError(AssistantError):
    """Raised when a tag is not one of the four languages."""


class ContentError(AssistantError):
    """Raised when content names something that is not there or has a wrong form."""


class ContentUnavailableError(AssistantError):
    """Raised when an answer's text, or the whole store, cannot be had now."""


class ModelError(AssistantError):
    """Raised when there is no trained model or it does not load."""


class UnsafeStartError(AssistantError):
    """Raised when starting would break the promise that nothing is kept, or could do harm."""


class StateError(AssistantError):
    """Raised when a token was not sealed by us, was altered, or is of another form."""


class ExpiredStateError(StateError):
    """Raised when a token was idle, or in use, for longer than we allow."""


class SituationError(AssistantError):
    """Raised when files of situations are not well formed; `problems` is a sentence for each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class RefusedError(AssistantError):
    """Raised when a request is not answered; nothing of it is kept in the error.

    `code` is the contract's, `status` is HTTP's, and `language` is the one it asked for, when
    that much could be read.
    """

    def __init__(self, code: str, status: int) -> None:
        super().__init__(code)
        self.code = code
        self.status = status
        self.language: str | None = None


class BadRequestError(RefusedError):
    """Raised when a request breaks the contract."""

    def __init__(self, code: str, status: int = 400) -> None:
        super().__init__(code, status)


class LimitedError(RefusedError):
    """Raised when more came from one address than one house full of people sends."""

    def __init__(self) -> None:
        super().__init__("too_many", 429)


class BusyError(RefusedError):
    """Raised when more ask than can be answered in time; another moment, or process, may do."""

    def __init__(self) -> None:
        super().__init__("busy", 503)


class EditingError(AssistantError):
    """Raised when staff may not do something, or not now. `code` names a sentence of the desk."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code} {detail}".strip())
        self.code = code
        self.detail = detail


class ConflictError(EditingError):
    """Raised when what was seen is not what stands there now; `theirs` is what does."""

    def __init__(self, theirs: str, version: int, who: str) -> None:
        super().__init__("conflict")
        self.theirs, self.version, self.who = theirs, version, who
