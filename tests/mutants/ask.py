"""Asks whether tests notice a mistake; exits as pytest would.

`ask.py FOLDER '{"module": …, "tests": […], "pure": …}'`: first it asks the process in which all is loaded;
if that cannot tell, the one that loads all afresh.
"""

import socket
import sys

AFRESH = (
    -2
)  # as tests/mutants/collected.py has it; this program imports nothing of ours, so as to start quickly
code, said = AFRESH, ""
for name in ("collected", "warm"):
    if code == AFRESH:
        with socket.socket(socket.AF_UNIX) as caller:
            caller.connect(f"{sys.argv[1]}/{name}.socket")
            caller.sendall(sys.argv[2].encode() + b"\n")
            first, _, said = caller.makefile().read().partition("\n")
            code = int(first)
print(name, said)
sys.exit(code)
