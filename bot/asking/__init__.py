"""What is asked of the model: wishes read out of words, what of a thread is sent. Asks nobody."""
