"""What an action answers when it will not act. Pure."""

from __future__ import annotations


class Refused(Exception):
    """Not possible; the text is a sentence for the person who asked.

    `field` names the input the sentence belongs to, when it belongs to one. Page and API show the
    same sentence; a refusal leaves no trace in the data.
    """

    def __init__(self, sentence: str, *, field: str | None = None) -> None:
        super().__init__(sentence)
        self.field = field
