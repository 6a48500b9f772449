"""Sizes and shapes of pictures, what can be done with one here, and the models that draw. Pure."""
