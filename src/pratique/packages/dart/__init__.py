"""Packages of Dart."""
