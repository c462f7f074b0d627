"""What a message says, by kind, in the reader's language. Placeholder kinds are filled below."""
