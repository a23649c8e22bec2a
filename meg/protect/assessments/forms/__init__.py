"""What people fill in: the sections of an assessment, the decision, and a framework."""
