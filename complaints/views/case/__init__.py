"""One case: its page, its moves, its facts and files."""
