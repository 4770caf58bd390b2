"""Tryton asks Probity before it buys. Models are registered by tryton.cfg."""
