"""Marks in black, white and grey: lines that a person drew, told from the picture's own."""
