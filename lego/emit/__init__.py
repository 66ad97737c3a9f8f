"""Floor 6: a checked graph as text: torch source, a diagram, a summary; and the catalogue as text: the reference page,
the JSON Schema. The outputs do not know each other.
"""
