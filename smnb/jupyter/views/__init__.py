"""What the panel shows, made of what the SDK says: a function for each shape."""
