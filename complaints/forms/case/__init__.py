"""What a move on a case asks for."""
