"""How dates are read and shown, where it is not as Django would: by language."""
