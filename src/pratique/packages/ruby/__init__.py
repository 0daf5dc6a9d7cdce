"""Packages of Ruby."""
