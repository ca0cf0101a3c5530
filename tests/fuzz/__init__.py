"""Broken requests by the hundred thousand, over the network, at everything that listens."""
