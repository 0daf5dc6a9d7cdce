import pytest

from pratique.packages.pipelines.github_workflow import parse
from pratique.records.file import File
from pratique.records.package import Package

COMMIT = "68e2ae1bf99a40aa2cd0a19ca4d58789b9c5a709"


def actions(text: str, path: str = ".github/workflows/build.yml") -> list[tuple[int, str, str]]:
    content = text.encode()
    found = []
    for record in parse(File(path, 0o644, len(content), content)):
        assert isinstance(record.fact, Package)
        found.append((record.line, record.fact.name, record.fact.version))
    return found


@pytest.mark.parametrize(
    ("line", "version"),
    [
        (f"uses: a/b@{COMMIT} # v1.2.3", "v1.2.3"),
        (f"uses: a/b@{COMMIT} #v1.2.3 of last year", "v1.2.3"),
        (f"uses: a/b@{COMMIT} # tag=v1.2.3", "v1.2.3"),
        (f"uses: a/b@{COMMIT} # ratchet:a/b@v1", "v1"),
        (f"uses: 'a/b@{COMMIT}' # 1.2", "1.2"),
        (f"uses: a/b@{COMMIT} # as the tug wants", COMMIT),
        (f"uses: a/b@{COMMIT}", COMMIT),
        ("uses: a/b@v2 # v3", "v2"),
        ("- uses:   a/b@v1", "v1"),
        ('- {"uses": "a/b@v1", "with": {}}', "v1"),
    ],
)
def test_versions(line: str, version: str) -> None:
    assert actions(line) == [(1, "a/b", version)]


@pytest.mark.parametrize(
    "line",
    [
        "uses: ./local@v1",
        "uses: ../local@v1",
        "uses: docker://alpine@sha256:00",
        "uses: a/b",
        "uses: a@v1",
        "uses: /b@v1",
        "uses: a/b@",
        "uses: a/b@${{ inputs.ref }}",
        "# uses: a/b@v1",
        "reuses: a/b@v1",
        "uses:a/b@v1",
        "run: echo uses: a/b@v1",
    ],
)
def test_no_actions(line: str) -> None:
    assert actions(line) == []


@pytest.mark.parametrize("mark", ["|", ">", "|-", ">+2", "|2-", "| # text"])
def test_texts_over_several_lines_are_passed_over(mark: str) -> None:
    lines = [
        f"  - run: {mark}",
        "      uses: a/never@v1",
        "",
        "     uses: a/never@v2",
        "    uses: a/b@v1",
        "  - uses: a/c@v1",
    ]
    assert actions("\n".join(["steps:", *lines])) == [(6, "a/b", "v1"), (7, "a/c", "v1")]


@pytest.mark.parametrize(
    ("path", "read"),
    [
        (".github/workflows/a.yml", True),
        ("srv/app/.github/workflows/a.yaml", True),
        ("srv/app/.github/actions/tug/action.yaml", True),
        ("srv/app/.github/workflows/a.json", False),
        ("srv/app/github/workflows/a.yml", False),
        ("srv/app/x.github/workflows/a.yml", False),
        ("srv/node_modules/a/action.yml", False),
    ],
)
def test_only_workflows_and_actions_are_read(path: str, read: bool) -> None:
    assert bool(actions("uses: a/b@v1", path)) is read
