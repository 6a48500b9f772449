"""Values of pictures: sizes, what is done with one here, what draws, what of one is sent. Pure."""
