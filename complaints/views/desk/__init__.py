"""The front desk: taking a complaint, who is calling, contact notes, what colleagues pass on."""
