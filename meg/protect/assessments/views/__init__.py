"""Pages of assessments and of the frameworks they are made by."""
