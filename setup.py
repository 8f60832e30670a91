"""Finds the packages; all else that setuptools needs to know stands in setup.cfg."""

from pathlib import Path

from setuptools import find_packages, setup

# In a checkout they stand beside vlms/ (package_dir in setup.cfg), in a wheel inside it.
BESIDE = ("templates", "static", "migrations", "docs")

setup(
    packages=[
        *find_packages(include=["vlms", "vlms.*"]),
        *(f"vlms.{folder}" for folder in BESIDE if Path(folder).is_dir()),
    ]
)
