"""What every mail of ours says of itself to the machines that read it."""

from __future__ import annotations

#: Written by no person (RFC 3834): absence notes and other automata do not answer. Exchange and Outlook
#: ask for a header of their own. Reports that a mail could not be delivered still come.
AUTOMATIC = {
    "Auto-Submitted": "auto-generated",
    "X-Auto-Response-Suppress": "DR, RN, NRN, OOF, AutoReply",
}
