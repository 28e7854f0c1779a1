"""Vital signs: how an account and the installation do, as operators, alerts and dashboards see it.

All of it is read from the store when somebody asks, so that every process tells the same, whoever did what. Whoever
shows it renders these values and reads no keys.
"""

from service.vitals.account import AccountVitals
from service.vitals.installation import InstallationVitals
from service.vitals.installation import read as installation
from service.vitals.reading import read

__all__ = ["AccountVitals", "InstallationVitals", "installation", "read"]
