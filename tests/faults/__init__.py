"""Faults: parts are killed, stopped or cut off under load, and what was acknowledged is held against what is there."""
