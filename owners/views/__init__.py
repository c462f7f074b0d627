"""The pages of the register: look up and around, correct, load a file."""
