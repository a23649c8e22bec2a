"""What the Department for Education publishes of every authority."""
