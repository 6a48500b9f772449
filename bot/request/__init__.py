"""What a message asks for: flags, phrases, recipes, references to pictures. Pure."""
