"""Version of the package; the same as the server's that it was made with."""
__version__ = "0.1.0"
