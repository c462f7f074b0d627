"""The customer's pages: the status of one case, its ways in, and what he can do there (domain.md 7)."""
