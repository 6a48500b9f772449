"""Code in answers that can be drawn: Mermaid, DOT, formulas. Finds it, makes it safe. Pure."""
