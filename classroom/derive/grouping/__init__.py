"""Which messages belong together, and what their flow is."""
