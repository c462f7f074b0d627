"""Speed, as figures: `bin/bench 10000 100000` on PostgreSQL with two web workers. Never a pass or fail."""
