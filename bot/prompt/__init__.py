"""What goes into the context window, and how it is written there. Pure."""
