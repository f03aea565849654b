"""Measurements, run by hand: `make bench`, or one at a time as each module says."""
