"""One indicator, one file: what it counts, why it matters, what it leaves out, and the counting."""
