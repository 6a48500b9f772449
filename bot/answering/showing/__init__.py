"""What is shown of an answer that is settled, and what it says where it was stopped."""
