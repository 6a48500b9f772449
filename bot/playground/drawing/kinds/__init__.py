"""Every thing that can be drawn, and everything that it can wear. Pure Pillow."""
