"""Probity in Lino: the plugin is lino_probity.lib.probity."""
