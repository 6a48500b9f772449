"""What people press under messages: each kind with what it does, and what it tells that person."""
