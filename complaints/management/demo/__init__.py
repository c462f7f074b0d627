"""A company to try the product with: two estates, their people, and fourteen months of cases."""
