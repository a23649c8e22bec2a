"""Caldershire, a county that does not exist: invented children and staff, numbers calibrated to a real county's."""
