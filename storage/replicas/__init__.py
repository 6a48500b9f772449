"""What replicas on one database share besides people's questions."""
