"""`pratique completion SHELL`."""

import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    parser.add_argument(
        "shell",
        choices=["bash", "zsh", "fish"],
        help="for example: pratique completion bash > /etc/bash_completion.d/pratique",
    )


def run(arguments: argparse.Namespace) -> int:
    """Print the script."""
    import shtab

    from pratique.cli.run import parser

    print(shtab.complete(parser(), shell=arguments.shell))
    return 0
