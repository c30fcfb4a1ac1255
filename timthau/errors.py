"""The errors a user can cause: one root, few leaves; the command line prints one line and exits with `exit_code`."""

from datetime import timedelta


class TimThauError(Exception):
    """Root of all expected errors; never raised itself."""

    exit_code = 1


class ConfigError(TimThauError):
    """A setting or a table of data/ has a value that cannot be used. Raised where it is read, in any room."""


class StoreError(TimThauError):
    """The database cannot be opened, read or migrated. Raised by `timthau.store`."""


class LeaseLostError(StoreError):
    """Somebody else does this work now; nothing was written. Raised by `timthau.store`."""


class SourceError(TimThauError):
    """A source definition is missing or wrong. Raised by `crawler`, and by `timthau sources`."""


class CrawlError(TimThauError):
    """A run ended without what it went for. Raised by `cli`."""


class DocumentError(TimThauError):
    """A file or page cannot be read at all. Raised by `crawler`, `timthau.exchange`, `alerts.bounce` and `cli`."""


class NotANoticeError(TimThauError):
    """A page was read and is no procurement notice. Raised by `timthau extract`."""

    exit_code = 3


class IndexDamagedError(TimThauError):
    """The search index cannot be read and has to be rebuilt. Raised by the engines of `index`."""


class IndexUnavailableError(TimThauError):
    """The search index does not answer now, and may be well: nothing is rebuilt. Raised by the engines of `index`."""


class SubscriptionError(TimThauError):
    """A wish for alerts is refused; `reason` is address, everything, reminder or language. Raised by `alerts`."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class LinkError(TimThauError):
    """A link of a mail does nothing; `reason` is expired, invalid or used. Raised by `alerts` and its pages."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class BusyError(TimThauError):
    """More mails were asked for, by one network or by all, than are sent in an hour. Raised by `alerts`."""


class MailError(TimThauError):
    """Mail cannot be handed over: the relay is out of reach or refuses us. Raised by `alerts` and `timthau alerts`."""


class HookError(TimThauError):
    """A webhook cannot be posted to: its address is none, not public, or does not answer. Raised by `alerts`."""


class DeskError(TimThauError):
    """An operator's wish cannot be done: no such notice, value, mail, account. Raised by `desk` and `timthau.store`."""


class BackupError(TimThauError):
    """A backup cannot be written, or is none, damaged or of a newer version. Raised by `desk`."""


class RefusedError(TimThauError):
    """Somebody is not let in to the desk; `wait` is how long nobody is, after too many tries. Raised by `desk`."""

    def __init__(self, message: str, wait: timedelta | None = None) -> None:
        super().__init__(message)
        self.wait = wait
