"""What people press under answers: who may, what is done once, and what is read for them."""
