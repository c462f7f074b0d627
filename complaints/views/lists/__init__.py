"""Many cases: the queue and every other list, and what is done to several at once."""
