"""Changes to a part of a picture: which part, how the model is told, what is put back."""
