"""Sheets of one row a matter: the partnership's tracker of missing episodes, and its return interviews."""
