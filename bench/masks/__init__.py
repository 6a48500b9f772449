"""Drawings on pictures, made by code, and how well the areas that they mark are found."""
