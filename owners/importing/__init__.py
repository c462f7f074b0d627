"""The register from Excel or CSV: read, compare, load.

`register.read_register` understands a file and touches nothing; `loading.load` compares it with the
register and adds what is new. `words` holds the vocabulary of the ledgers.
"""
