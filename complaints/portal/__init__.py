"""The customer's pages: a letter about one case, its ways in, and what he can do there (domain.md 7)."""
