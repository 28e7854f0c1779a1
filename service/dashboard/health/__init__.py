"""Health: what deserves a look, on a strip above the orders and in full on a page of its own.

What is read comes from `service.vitals`; what it means is told by signs (`sign.py`), which strip and page share.
"""

from service.dashboard.health.pages import pages, strip

__all__ = ["pages", "strip"]
