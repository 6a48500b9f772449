"""Values of answers that are data: how they are shown, and what is wrong with them. Pure."""
