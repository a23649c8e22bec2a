"""SSDA903: the yearly return of children looked after."""
