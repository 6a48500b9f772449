"""Draws and changes simple flat pictures for the played model. Pure Pillow."""
