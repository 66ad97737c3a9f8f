"""Floor 6: a checked graph as text: torch source, a diagram, a summary. The outputs do not know each other."""
