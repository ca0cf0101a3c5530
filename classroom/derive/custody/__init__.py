"""Who holds what after each message, and whether they may."""
