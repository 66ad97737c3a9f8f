"""Ensembles: members with starts of their own, trained together where that is faster, and combined into one net."""
