import pytest

from pratique.packages.python.markers import may_hold, truth
from pratique.packages.python.specifiers import name_of


@pytest.mark.parametrize(
    ("marker", "holds"),
    [
        ("", True),
        ("python_version < '3.8'", True),
        ("sys_platform == 'win32'", False),
        ('"win32" == sys_platform', False),
        ("sys_platform != 'win32'", True),
        ("os.name=='nt'", False),
        ("platform_system == 'Windows' or python_version < '3'", True),
        ("platform_system == 'Windows' and python_version < '3'", False),
        ("extra == 'socks'", False),
        ("extra != 'socks'", True),
        ("(python_version < '3' or os_name == 'nt') and extra == 'x'", False),
        ("os_name == 'nt' or (sys_platform == 'darwin' or sys_platform == 'win32')", False),
        ("python_version < '3' and os_name == 'nt' or sys_platform == 'linux'", True),
        ("sys_platform in 'linux linux2'", True),
        ("sys_platform not in 'linux linux2'", False),
        ("sys_platform not  in 'darwin, win32'", True),
        ("'arm' in platform_machine", True),
        ("platform_python_implementation === 'PyPy'", True),
        ("sys_platform ~= 'win32'", True),
        ("sys_platform ==", True),
        ("and and ((", True),
        ("(" * 100 + "os_name == 'nt'" + ")" * 100, True),
        ("os_name == 'nt'" + " and os_name == 'nt'" * 1000, True),
    ],
)
def test_what_may_hold_on_linux(marker: str, holds: bool) -> None:
    assert may_hold(marker) is holds


@pytest.mark.parametrize(
    ("marker", "told"),
    [
        ("'dev' in dependency_groups", False),
        ("'default' in dependency_groups", True),
        ("'dev' not in dependency_groups", True),
        ("'fast' in extras", None),
        ("'dev' in dependency_groups or 'fast' in extras", None),
        ("'dev' in dependency_groups and 'fast' in extras", False),
    ],
)
def test_groups(marker: str, told: bool | None) -> None:
    assert truth(marker, {}, frozenset({"default"})) is told


def test_what_nobody_told_the_groups_of_is_not_known() -> None:
    assert truth("'dev' in dependency_groups", {}) is None


@pytest.mark.parametrize(
    ("requirement", "name"),
    [
        ("requests", "requests"),
        (" zope.interface (>=4.0) ", "zope.interface"),
        ("requests[socks,use_chardet]>=2.8.1,==2.8.*;python_version<'2.7'", "requests"),
        ("rope @ https://example.org/a;b/rope.zip ; sys_platform == 'linux'", "rope"),
        ("rope @ https://example.org/a;b/rope.zip ; sys_platform == 'win32'", ""),
        ("pysocks!=1.5.7,>=1.5.6; extra == 'socks'", ""),
        ("", ""),
        ("./local.whl", ""),
        ("x" * 20_000, ""),
    ],
)
def test_names_of_requirements(requirement: str, name: str) -> None:
    assert name_of(requirement) == name
