"""Asks the warm process to run some tests: `ask.py SOCKET test-file …`; exits as pytest would."""

import json
import socket
import sys

with socket.socket(socket.AF_UNIX) as caller:
    caller.connect(sys.argv[1])
    caller.sendall(json.dumps(sys.argv[2:]).encode() + b"\n")
    code, _, said = caller.makefile().read().partition("\n")
print(said)
sys.exit(int(code))
