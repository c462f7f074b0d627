"""Failures of the database as Django raises them."""


def wrapped(kind: type[Exception], cause: BaseException) -> Exception:
    error = kind(str(cause))
    error.__cause__ = cause
    return error
