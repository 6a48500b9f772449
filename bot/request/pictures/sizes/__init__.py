"""Reads sizes of pictures: by name, by numbers, by the place where a picture is posted. Pure."""
