"""Packages of .NET."""
