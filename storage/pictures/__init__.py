"""What people press under pictures, and what pictures cost."""
