"""What Easel does with an answer when the model has said it: fit its pictures, draw its code."""
