"""Starts, stops and resets the four parties, and says what is wrong when that fails."""
