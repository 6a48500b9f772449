"""How a message asks about logs: what failed in one, and lines of it by their numbers. Pure."""
