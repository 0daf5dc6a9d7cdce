"""Packages of Erlang and Elixir."""
