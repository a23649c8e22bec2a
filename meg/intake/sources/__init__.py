"""What each kind of return looks like, and its rules: one folder a dataset."""
