"""What Easel computes itself for a question, before and after the model is asked."""
