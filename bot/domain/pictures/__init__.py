"""Values of pictures: what of one is sent, and what a message wants to see of it."""
