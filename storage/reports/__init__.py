"""What an operator may ask the store about: usage and questions. Writes nothing."""
