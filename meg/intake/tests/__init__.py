"""Tests of what comes in from agencies."""
