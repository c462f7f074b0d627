"""The same actions for programs, under /api/v1/ (DRF).

Moves are read from the tables and forms of the pages, so that page and API ask for the same things
and refuse them with the same sentences.
"""
