"""Masks of pictures: marks found on them, grids laid over them, what was outside put back."""
