"""pratique: may this container image sail?"""

__version__ = "0.1.0"
