"""The ledgers 台账 an office kept before: what their headings, words and dates mean. Pure; never guesses.

What is made of a reading is decided in `complaints.actions.past_ledgers`.
"""
