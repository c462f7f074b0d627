"""PostgreSQL as Django speaks to it, but with an end to every waiting; named in settings as ENGINE."""
