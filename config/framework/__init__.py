"""What Django lacks for us, and every page needs. Knows nothing of complaints, homes or staff."""
