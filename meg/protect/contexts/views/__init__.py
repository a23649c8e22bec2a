"""Pages of contexts."""
