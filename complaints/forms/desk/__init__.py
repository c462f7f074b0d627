"""What the front desk types."""
