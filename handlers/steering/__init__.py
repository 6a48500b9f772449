"""Presses that steer an answer instead of asking something."""
