import pytest

from pratique.packages.golang.stamped import version


@pytest.mark.parametrize(
    ("ldflags", "expected"),
    [
        ("", ""),
        ("-s -w", ""),
        ("-X main.version=1.2.3", "v1.2.3"),
        ("-X main.Version=v1.2.3-rc.1+meta", "v1.2.3-rc.1+meta"),
        ("-X=main.version=1.2", "v1.2"),
        ("-s -w -X 'main.version=1.2.3' -X \"main.date=1 May\"", "v1.2.3"),
        ("-X 'main.name=a tug' -X main.version=1.2.3", "v1.2.3"),
        (
            "-X k8s.io/component-base/version.gitVersion=v1.28.3 -X k8s.io/client-go/pkg/version.gitVersion=v1.28.3",
            "v1.28.3",
        ),
        ("-X github.com/prometheus/common/version.Version=2.45.0", "v2.45.0"),
        ("-X example.org/a/cmd/tug.version=1.0.0 -X main.version=2.0.0", "v1.0.0"),
        ("-X main.version=1.0.0 -X example.org/a/internal/api.version=2.0.0", "v1.0.0"),
        ("-X example.org/a/x.version=1.0.0 -X example.org/a/y.version=2.0.0", ""),
        ("-X main.version=1.0.0 -X main.buildVersion=2.0.0", ""),
        ("-X main.version=1.0.0 -X main.buildVersion=v1.0.0", "v1.0.0"),
        ("-X main.goVersion=1.21.5 -X main.minVersion=1.0.0 -X main.conversion=1.1.1", ""),
        ("-X main.version=abcdef1 -X main.semver=3.2.1", "v3.2.1"),
        ("-X main.version=20240102", ""),
        ("-X main.version", ""),
        ("-X", ""),
        ("'-X main.version=1.2.3", ""),
        ("-extldflags '-static -X main.version=9.9.9'", ""),
    ],
)
def test_version(ldflags: str, expected: str) -> None:
    assert version(ldflags) == expected
