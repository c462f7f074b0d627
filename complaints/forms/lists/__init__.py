"""Filters of lists, and acts on several cases."""
