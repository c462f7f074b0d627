"""How a sending can end otherwise than well. Everything else that is raised is tried again later."""

from __future__ import annotations

from datetime import timedelta


class Never(Exception):
    """Refused for good: no such user, no such template. Trying again cannot help."""


class Later(Exception):
    """The other side asks for a pause, on this channel as a whole."""

    def __init__(self, sentence: str, wait: timedelta) -> None:
        super().__init__(sentence)
        self.wait = wait


class NotNeeded(Exception):
    """There is nobody to tell any more, or nothing to tell; why."""


class Elsewhere(Exception):
    """This way does not lead to the customer; the next one is taken.

    `fault`: by a setting of ours. `binding`: the key of the one that is worth nothing any more.
    """

    def __init__(self, sentence: str, *, fault: bool = False, binding: int = 0) -> None:
        super().__init__(sentence)
        self.fault, self.binding = fault, binding
