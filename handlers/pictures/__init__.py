"""What people press under pictures, and the forms behind that."""
