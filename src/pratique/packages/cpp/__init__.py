"""Packages of C and C++."""
