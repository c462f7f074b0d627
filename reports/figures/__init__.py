"""Questions about complaints, answered by frozen dataclasses. Knows nothing about paper."""
