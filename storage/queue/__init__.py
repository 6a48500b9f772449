"""The queue of questions, and the journal of each question."""
