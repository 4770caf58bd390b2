"""Runs tests inside a PostgreSQL of their own, which must be there before trytond is imported.
Takes the arguments of `python -m unittest`."""
import unittest

from cluster import Cluster

if __name__ == '__main__':
    cluster = Cluster()
    try:
        unittest.main(module=None)
    finally:
        cluster.stop()
