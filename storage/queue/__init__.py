"""The queue of questions in the database, and the journal of each question."""
